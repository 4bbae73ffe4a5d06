package io.caravan.poll;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param status the provider's; 0 when it didn't answer
 * @param error what went wrong; null when nothing did
 * @param renewed whether it was refused, and is tried once more with a fresh access token
 */
record CallOutcome(
        int status,
        int records,
        long bytes,
        Duration took,
        Optional<ErrorKind> kind,
        @Nullable String error,
        boolean renewed) {

    boolean answered() {
        return status != 0;
    }
}
