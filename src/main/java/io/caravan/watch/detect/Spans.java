package io.caravan.watch.detect;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Times that don't overlap, in seconds since 1970, ascending. */
final class Spans {
    private final long[] starts;
    private final long[] ends;

    private Spans(long[] starts, long[] ends) {
        this.starts = starts;
        this.ends = ends;
    }

    /** What any of these windows covers. */
    static Spans of(List<Window> windows) {
        long[] starts = new long[windows.size()];
        long[] ends = new long[windows.size()];
        int used = 0;
        for (Window window :
                windows.stream().sorted(Comparator.comparing(Window::from)).toList()) {
            long start = window.from().getEpochSecond();
            long end = window.until().getEpochSecond();
            if (used > 0 && start <= ends[used - 1]) {
                ends[used - 1] = Math.max(ends[used - 1], end);
            } else {
                starts[used] = start;
                ends[used++] = end;
            }
        }
        return new Spans(Arrays.copyOf(starts, used), Arrays.copyOf(ends, used));
    }

    interface Each {
        void accept(Instant start, Instant end);
    }

    void forEach(Each each) {
        for (int i = 0; i < starts.length; i++) {
            each.accept(Instant.ofEpochSecond(starts[i]), Instant.ofEpochSecond(ends[i]));
        }
    }

    double uncoveredShare(long from, long until) {
        int at = Arrays.binarySearch(starts, from);
        long covered = 0;
        for (int i = Math.max(0, at < 0 ? -at - 2 : at); i < starts.length && starts[i] < until; i++) {
            covered += Math.max(0, Math.min(until, ends[i]) - Math.max(from, starts[i]));
        }
        return 1 - covered / (double) (until - from);
    }
}
