package io.caravan.load;

import java.time.Duration;
import java.util.Optional;

/**
 * How far the load of a file is.
 *
 * @param records read so far, those of an earlier try included
 * @param recordsPerSecond of this try
 * @param bytesRead of the file
 * @param bytesTotal size of the file; 0: unknown
 * @param elapsed of this try
 * @param done whether that was all
 */
public record LoadProgress(
        String table,
        String source,
        long records,
        double recordsPerSecond,
        long bytesRead,
        long bytesTotal,
        Duration elapsed,
        boolean done) {

    /** How long the rest will take at the speed so far, where size and speed are known. */
    public Optional<Duration> eta() {
        if (bytesTotal <= 0 || bytesRead <= 0 || elapsed.isZero()) {
            return Optional.empty();
        }
        double left = Math.max(0, bytesTotal - bytesRead);
        return Optional.of(Duration.ofMillis(Math.round(elapsed.toMillis() * left / bytesRead)));
    }
}
