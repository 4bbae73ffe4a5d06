package io.caravan.watch.history;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How far apart the rows of a file's series stand.
 *
 * @param interval the commonest step between neighbours; where it changes, the shortest that stays for a while
 * @param change the first one
 */
record Spacing(Duration interval, Optional<Change> change) {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    /** A clock that is read some seconds late or early makes these, too. */
    private static final List<Duration> USUAL_STEPS = Stream.of(5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1440)
            .map(Duration::ofMinutes)
            .toList();
    /** Zeros that are left out make many steps, but hardly ever nearly the same one so often. */
    private static final int STRETCH = 48;

    private static final double SAME = 0.85;

    /**
     * From this line on rows stand otherwise.
     *
     * @param before the step until there
     * @param after the step from there on
     */
    record Change(int line, Duration before, Duration after) {
        Duration shorter() {
            return before.compareTo(after) < 0 ? before : after;
        }
    }

    static Spacing of(Collection<NavigableMap<Long, Counted>> series) {
        Optional<Change> change =
                series.stream().map(Spacing::change).flatMap(Optional::stream).findFirst();
        return new Spacing(change.map(Change::shorter).orElseGet(() -> commonest(series)), change);
    }

    private static Duration commonest(Collection<NavigableMap<Long, Counted>> series) {
        Map<Long, Integer> steps = new HashMap<>();
        for (NavigableMap<Long, Counted> values : series) {
            long before = values.firstKey();
            for (long start : values.tailMap(before, false).keySet()) {
                steps.merge(start - before, 1, Integer::sum);
                before = start;
            }
        }
        return usual(steps.entrySet().stream()
                .max(Map.Entry.<Long, Integer>comparingByValue().thenComparing(each -> -each.getKey()))
                .map(Map.Entry::getKey)
                .orElse(3600L));
    }

    private static Duration usual(long seconds) {
        return USUAL_STEPS.stream()
                .filter(usual -> Math.abs(usual.toSeconds() - seconds) <= 0.03 * usual.toSeconds())
                .findFirst()
                .orElse(seconds < SHORTEST.toSeconds() ? SHORTEST : Duration.ofSeconds(seconds));
    }

    /** Stretches of one step follow stretches of another. */
    private static Optional<Change> change(NavigableMap<Long, Counted> values) {
        long[] starts = values.keySet().stream().mapToLong(Long::longValue).toArray();
        Duration[] steps = new Duration[Math.max(0, starts.length - 1)];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = usual(starts[i + 1] - starts[i]);
        }
        int known = 0;
        Optional<Duration> before = Optional.empty();
        for (int from = 0; from + STRETCH <= steps.length; from += STRETCH) {
            Optional<Duration> step = steady(steps, from);
            if (step.isPresent() && before.isPresent() && !step.equals(before)) {
                Duration was = before.get();
                Duration is = step.get();
                int first = turn(steps, known, from + STRETCH, was, is);
                return Optional.ofNullable(values.get(starts[first])).map(row -> new Change(row.line(), was, is));
            }
            if (step.isPresent()) {
                before = step;
                known = from;
            }
        }
        return Optional.empty();
    }

    private static Optional<Duration> steady(Duration[] steps, int from) {
        Map<Duration, Integer> counts = new HashMap<>();
        for (int i = from; i < from + STRETCH; i++) {
            counts.merge(steps[i], 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .filter(each -> each.getValue() >= SAME * STRETCH)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Where most steps until there are the one, and most from there on the other. */
    private static int turn(Duration[] steps, int from, int until, Duration before, Duration after) {
        int best = from;
        int most = 0;
        int balance = 0;
        for (int i = from; i < until; i++) {
            balance += steps[i].equals(before) ? 1 : steps[i].equals(after) ? -1 : 0;
            if (balance > most) {
                most = balance;
                best = i + 1;
            }
        }
        return best;
    }
}
