package io.caravan.alert.rules;

import io.caravan.alert.Severity;
import io.caravan.alert.rules.RulesText.RuleText;
import io.caravan.alert.rules.condition.ConditionParser;
import io.caravan.alert.rules.condition.Fields;
import io.caravan.alert.text.BrokenTemplateException;
import io.caravan.alert.text.InlineText;
import io.caravan.calendar.Durations;
import io.caravan.routes.FileMistake;
import io.caravan.routes.OwnYaml;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a file of {@code config/rules}. */
public final class RulesFile {
    private static final String MANUAL = "docs/stream-rules.md";
    private static final Pattern NAME = Pattern.compile("[\\w.-]+");

    private RulesFile() {}

    /** The file's rules that are switched on. */
    public static List<Rule> read(Path path) throws FileMistake {
        return OwnYaml.read(path, RulesText.class, MANUAL, RulesFile::rules);
    }

    private static List<Rule> rules(RulesText text) {
        Map<String, RuleText> written = text.rules() == null ? Map.of() : text.rules();
        written.forEach((name, rule) -> {
            if (rule == null) {
                throw new IllegalArgumentException("'" + name + "' says nothing; add `when:`");
            }
        });
        return written.entrySet().stream()
                .filter(entry -> !Boolean.FALSE.equals(entry.getValue().enabled()))
                .map(entry -> rule(entry.getKey(), entry.getValue(), text.dataset()))
                .toList();
    }

    private static Rule rule(String name, RuleText text, @Nullable String dataset) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name of a rule; write it with letters, digits, - and _");
        }
        if (text.count() != null && text.holds() != null) {
            throw new IllegalArgumentException(
                    "'" + name + "' has both for and count; keep one, or make two rules of it");
        }
        return new Rule(
                name,
                required(name, "dataset", text.dataset() == null ? dataset : text.dataset()),
                condition(required(name, "when", text.when())),
                Optional.ofNullable(text.clear()).map(RulesFile::condition),
                text.holds() == null ? Duration.ZERO : duration(text.holds()),
                Optional.ofNullable(text.count()).map(CountWindow::parse),
                Optional.ofNullable(text.expire()).map(RulesFile::duration),
                text.severity() == null ? Severity.MEDIUM : Severity.parse(text.severity()),
                texts(text));
    }

    private static String condition(String text) {
        ConditionParser.parse(text, new Fields());
        return text;
    }

    private static RuleTexts texts(RuleText text) {
        Map<String, InlineText> labels = new TreeMap<>();
        if (text.labels() != null) {
            text.labels().forEach((label, value) -> labels.put(label, template(value)));
        }
        return new RuleTexts(
                Optional.ofNullable(text.summary()).map(RulesFile::template),
                Optional.ofNullable(text.asset()).map(RulesFile::template),
                Optional.ofNullable(text.action()).map(RulesFile::template),
                Optional.ofNullable(text.customerDraft()).map(RulesFile::template),
                labels);
    }

    private static InlineText template(String text) {
        try {
            return InlineText.of(text);
        } catch (BrokenTemplateException e) {
            throw new IllegalArgumentException(
                    "'" + text.lines().findFirst().orElse("") + "' is no template: " + e.getMessage()
                            + "; write fields such as ${data.power}",
                    e);
        }
    }

    private static Duration duration(String text) {
        return Durations.parse(text)
                .filter(time -> time.compareTo(Duration.ZERO) > 0)
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + text + "' is no time; write it such as 30s, 5m, 4h or 1d"));
    }

    private static String required(String rule, String key, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("'" + rule + "' lacks " + key + "; add `" + key + ":`");
        }
        return value;
    }
}
