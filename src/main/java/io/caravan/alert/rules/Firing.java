package io.caravan.alert.rules;

import io.caravan.alert.rules.condition.Field;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A rule fires for an asset.
 *
 * @param fields that its condition is about
 * @param since event time from which the condition held
 * @param record as JSON
 * @param labels what the route has said
 * @param again it has been told before
 */
public record Firing(
        Rule rule,
        String asset,
        List<Field> fields,
        Instant since,
        String record,
        Map<String, String> labels,
        boolean again) {
    static Firing of(CompiledRule rule, String asset, RuleState state, boolean again) {
        return new Firing(rule.rule(), asset, rule.evidence(), state.since(), state.record(), state.labels(), again);
    }
}
