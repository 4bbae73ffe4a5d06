package io.caravan.alert.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.rules.RuleStep.Kind;
import io.caravan.alert.rules.condition.Truth;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides what a record means for a rule and an asset. Pure. */
final class RuleProgress {
    /** So often it is told that a rule still fires. */
    static final Duration AGAIN_AFTER = Duration.ofMinutes(5);

    /** An expiry is put off only when it moves by this share of it, so that not each record is a write. */
    private static final int EXPIRY_GRAINS = 10;

    /** Of a longer record nothing is kept, and its messages lack its values. */
    private static final int LONGEST_RECORD = 16_384;

    private RuleProgress() {}

    /**
     * What a record says of a rule.
     *
     * @param clear of the rule's clear condition; of no meaning where it has none
     * @param at event time
     * @param arrivedAt by our clock
     * @param value the record
     */
    record Sighting(
            Truth when, Truth clear, Instant at, Instant arrivedAt, ObjectNode value, Map<String, String> labels) {
        /** As it is kept. */
        String record() {
            String text = value.toString();
            return text.length() <= LONGEST_RECORD ? text : "{}";
        }
    }

    /** A record came. */
    static RuleStep next(Rule rule, @Nullable RuleState state, Sighting seen) {
        if (rule.count().isPresent()) {
            return counted(rule, rule.count().get(), state, seen);
        }
        if (state == null) {
            return seen.when() == Truth.TRUE ? begun(rule, seen) : RuleStep.NONE;
        }
        return state.isFiring() ? firing(rule, state, seen) : pending(rule, state, seen);
    }

    private static RuleStep begun(Rule rule, Sighting seen) {
        RuleState begun = fresh(rule, List.of(), seen, seen.arrivedAt().plus(rule.holds()));
        return rule.holds().isZero() ? fired(rule, begun, seen) : RuleStep.quietly(begun);
    }

    private static RuleState fresh(Rule rule, List<Instant> times, Sighting seen, Instant due) {
        return new RuleState(Phase.PENDING, rule.meaning(), seen.at(), times, null, due, seen.record(), seen.labels());
    }

    private static RuleStep fired(Rule rule, RuleState state, Sighting seen) {
        return new RuleStep(
                state.firing(seen.arrivedAt(), expiry(rule, seen.arrivedAt()), seen.record()), Kind.FIRE, "");
    }

    private static @Nullable Instant expiry(Rule rule, Instant from) {
        return rule.expire()
                .map(expire -> from.plus(expire).plus(expire.dividedBy(EXPIRY_GRAINS)))
                .orElse(null);
    }

    private static RuleStep pending(Rule rule, RuleState state, Sighting seen) {
        return switch (seen.when()) {
            case FALSE -> RuleStep.NONE;
            case UNKNOWN -> RuleStep.quietly(state);
            case TRUE ->
                Duration.between(state.since(), seen.at()).compareTo(rule.holds()) >= 0
                        ? fired(rule, state, seen)
                        : RuleStep.quietly(state);
        };
    }

    private static RuleStep firing(Rule rule, RuleState state, Sighting seen) {
        boolean over = rule.clear().isPresent()
                ? seen.clear() == Truth.TRUE && seen.when() != Truth.TRUE
                : seen.when() == Truth.FALSE;
        if (over) {
            return RuleStep.resolved(rule.clear()
                    .map(clear -> "cleared: " + clear.strip())
                    .orElse("no longer: " + rule.when().strip()));
        }
        if (seen.when() == Truth.UNKNOWN) {
            return RuleStep.quietly(state);
        }
        return again(state, seen, laterExpiry(rule, state, seen.arrivedAt()));
    }

    private static RuleStep again(RuleState state, Sighting seen, @Nullable Instant due) {
        Instant told = state.toldAt() == null ? seen.arrivedAt() : state.toldAt();
        boolean tell = seen.when() == Truth.TRUE
                && Duration.between(told, seen.arrivedAt()).compareTo(AGAIN_AFTER) >= 0;
        return tell
                ? new RuleStep(state.firing(seen.arrivedAt(), due, seen.record()), Kind.AGAIN, "")
                : RuleStep.quietly(state.dueAt(due));
    }

    private static @Nullable Instant laterExpiry(Rule rule, RuleState state, Instant now) {
        Instant later = expiry(rule, now);
        Instant known = state.dueAt();
        if (later == null || known == null) {
            return later;
        }
        Duration grain = rule.expire().orElseThrow().dividedBy(EXPIRY_GRAINS);
        return Duration.between(known, later).compareTo(grain) >= 0 ? later : known;
    }

    private static RuleStep counted(Rule rule, CountWindow window, @Nullable RuleState state, Sighting seen) {
        List<Instant> before = state == null ? List.of() : state.times();
        boolean one = seen.when() == Truth.TRUE;
        List<Instant> times = one ? window.with(seen.at(), before) : window.at(seen.at(), before);
        boolean enough = times.size() >= window.times();
        if (state != null && state.isFiring()) {
            return stillCounted(rule, window, state.counted(one ? times : before), enough, seen);
        }
        if (enough && one) {
            RuleState full = state == null ? fresh(rule, times, seen, seen.arrivedAt()) : state.counted(times);
            return new RuleStep(
                    full.firing(seen.arrivedAt(), whenTooFew(rule, window, times, seen), seen.record()), Kind.FIRE, "");
        }
        if (one) {
            Instant due = seen.arrivedAt().plus(window.within());
            return RuleStep.quietly(
                    state == null
                            ? fresh(rule, times, seen, due)
                            : state.counted(times).dueAt(due));
        }
        return times.isEmpty() ? RuleStep.NONE : RuleStep.quietly(state);
    }

    private static RuleStep stillCounted(
            Rule rule, CountWindow window, RuleState state, boolean enough, Sighting seen) {
        if (rule.clear().isPresent()) {
            return firing(rule, state, seen);
        }
        if (!enough) {
            return RuleStep.resolved("fewer than " + window);
        }
        Instant due = seen.when() == Truth.TRUE ? whenTooFew(rule, window, state.times(), seen) : state.dueAt();
        return again(state, seen, due);
    }

    /** When too few are left in the window if no more come; with a clear condition, when it expires. */
    private static @Nullable Instant whenTooFew(Rule rule, CountWindow window, List<Instant> times, Sighting seen) {
        if (rule.clear().isPresent()) {
            return expiry(rule, seen.arrivedAt());
        }
        Instant newest = times.get(times.size() - 1);
        Duration left = window.within().minus(Duration.between(times.get(0), newest));
        return seen.arrivedAt().plus(left).plusMillis(1);
    }

    /** No record came until the state was due. */
    static RuleStep due(Rule rule, RuleState state, Instant now) {
        if (state.isFiring()) {
            return RuleStep.resolved(
                    rule.count().isPresent() && rule.clear().isEmpty()
                            ? "fewer than " + rule.count().get()
                            : "no record has said anything of it for "
                                    + rule.expire().map(Duration::toString).orElse("long"));
        }
        return rule.count().isPresent()
                ? RuleStep.NONE
                : new RuleStep(state.firing(now, expiry(rule, now), state.record()), Kind.FIRE, "");
    }
}
