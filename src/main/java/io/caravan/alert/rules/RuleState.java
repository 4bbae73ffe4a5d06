package io.caravan.alert.rules;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known between a rule and an asset. Where nothing is, there is none of these.
 *
 * @param meaning of the rule, when this came about
 * @param since event time from which the condition held
 * @param times event times that were counted; empty for rules without a count
 * @param toldAt the last signal, by time of arrival; null while pending
 * @param dueAt by time of arrival: something happens then though no record comes; null where nothing does
 * @param record the record that brought it about, as JSON
 * @param labels what the route has said
 */
public record RuleState(
        Phase phase,
        String meaning,
        Instant since,
        List<Instant> times,
        @Nullable Instant toldAt,
        @Nullable Instant dueAt,
        String record,
        Map<String, String> labels) {
    public RuleState {
        times = List.copyOf(times);
        labels = Map.copyOf(labels);
    }

    boolean isFiring() {
        return phase == Phase.FIRING;
    }

    RuleState dueAt(@Nullable Instant due) {
        return new RuleState(phase, meaning, since, times, toldAt, due, record, labels);
    }

    RuleState counted(List<Instant> counted) {
        return new RuleState(phase, meaning, since, counted, toldAt, dueAt, record, labels);
    }

    /** Told at this time, about this record. */
    RuleState firing(Instant told, @Nullable Instant due, String about) {
        return new RuleState(Phase.FIRING, meaning, since, times, told, due, about, labels);
    }

    /** As the rule is now: what was gathered for another meaning counts no longer, but what fires goes on until the new one ends it. */
    @Nullable
    RuleState under(Rule rule) {
        if (meaning.equals(rule.meaning())) {
            return this;
        }
        return isFiring()
                ? new RuleState(phase, rule.meaning(), since, List.of(), toldAt, dueAt, record, labels)
                : null;
    }
}
