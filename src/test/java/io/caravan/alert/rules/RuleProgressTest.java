package io.caravan.alert.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.alert.rules.RuleProgress.Sighting;
import io.caravan.alert.rules.condition.Truth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rule's states as timelines: at each minute what the record says of the conditions, T(rue), F(alse), U(nknown), of when and clear; {@code due} where no record comes. */
class RuleProgressTest {
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''                       | 0 F; 1 T; 2 T; 3 F; 4 T        | 1 FIRE; 3 RESOLVE; 4 FIRE",
                "''                       | 0 T; 1 U; 2 T; 8 T; 9 T; 10 F  | 0 FIRE; 8 AGAIN; 10 RESOLVE",
                "clear: x > 2             | 0 T; 1 FF; 2 UF; 3 FT; 4 FT    | 0 FIRE; 3 RESOLVE",
                "clear: x > 2             | 0 T; 1 TT; 2 FT                | 0 FIRE; 2 RESOLVE",
                "for: 5m                  | 0 T; 3 T; 5 T; 6 T; 7 F        | 5 FIRE; 7 RESOLVE",
                "for: 5m                  | 0 T; 3 F; 4 T; 8 T; 9 T        | 9 FIRE",
                "for: 5m                  | 0 T; 3 U; 5 due; 6 F           | 5 FIRE; 6 RESOLVE",
                "for: 5m                  | 0 T; 4 due; 5 due              | 5 FIRE",
                "for: 5m, expire: 10m     | 0 T; 5 T; 15 due; 16 due       | 5 FIRE; 16 RESOLVE",
                "expire: 10m              | 0 T; 9 T; 11 due; 20 due       | 0 FIRE; 9 AGAIN; 20 RESOLVE",
                "expire: 10m              | 0 T; 9 U; 11 due               | 0 FIRE; 11 RESOLVE",
                "count: 3 within 10m      | 0 T; 2 T; 9 T; 10 F; 11 F      | 9 FIRE; 11 RESOLVE",
                "count: 3 within 10m      | 0 T; 2 F; 9 T; 11 T; 12 T      | 12 FIRE",
                "count: 3 within 10m      | 0 T; 2 T; 9 T; 10 due; 11 due  | 9 FIRE; 11 RESOLVE",
                "count: 3 within 10m      | 0 T; 2 T; 10 T; 11 T; 12 T; 13 F; 22 F | 10 FIRE; 22 RESOLVE",
                "count: 3 within 10m      | 0 T; 2 T; 12 due; 13 T; 14 T   | ",
                "'count: 2 within 10m, clear: x > 2' | 0 T; 1 T; 20 FF; 21 FT | 1 FIRE; 21 RESOLVE"
            })
    void tellsInTime(String options, String timeline, @Nullable String expected) throws Exception {
        Rule rule = rule(options);
        List<String> told = new ArrayList<>();
        RuleState state = null;
        for (String event : timeline.split(";", -1)) {
            String[] words = event.strip().split(" ", 2);
            Instant at = START.plusSeconds(60 * Long.parseLong(words[0]));
            RuleStep step = step(rule, state, at, words[1]);
            state = step.state();
            if (step.kind() != RuleStep.Kind.NOTHING) {
                told.add(words[0] + " " + step.kind());
            }
        }
        assertThat(String.join("; ", told)).isEqualTo(expected == null ? "" : expected);
    }

    private static RuleStep step(Rule rule, @Nullable RuleState state, Instant at, String says) {
        if (says.equals("due")) {
            Instant due = state == null ? null : state.dueAt();
            return state == null || due == null || due.isAfter(at)
                    ? RuleStep.quietly(state)
                    : RuleProgress.due(rule, state, at);
        }
        return RuleProgress.next(
                rule,
                state,
                new Sighting(
                        truth(says.charAt(0)),
                        says.length() > 1 ? truth(says.charAt(1)) : Truth.UNKNOWN,
                        at,
                        at,
                        JsonNodeFactory.instance.objectNode(),
                        Map.of()));
    }

    private static Truth truth(char letter) {
        return letter == 'T' ? Truth.TRUE : letter == 'F' ? Truth.FALSE : Truth.UNKNOWN;
    }

    private Rule rule(String options) throws Exception {
        String all = options.isBlank() ? "" : ", " + options;
        Path file = Files.writeString(folder.resolve("rules.yaml"), "rules: {r: {dataset: d, when: x < 1" + all + "}}");
        return RulesFile.read(file).get(0);
    }
}
