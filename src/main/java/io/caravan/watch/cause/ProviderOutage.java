package io.caravan.watch.cause;

import io.caravan.watch.cause.Evidence.Calls;
import java.util.Map;
import java.util.Optional;

/** The provider fails or doesn't answer: several calls in a row, or all of its fleets are silent together. */
final class ProviderOutage implements CauseRule {
    @Override
    public Cause cause() {
        return Cause.PROVIDER_OUTAGE;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("failures", 3.0, "fleets", 3.0);
    }

    @Override
    public Optional<Suspicion> suspect(Evidence evidence, Thresholds thresholds) {
        Calls calls = evidence.calls();
        double fleets = thresholds.number("fleets");
        boolean many = silent(evidence) >= fleets;
        if (calls.outages() >= thresholds.number("failures") && calls.accepted() * 4 <= calls.total()) {
            return Optional.of(new Suspicion(many || calls.accepted() == 0 ? 0.9 : 0.7, failed(calls)));
        }
        boolean onlyEmpty = calls.accepted() > 0 && calls.empty() == calls.accepted();
        boolean someFlow = evidence.trouble().fleet() && evidence.others().fleetsFlowing() > 0;
        return many && onlyEmpty && !someFlow
                ? Optional.of(new Suspicion(
                        0.65,
                        "all " + silent(evidence) + " fleets of the provider are silent, and its " + calls.accepted()
                                + " answers were empty"))
                : Optional.empty();
    }

    /** Of a merged stream that is silent all fleets are, whether each by itself is known to be so or not. */
    private static int silent(Evidence evidence) {
        return evidence.trouble().fleet()
                ? evidence.others().fleetsSilent() + 1
                : evidence.trouble().members();
    }

    private static String failed(Calls calls) {
        return calls.outages() + " of " + Words.count(calls.total(), "call", "calls") + " failed: "
                + Words.count(calls.serverErrors(), "server error", "server errors") + ", "
                + calls.unanswered() + " without an answer";
    }
}
