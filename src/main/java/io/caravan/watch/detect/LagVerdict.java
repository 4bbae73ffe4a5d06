package io.caravan.watch.detect;

import java.time.Duration;

/**
 * How old the newest event is that arrived.
 *
 * @param limit from which lag a series is lagging
 */
public record LagVerdict(Duration lag, Duration limit) {

    public boolean isLagging() {
        return lag.compareTo(limit) > 0;
    }
}
