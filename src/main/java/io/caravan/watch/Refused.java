package io.caravan.watch;

import java.time.Instant;
import java.util.List;

/**
 * Packets that aren't counted, since their provider has got as many new fleets in a day as its route allows.
 *
 * @param pointer where the route looks for the fleet
 * @param most new fleets of a provider in a day
 * @param samples of what stands there
 * @param firstAt when the first of them came
 * @param lastAt when the last of them came
 */
record Refused(
        String provider,
        String pointer,
        int most,
        long packets,
        List<String> samples,
        Instant firstAt,
        Instant lastAt) {
    Refused {
        samples = List.copyOf(samples);
    }

    /** {@code 'a', 'b', 'c'}. */
    String quoted() {
        return "'" + String.join("', '", samples) + "'";
    }
}
