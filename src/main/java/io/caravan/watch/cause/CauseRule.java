package io.caravan.watch.cause;

import java.util.Map;
import java.util.Optional;

/** Recognizes one cause from evidence. Pure; safe for any thread. */
interface CauseRule {
    Cause cause();

    /** The numbers that a file may change, with the values they have otherwise. */
    default Map<String, Double> thresholds() {
        return Map.of();
    }

    /** What speaks for this cause; empty when nothing does. */
    Optional<Suspicion> suspect(Evidence evidence, Thresholds thresholds);

    /**
     * A cause that may be it.
     *
     * @param confidence from 0 to 1
     * @param because what it is concluded from, in one sentence
     * @param raised whether it is worse than usual
     */
    record Suspicion(double confidence, String because, boolean raised) {
        Suspicion(double confidence, String because) {
            this(confidence, because, false);
        }
    }
}
