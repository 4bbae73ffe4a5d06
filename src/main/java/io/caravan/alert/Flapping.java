package io.caravan.alert;

import io.caravan.alert.routing.FlappingRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How often an incident has opened lately, and whether it flaps. Nagios weighs the changes among the last 21 checks; signals come at no fixed pace, so here openings in a span of time are counted, as people
 * would say it.
 *
 * @param openings the moments of the last ones, the oldest first
 * @param since the first opening of those that made it flap; empty: it has not flapped since it opened last
 * @param stableAt when it has been stable for long enough unless it changes once more
 */
record Flapping(List<Instant> openings, Optional<Instant> since, Optional<Instant> stableAt) {
    static final Flapping NONE = new Flapping(List.of(), Optional.empty(), Optional.empty());

    Flapping {
        openings = List.copyOf(openings);
    }

    /** Whether nothing is told of its openings and resolutions at this moment. */
    boolean holdsAt(Instant moment) {
        return stableAt.isPresent() && moment.isBefore(stableAt.get());
    }

    /** Whether it became stable after somebody was told of it. */
    boolean endedBetween(Optional<Instant> told, Instant now) {
        return stableAt.isPresent()
                && !now.isBefore(stableAt.get())
                && told.isPresent()
                && told.get().isBefore(stableAt.get());
    }

    /** It opens. */
    Flapping opened(Instant now, FlappingRule rule) {
        List<Instant> recent = new ArrayList<>(openings);
        recent.removeIf(opening -> !opening.isAfter(now.minus(rule.within())));
        recent.add(now);
        if (holdsAt(now)) {
            return new Flapping(recent, since, Optional.of(now.plus(rule.stableFor())));
        }
        return recent.size() < rule.openings()
                ? new Flapping(recent, Optional.empty(), Optional.empty())
                : new Flapping(recent, Optional.of(recent.get(0)), Optional.of(now.plus(rule.stableFor())));
    }

    /** It is resolved. */
    Flapping resolved(Instant now, FlappingRule rule) {
        return holdsAt(now) ? new Flapping(openings, since, Optional.of(now.plus(rule.stableFor()))) : this;
    }
}
