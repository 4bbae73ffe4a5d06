package io.caravan.watch.cause;

import io.caravan.routes.DidYouMean;
import io.caravan.routes.FileMistake;
import io.caravan.routes.OwnYaml;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one cause's YAML file. */
final class CauseFile {
    private CauseFile() {}

    /** {@code rules} know which thresholds there are. */
    static CauseSettings read(Path path, Cause cause, Collection<CauseRule> rules) throws FileMistake {
        return OwnYaml.read(path, CauseText.class, "docs/causes.md", text -> settings(cause, text, rules));
    }

    private static CauseSettings settings(Cause cause, CauseText text, Collection<CauseRule> rules) {
        CauseSettings plain = CauseSettings.plain(cause);
        Severity severity = severity(text.severity(), plain.severity());
        return new CauseSettings(
                cause,
                text.enabled() == null || text.enabled(),
                text.order() == null ? plain.order() : text.order(),
                text.atLeast() == null ? plain.atLeast() : text.atLeast(),
                severity,
                severity(text.raisedSeverity(), severity.orMore(plain.raisedSeverity())),
                thresholds(cause, text.thresholds(), rules),
                text.title() == null ? plain.title() : text.title().strip(),
                template(text.remedy(), TextFields.FOR_US),
                template(text.customerDraft(), TextFields.FOR_CUSTOMERS));
    }

    private static Severity severity(@Nullable String written, Severity usual) {
        return written == null
                ? usual
                : Severity.of(written)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "'" + written + "' is no severity; use low, medium, high or critical"));
    }

    private static Map<String, Double> thresholds(
            Cause cause, @Nullable Map<String, Double> written, Collection<CauseRule> rules) {
        if (written == null) {
            return Map.of();
        }
        Collection<String> known = rules.stream()
                .filter(rule -> rule.cause() == cause)
                .flatMap(rule -> rule.thresholds().keySet().stream())
                .toList();
        written.forEach((name, value) -> {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "'" + name + "' is no threshold of " + cause + "; " + DidYouMean.cure(name, known));
            }
        });
        return written;
    }

    private static Optional<Template> template(@Nullable String text, Collection<String> known) {
        return Optional.ofNullable(text).filter(t -> !t.isBlank()).map(t -> Template.of(t, known));
    }
}
