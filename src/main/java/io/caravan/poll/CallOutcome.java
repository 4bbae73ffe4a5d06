package io.caravan.poll;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param status the provider's; 0 when it didn't answer
 * @param error what went wrong; null when nothing did
 */
record CallOutcome(
        int status,
        int records,
        long bytes,
        Duration took,
        Optional<ErrorKind> kind,
        @Nullable String error) {

    boolean answered() {
        return status != 0;
    }
}
