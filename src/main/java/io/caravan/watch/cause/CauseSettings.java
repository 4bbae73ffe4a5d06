package io.caravan.watch.cause;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How one cause is judged and told.
 *
 * @param enabled whether it is looked for
 * @param order smaller is asked first
 * @param atLeast how confident its rule must be
 * @param severity as a rule
 * @param raisedSeverity when the rule finds it worse than usual
 * @param thresholds those of the rule that the file changes
 */
record CauseSettings(
        Cause cause,
        boolean enabled,
        int order,
        double atLeast,
        Severity severity,
        Severity raisedSeverity,
        Map<String, Double> thresholds,
        String title,
        Optional<Template> remedy,
        Optional<Template> customerDraft) {
    static final double AT_LEAST = 0.6;

    CauseSettings {
        thresholds = Map.copyOf(thresholds);
    }

    /** The cause as the code knows it, for where no file says otherwise. */
    static CauseSettings plain(Cause cause) {
        return new CauseSettings(
                cause,
                true,
                order(cause),
                AT_LEAST,
                cause.severity(),
                cause.severity().orMore(Severity.HIGH),
                Map.of(),
                cause.title(),
                Optional.empty(),
                Optional.empty());
    }

    static int order(Cause cause) {
        return 10 * (List.of(Cause.values()).indexOf(cause) + 1);
    }
}
