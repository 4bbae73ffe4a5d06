package io.caravan.watch.cause;

import io.caravan.watch.cause.CauseRule.Suspicion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds the likeliest cause of a trouble: the first rule, in the order of the files, that is confident enough. {@link Cause#UNKNOWN} when none is, with all that is known. Safe for any thread.
 */
public final class Causes {
    static final List<CauseRule> RULES = List.of(
            new NotPolling(),
            new OwnDeploy(),
            new ProviderAuthChanged(),
            new CredentialsExpired(),
            new QuotaUsedUp(),
            new ProviderOutage(),
            new SchemaChanged(),
            new OnHoliday(),
            new FleetOff());

    private static final Map<Cause, CauseRule> BY_CAUSE =
            RULES.stream().collect(Collectors.toMap(CauseRule::cause, Function.identity()));

    private final CauseFiles files;

    public Causes(CauseFiles files) {
        this.files = files;
    }

    private record Suspect(CauseSettings settings, Suspicion suspicion) {
        boolean isEnough() {
            return suspicion.confidence() >= settings.atLeast();
        }
    }

    public Finding find(Evidence evidence) {
        List<Suspect> suspects = suspects(evidence);
        Suspect chosen = suspects.stream()
                .filter(Suspect::isEnough)
                .findFirst()
                .orElseGet(() -> new Suspect(files.of(Cause.UNKNOWN), unknown(evidence)));
        List<Suspect> others = suspects.stream()
                .filter(suspect ->
                        suspect.settings().cause() != chosen.settings().cause())
                .toList();
        return finding(chosen, others, evidence);
    }

    private List<Suspect> suspects(Evidence evidence) {
        List<Suspect> suspects = new ArrayList<>();
        for (CauseSettings settings : files.inOrder()) {
            CauseRule rule = BY_CAUSE.get(settings.cause());
            if (rule != null && settings.enabled()) {
                rule.suspect(evidence, Thresholds.of(rule, settings.thresholds()))
                        .ifPresent(suspicion -> suspects.add(new Suspect(settings, suspicion)));
            }
        }
        return suspects;
    }

    private static Suspicion unknown(Evidence evidence) {
        return new Suspicion(
                0,
                evidence.calls().total() == 0
                        ? "nothing is known of calls to its provider since it began"
                        : "its provider's calls show nothing unusual");
    }

    private static Finding finding(Suspect chosen, List<Suspect> others, Evidence evidence) {
        CauseSettings settings = chosen.settings();
        Suspicion suspicion = chosen.suspicion();
        Map<String, String> values = TextFields.of(evidence, suspicion);
        List<Fact> facts = new ArrayList<>(Facts.of(evidence));
        others.forEach(other -> facts.add(new Fact(
                "also possible",
                "%s (%.0f %%): %s"
                        .formatted(
                                other.settings().cause(),
                                100 * other.suspicion().confidence(),
                                other.suspicion().because()))));
        return new Finding(
                settings.cause(),
                suspicion.confidence(),
                suspicion.raised() ? settings.raisedSeverity() : settings.severity(),
                settings.title(),
                suspicion.because(),
                settings.remedy()
                        .map(template -> template.fill(values))
                        .orElse(settings.cause().remedy()),
                settings.customerDraft().map(template -> template.fill(values)).or(Optional::empty),
                facts);
    }
}
