package io.caravan.alert.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.Severity;
import io.caravan.alert.rules.condition.Truth;
import io.caravan.batch.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleIndexTest {
    private static final List<String> VALUES = List.of(
            "0",
            "1",
            "1.0",
            "-0.0",
            "2.5",
            "-3",
            "\"1\"",
            "\"off\"",
            "\"true\"",
            "\"\"",
            "true",
            "false",
            "null",
            "[1,2]",
            "{\"x\":1}",
            "1e3");

    private static final List<String> LITERALS =
            List.of("0", "1", "1.00", "-3", "2.5", "'1'", "'off'", "'true'", "true", "false", "1000");

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 42})
    void findsAllThatHold(long seed) {
        Random random = new Random(seed);
        List<Rule> written = IntStream.range(0, 400)
                .mapToObj(i -> rule("rule-" + i, condition(random, 3)))
                .toList();
        DatasetRules rules = new DatasetRules(written);
        RecordFacts facts = rules.facts(fault -> {});
        Candidates candidates = rules.candidates();
        long holding = 0;
        for (int i = 0; i < 3_000; i++) {
            ObjectNode record = RawRecord.of(record(random)).value();
            facts.read(record, Instant.EPOCH, Map.of());

            rules.find(facts, candidates);

            TreeSet<Integer> found = IntStream.range(0, candidates.size())
                    .mapToObj(candidates::get)
                    .filter(rule -> rules.get(rule).when().test(facts) == Truth.TRUE)
                    .collect(Collectors.toCollection(TreeSet::new));
            TreeSet<Integer> all = rules.all().stream()
                    .filter(rule -> rule.when().test(facts) == Truth.TRUE)
                    .map(CompiledRule::number)
                    .collect(Collectors.toCollection(TreeSet::new));
            holding += all.size();
            assertThat(found).as("record %s", record).isEqualTo(all);
        }
        assertThat(holding).isGreaterThan(100_000);
    }

    @Test
    void aRecordMeetsOnlyTheRulesOfItsFieldsAndValues() {
        DatasetRules rules = new DatasetRules(IntStream.range(0, 1_000)
                .mapToObj(i -> rule("rule-" + i, i % 2 == 0 ? "temperature > " + i : "field" + i + " < 5"))
                .toList());
        RecordFacts facts = rules.facts(fault -> {});
        Candidates candidates = rules.candidates();

        facts.read(RawRecord.of("{\"temperature\": 10.5, \"other\": 1}").value(), Instant.EPOCH, Map.of());
        rules.find(facts, candidates);

        assertThat(candidates.size()).isEqualTo(6);
    }

    private static Rule rule(String name, String when) {
        return new Rule(
                name,
                "d",
                when,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                Severity.LOW,
                new RuleTexts(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of()));
    }

    private static String condition(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 8)) {
            case 0 -> field(random) + one(random, " < ", " <= ", " > ", " >= ") + one(random, LITERALS);
            case 1 -> one(random, LITERALS) + one(random, " < ", " <= ", " > ", " >= ", " == ") + field(random);
            case 2 -> field(random) + one(random, " == ", " != ", " contains ") + one(random, LITERALS);
            case 3 ->
                field(random) + one(random, " in [", " not in [") + one(random, LITERALS) + ", " + one(random, LITERALS)
                        + "]";
            case 4 ->
                random.nextBoolean()
                        ? field(random) + one(random, " is absent", " is present")
                        : field(random) + " + " + field(random) + " > " + one(random, LITERALS);
            case 5 -> "(" + condition(random, depth - 1) + " and " + condition(random, depth - 1) + ")";
            case 6 -> "(" + condition(random, depth - 1) + " or " + condition(random, depth - 1) + ")";
            default -> "not (" + condition(random, depth - 1) + ")";
        };
    }

    private static String field(Random random) {
        return one(random, "a", "b", "c", "d.e", "d.f", "/list/0", "/list/1");
    }

    private static String record(Random random) {
        return IntStream.range(0, random.nextInt(6))
                .mapToObj(i -> {
                    String name = one(random, "a", "b", "c", "d", "list", "z");
                    return Map.entry(
                            name,
                            switch (name) {
                                case "d" -> "{\"e\":%s,\"f\":%s}".formatted(one(random, VALUES), one(random, VALUES));
                                case "list" -> "[" + one(random, VALUES) + "]";
                                default -> one(random, VALUES);
                            });
                })
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (first, second) -> first))
                .entrySet()
                .stream()
                .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String one(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static String one(Random random, List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
