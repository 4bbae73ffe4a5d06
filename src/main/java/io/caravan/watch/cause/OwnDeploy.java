package io.caravan.watch.cause;

import io.caravan.watch.cause.Evidence.Change;
import io.caravan.watch.cause.Evidence.Others;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** It began right after Caravan was changed, and several providers are in trouble, or the change was about this very provider. */
final class OwnDeploy implements CauseRule {
    @Override
    public Cause cause() {
        return Cause.OWN_DEPLOY;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("withinMinutes", 15.0, "providers", 2.0);
    }

    @Override
    public Optional<Suspicion> suspect(Evidence evidence, Thresholds thresholds) {
        Instant since = evidence.trouble().since();
        Instant from = since.minus(thresholds.minutes("withinMinutes"));
        // an error shows with the first call after the change, a silence begins with the last packet before it
        return evidence.changes().stream()
                .filter(change -> !change.at().isBefore(from))
                .filter(change -> !change.at().isAfter(since.plus(thresholds.minutes("withinMinutes"))))
                .findFirst()
                .flatMap(change -> suspicion(change, evidence, thresholds));
    }

    private static Optional<Suspicion> suspicion(Change change, Evidence evidence, Thresholds thresholds) {
        Others others = evidence.others();
        boolean works = evidence.calls().accepted() > evidence.calls().empty();
        boolean several = others.providersInTrouble() + 1 >= thresholds.number("providers") && !works;
        boolean itsOwn = evidence.trouble()
                        .provider()
                        .filter(name -> isAbout(change, name))
                        .isPresent()
                && !works;
        if (!several && !itsOwn) {
            return Optional.empty();
        }
        Duration apart =
                Duration.between(change.at(), evidence.trouble().since()).abs();
        return Optional.of(new Suspicion(
                several ? 0.9 : 0.7,
                change.sentence() + " on " + change.node() + " " + Words.duration(apart) + " from when it began"
                        + (several ? ", and " + (others.providersInTrouble() + 1) + " providers are in trouble" : "")));
    }

    /** A file is about the provider whose name it has. */
    private static boolean isAbout(Change change, String provider) {
        String file = change.what().substring(change.what().lastIndexOf('/') + 1);
        return file.startsWith(provider + ".") || file.startsWith(provider + "-");
    }
}
