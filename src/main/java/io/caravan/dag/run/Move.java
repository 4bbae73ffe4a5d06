package io.caravan.dag.run;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a task goes after a try.
 *
 * @param pause until it may be claimed again; for a state in which it may
 * @param unspent whether the try doesn't count
 * @param output as JSON
 */
public record Move(
        TaskState to,
        Duration pause,
        boolean unspent,
        @Nullable String output,
        @Nullable String error,
        @Nullable String note) {
    public static Move to(TaskState state) {
        return new Move(state, Duration.ZERO, false, null, null, null);
    }

    Move withOutput(@Nullable String json) {
        return new Move(to, pause, unspent, json, error, note);
    }

    public Move withError(String message) {
        return new Move(to, pause, unspent, output, message, note);
    }

    public Move withNote(String text) {
        return new Move(to, pause, unspent, output, error, text);
    }

    public Move after(Duration wait) {
        return new Move(to, wait, unspent, output, error, note);
    }

    public Move uncounted() {
        return new Move(to, pause, true, output, error, note);
    }

    public Instant readyAt(Instant now) {
        return now.plus(pause);
    }
}
