package io.caravan.alert.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.rules.RuleProgress.Sighting;
import io.caravan.alert.rules.condition.Facts.Earlier;
import io.caravan.alert.rules.condition.Field;
import io.caravan.alert.rules.condition.Truth;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Judges records by the rules of their dataset, one after the other, each asset's in the order of their time. Used by one thread. */
final class RuleRun {
    private final DatasetRules rules;
    private final Map<String, String> labels;
    private final Listener listener;
    private final RecordFacts facts;
    private final Candidates candidates;
    private @Nullable CompiledRule judging;

    /** Is told what comes of records. */
    interface Listener {
        /** Something has changed between a rule and an asset. */
        void stepped(CompiledRule rule, String asset, RuleStep step);

        /** A rule can't be judged by a record. */
        void unjudged(Rule rule, String what);
    }

    /** @param labels of the signals that come of it, as the route says */
    RuleRun(DatasetRules rules, Map<String, String> labels, Listener listener) {
        this.rules = rules;
        this.labels = labels;
        this.listener = listener;
        this.facts = rules.facts(this::fault);
        this.candidates = rules.candidates();
    }

    private void fault(String what) {
        if (judging != null) {
            listener.unjudged(judging.rule(), what);
        }
    }

    /**
     * Judges a record.
     *
     * @param late whether a later one of the asset has been judged before: then it only counts for rules that count
     */
    void judge(String asset, AssetState known, ObjectNode record, Instant at, Instant arrivedAt, boolean late) {
        facts.read(record, at, known.memory());
        rules.find(facts, candidates);
        for (int i = 0; i < candidates.size(); i++) {
            CompiledRule rule = rules.get(candidates.get(i));
            if (!late || rule.rule().count().isPresent()) {
                judge(rule, asset, known, record, at, arrivedAt);
            }
        }
        if (!late) {
            for (String name : known.rules()) {
                CompiledRule rule = rules.named(name);
                if (rule != null && !candidates.has(rule.number())) {
                    judge(rule, asset, known, record, at, arrivedAt);
                }
            }
            remember(known, at);
        }
    }

    private void judge(
            CompiledRule rule, String asset, AssetState known, ObjectNode record, Instant at, Instant arrivedAt) {
        judging = rule;
        RuleState stored = known.state(rule.rule().name());
        RuleState state = stored == null ? null : stored.under(rule.rule());
        Truth when = rule.when().test(facts);
        if (when != Truth.TRUE && state == null && stored == null) {
            return;
        }
        Truth clear = state != null && state.isFiring()
                ? rule.clear().map(condition -> condition.test(facts)).orElse(Truth.UNKNOWN)
                : Truth.UNKNOWN;
        if (when == Truth.UNKNOWN
                && clear == Truth.UNKNOWN
                && Objects.equals(state, stored)
                && rule.rule().count().isEmpty()) {
            return;
        }
        RuleStep step = RuleProgress.next(rule.rule(), state, new Sighting(when, clear, at, arrivedAt, record, labels));
        known.put(rule.rule().name(), step.state());
        listener.stepped(rule, asset, step);
    }

    private void remember(AssetState known, Instant at) {
        for (Field field : rules.remembered()) {
            JsonNode value = facts.value(field);
            if (!value.isMissingNode()) {
                known.remember(field.name(), new Earlier(value, at));
            }
        }
    }
}
