package io.caravan.watch;

import java.time.Instant;
import java.util.Optional;

/**
 * What came of a provider in some time, and how much of it could not be used.
 *
 * @param step of the route that says so: the table of {@code load:}, or {@code watch:arrivals}
 * @param since when the first of these records was rejected
 */
record Intake(String provider, String step, long records, long rejected, Optional<Instant> since) {
    /** The step that counts fleets. */
    static final String ARRIVALS = "watch:arrivals";

    /** How much of what usually passes is rejected, from 0 to 1; less than 0: more passes than usually. */
    double excess(double usualShare) {
        if (records == 0 || usualShare >= 1) {
            return 0;
        }
        return 1 - (1 - share()) / (1 - usualShare);
    }

    double share() {
        return records == 0 ? 0 : Math.min(1, rejected / (double) records);
    }

    long passed() {
        return Math.max(0, records - rejected);
    }
}
