package io.caravan.dag;

import io.caravan.dag.TaskLogs.Chunk;
import io.caravan.dag.TaskLogs.Try;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What a try has said: the first {@value #MOST_LINES} lines as they come, and after these the last {@value #MOST_LINES}, which are written anew when others have come. Either part has at most
 * {@value #MOST_CHARACTERS} characters. Safe for any thread.
 */
final class TryLines {
    static final int MOST_LINES = 500;
    static final int MOST_CHARACTERS = 100_000;
    static final int LONGEST_LINE = 10_000;

    /** A try that goes on talking has its last lines written so often, one that is silent at once. */
    private static final Duration TAIL_EVERY = Duration.ofSeconds(10);

    private static final Duration SILENT = Duration.ofSeconds(1);

    private final StringBuilder head = new StringBuilder();
    private final Deque<String> tail = new ArrayDeque<>();
    private Instant first = Instant.EPOCH;
    private Instant last = Instant.EPOCH;
    private Instant tailSince = Instant.EPOCH;
    private Instant tailWritten = Instant.EPOCH;
    private int lines;
    private int characters;
    private int tailCharacters;
    private long leftOut;
    private boolean isTailNew;

    synchronized void add(Instant at, String whole) {
        String line =
                (whole.length() > LONGEST_LINE ? whole.substring(0, LONGEST_LINE) + "…" : whole).replace('\0', ' ');
        last = at;
        lines++;
        characters += line.length();
        if (tail.isEmpty() && lines <= MOST_LINES && characters <= MOST_CHARACTERS) {
            if (head.isEmpty()) {
                first = at;
            }
            head.append(line).append('\n');
        } else {
            addToTail(at, line);
        }
    }

    private void addToTail(Instant at, String line) {
        if (tail.isEmpty()) {
            tailSince = at;
        }
        tail.add(line);
        tailCharacters += line.length();
        while (tail.size() > MOST_LINES || tailCharacters > MOST_CHARACTERS) {
            tailCharacters -= tail.remove().length();
            leftOut++;
        }
        isTailNew = true;
    }

    /** First lines that nobody has taken. */
    synchronized Optional<Chunk> takeHead(Try of) {
        if (head.isEmpty()) {
            return Optional.empty();
        }
        Chunk chunk = new Chunk(of, first, head.toString(), false);
        head.setLength(0);
        return Optional.of(chunk);
    }

    /**
     * The last lines, if there are others than those that were taken before and which they take the place of, and if it is time.
     *
     * @param atOnce it is time
     */
    synchronized Optional<Chunk> takeTail(Try of, Instant now, boolean atOnce) {
        boolean isTime = atOnce
                || !last.plus(SILENT).isAfter(now)
                || !tailWritten.plus(TAIL_EVERY).isAfter(now);
        if (!isTailNew || !isTime) {
            return Optional.empty();
        }
        isTailNew = false;
        tailWritten = now;
        String gap = leftOut == 0
                ? ""
                : "… " + leftOut + (leftOut == 1 ? " line is" : " lines are") + " in the service's own log only …\n";
        return Optional.of(new Chunk(of, tailSince, gap + String.join("\n", tail) + "\n", true));
    }

    /** Whether all was taken, and nothing was said since then. */
    synchronized boolean isOlderThan(Instant moment) {
        return head.isEmpty() && !isTailNew && last.isBefore(moment);
    }
}
