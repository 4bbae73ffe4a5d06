package io.caravan.watch.cause;

import io.caravan.watch.cause.Evidence.Calls;
import io.caravan.watch.cause.Evidence.FieldDrift;
import io.caravan.watch.cause.Evidence.RejectingStep;
import io.caravan.watch.cause.Evidence.Rejects;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Answers come, but their pages or records are not what the route and the table expect. */
final class SchemaChanged implements CauseRule {
    @Override
    public Cause cause() {
        return Cause.SCHEMA;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("pages", 2.0, "records", 10.0, "share", 0.5, "all", 5.0);
    }

    @Override
    public Optional<Suspicion> suspect(Evidence evidence, Thresholds thresholds) {
        Rejects rejects = evidence.rejects();
        Calls calls = evidence.calls();
        int pages = Math.max(rejects.pages(), calls.badPages());
        if (pages >= thresholds.number("pages") && pages > calls.accepted()) {
            return Optional.of(new Suspicion(
                    0.85,
                    Words.count(pages, "page was", "pages were") + " not what the stream declares"
                            + said(rejects, evidence)));
        }
        long rejected = rejects.worst().map(RejectingStep::rejected).orElse((long) rejects.records());
        long of = rejects.worst().map(RejectingStep::records).orElse(calls.records());
        boolean isMuch = rejected >= thresholds.number("records") && rejected >= of * thresholds.number("share");
        boolean isAll = rejected >= thresholds.number("all") && rejected >= of;
        if (!isMuch && !isAll) {
            return Optional.empty();
        }
        boolean drift = evidence.drift().filter(FieldDrift::isAny).isPresent();
        return Optional.of(new Suspicion(
                drift ? 0.95 : rejected > 2L * rejects.recordsBefore() ? 0.8 : 0.6,
                rejected + " of " + Words.count(of, "record", "records")
                        + rejects.worst().map(step -> " for " + step.name()).orElse("") + " were rejected"
                        + said(rejects, evidence)));
    }

    private static String said(Rejects rejects, Evidence evidence) {
        return evidence.drift()
                .filter(FieldDrift::isAny)
                .map(SchemaChanged::diff)
                .or(() -> rejects.worst().flatMap(RejectingStep::why))
                .or(rejects::message)
                .map(text -> ": " + text)
                .orElse("");
    }

    static String diff(FieldDrift drift) {
        String gone = drift.gone().isEmpty() ? "" : "gone " + String.join(", ", new TreeSet<>(drift.gone()));
        String fresh = drift.fresh().isEmpty() ? "" : "new " + String.join(", ", new TreeSet<>(drift.fresh()));
        return gone + (gone.isEmpty() || fresh.isEmpty() ? "" : "; ") + fresh;
    }
}
