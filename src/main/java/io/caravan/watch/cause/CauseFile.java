package io.caravan.watch.cause;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.routes.DidYouMean;
import io.caravan.routes.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Reads one cause's YAML file. */
final class CauseFile {
    static final String SUFFIX = ".yaml";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern QUOTED = Pattern.compile("'([^']+)'");
    private static final Pattern FIELD = Pattern.compile("\\[\"([^\"]+)\"]");

    private CauseFile() {}

    /** What can't be taken as it is written. */
    static final class Mistake extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        Mistake(Problem problem) {
            super(problem.toString());
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    /** {@code rules} know which thresholds there are. */
    static CauseSettings read(Path path, Collection<CauseRule> rules) throws Mistake {
        String text = "";
        try {
            text = Files.readString(path);
            return settings(cause(path), parse(path, text), rules);
        } catch (IOException e) {
            throw new Mistake(new Problem(
                    path, 0, "The file cannot be read: " + e.getMessage(), "check its content and its permissions"));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            throw new Mistake(new Problem(
                    path,
                    line,
                    String.valueOf(e.getProblem()),
                    "check the indentation, the dashes and the colons there"));
        } catch (IllegalArgumentException e) {
            throw mistake(path, text, String.valueOf(e.getMessage()));
        }
    }

    static String name(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    private static Cause cause(Path path) {
        List<String> words = Arrays.stream(Cause.values()).map(Cause::word).toList();
        return Cause.of(name(path))
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no cause '" + name(path) + "'; " + DidYouMean.cure(name(path), words)));
    }

    private static CauseText parse(Path path, String text) {
        Object document =
                new Load(LoadSettings.builder().setLabel("file:" + path).build()).loadFromString(text);
        try {
            return JSON.convertValue(document == null ? Map.of() : document, CauseText.class);
        } catch (IllegalArgumentException e) {
            Matcher field = FIELD.matcher(String.valueOf(e.getMessage()));
            throw new IllegalArgumentException(
                    "'" + (field.find() ? field.group(1) : name(path)) + "' can't be read; write it as"
                            + " config/schemas/causes.schema.json says",
                    e);
        }
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

    /** A message quotes the offending value first; the line is the first that holds it. */
    private static Mistake mistake(Path path, String text, String message) {
        Matcher quoted = QUOTED.matcher(message);
        String value = quoted.find() ? quoted.group(1) : "";
        List<String> lines = text.lines().toList();
        int line = 0;
        for (int i = 0; i < lines.size() && line == 0 && !value.isEmpty(); i++) {
            line = lines.get(i).contains(value) ? i + 1 : 0;
        }
        int cure = message.indexOf("; ");
        return new Mistake(
                cure < 0
                        ? new Problem(path, line, message, "mend it")
                        : new Problem(path, line, message.substring(0, cure), message.substring(cure + 2)));
    }
}
