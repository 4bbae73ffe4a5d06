package io.caravan.alert.rules.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.batch.RawRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    private static final String RECORD = """
            {"status": "off", "power": 50.5, "efficiency": 0.4, "zero": 0, "text": "12.50", "blank": " ", "none": null, "on": true, "off": false, "yes": "true",
             "car_id": 17, "nested": {"deep": {"x": 1.0}}, "wheels": [210, 180], "codes": ["P0100", "U1000"], "fuel-level": 9, "big": 12345678901234567890.000000000000000001,
             "day": "2026-03-02", "word": "NaN"}""";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "efficiency < 0.4                              | FALSE",
                "efficiency <= 0.4                             | TRUE",
                "efficiency == 0.40                            | TRUE",
                "0.4 >= efficiency                             | TRUE",
                "status == 'off' and power > 50                | TRUE",
                "status == \"off\" and power > 50.5            | FALSE",
                "status != 'off' or power > 50                 | TRUE",
                "not (status == 'off' and power > 50)          | FALSE",
                "not status == 'on'                            | TRUE",
                "status in ['on', 'off']                       | TRUE",
                "status not in ['on', 'idle']                  | TRUE",
                "car_id in [16, 17.0]                          | TRUE",
                "car_id == '17'                                | TRUE",
                "car_id == 'A17'                               | FALSE",
                "missing < 1                                   | UNKNOWN",
                "missing < 1 and power > 90                    | FALSE",
                "missing < 1 or power < 90                     | TRUE",
                "not missing < 1                               | UNKNOWN",
                "missing is absent                             | TRUE",
                "none is absent and blank is absent            | TRUE",
                "zero is present                               | TRUE",
                "power is not present                          | FALSE",
                "on                                            | TRUE",
                "not off and on == true                        | TRUE",
                "yes == true                                   | TRUE",
                "on == false                                   | FALSE",
                "nested.deep.x == 1                            | TRUE",
                "/nested/deep/x < 2                            | TRUE",
                "wheels.1 < 200                                | TRUE",
                "/wheels/0 - /wheels/1 > 20                    | TRUE",
                "wheels.2 is absent                            | TRUE",
                "wheels.x is absent                            | TRUE",
                "codes contains 'U1000'                        | TRUE",
                "not codes contains 'P0200'                    | TRUE",
                "day contains '-03-'                           | TRUE",
                "/fuel-level < 10                              | TRUE",
                "text > 12                                     | TRUE",
                "text + 0.5 == 13                              | TRUE",
                "power / 2 > 25 and power/2 < 26               | TRUE",
                "power * 2 - 1 == 100                          | TRUE",
                "0.1 + 0.2 == 0.3                              | TRUE",
                "car_id % 5 == 2                               | TRUE",
                "-power < -50                                  | TRUE",
                "(power - 0.5) * 2 == 100                      | TRUE",
                "((power > 1) or (power < 0)) and status=='off'| TRUE",
                "big > 12345678901234567890                    | TRUE",
                "big == 12345678901234567890                   | FALSE",
                "day >= '2026-03-01'                           | TRUE",
                "power == 50.5 and status contains 'ff'        | TRUE"
            })
    void saysWhetherItHolds(String condition, Truth expected) {
        List<String> faults = new ArrayList<>();

        assertThat(test(condition, Map.of(), faults)).isEqualTo(expected);
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "status < 5       | \"off\" < 5",
                "word > 1         | \"NaN\" > 1",
                "on > 0           | true > 0",
                "nested > 0       | {\"deep\"",
                "power / zero > 1 | 50.5 / 0",
                "status * 2 > 1   | \"off\" * 2"
            })
    void whatCannotBeJudgedIsUnknownAndTold(String condition, String told) {
        List<String> faults = new ArrayList<>();

        assertThat(test(condition, Map.of(), faults)).isEqualTo(Truth.UNKNOWN);
        assertThat(faults).singleElement().asString().startsWith(told.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "rate(power) > 5 per 1m          | TRUE",
                "rate(power) > 6 per 1m          | FALSE",
                "rate(power) == 0.1              | TRUE",
                "change(power) == 6              | TRUE",
                "previous(power) < 45            | TRUE",
                "previous(status) == 'on' and status == 'off' | TRUE",
                "last(speed) > 80 and power > 50 | TRUE",
                "last(power) == 50.5             | TRUE",
                "rate(zero) > 0                  | UNKNOWN",
                "previous(zero) is absent        | TRUE"
            })
    void looksBack(String condition, Truth expected) {
        Map<String, Object> before = Map.of("power", 44.5, "status", "on", "speed", 81);

        assertThat(test(condition, before, new ArrayList<>())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "power >                  | it ends where a value should stand",
                "power = 5                | write `==`",
                "power > 5 && on          | write `and`",
                "!on                      | write `not`",
                "power > 5 annd on        | did you mean 'and'",
                "rat(power) > 5           | did you mean 'rate'",
                "rate(5) > 5              | which is no field",
                "(power > 5               | ) is missing before the end",
                "power is missing         | write `is absent`",
                "status == 'off           | close its quote",
                "power                    |",
                "power + 1                | compare it with something",
                "(power > 1) + 2 > 5      | put each comparison of its own",
                "power in [status]        | compare fields with ==",
                "rate(power) > 5 per blue | write such as 5 per 1m",
                "5m > power               | only follows `per`",
                "and > 5                  | written as /and",
                "a..b > 5                 | can't be read",
                "getClass() == 'x'        | getClass is no function"
            })
    void aMistakeIsToldWithItsCure(String condition, @Nullable String told) {
        if (told == null) {
            assertThat(ConditionParser.parse(condition, new Fields())).isNotNull();
            return;
        }
        assertThatThrownBy(() -> ConditionParser.parse(condition, new Fields()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + condition.strip())
                .hasMessageContaining("; ")
                .hasMessageContaining(told.strip());
    }

    @Test
    void deepNestingIsRefusedRatherThanTakingTheStack() {
        assertThatThrownBy(() -> ConditionParser.parse("(".repeat(10_000) + "a > 1" + ")".repeat(10_000), new Fields()))
                .hasMessageContaining("nested more than 50 deep");
    }

    private static Truth test(String condition, Map<String, Object> before, List<String> faults) {
        Fields fields = new Fields();
        Condition parsed = ConditionParser.parse(condition, fields);
        ObjectNode record = RawRecord.of(RECORD).value();
        ObjectNode earlier = RawRecord.of(before).value();
        Facts facts = new Facts() {
            @Override
            public JsonNode value(Field field) {
                return field.in(record);
            }

            @Override
            public @Nullable Earlier earlier(Field field) {
                JsonNode value = field.in(earlier);
                return value.isMissingNode() ? null : new Earlier(value, NOW.minusSeconds(60));
            }

            @Override
            public Instant at() {
                return NOW;
            }

            @Override
            public void fault(String what) {
                faults.add(what);
            }
        };
        assertThat(parsed.negated().negated().test(facts)).isEqualTo(parsed.test(facts));
        assertThat(parsed.negated().test(facts)).isEqualTo(parsed.test(facts).not());
        faults.clear();
        return parsed.test(facts);
    }
}
