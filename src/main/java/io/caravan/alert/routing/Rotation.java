package io.caravan.alert.routing;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;

/**
 * People who take turns in being on call. The handover comes at the same hour of the zone's clock also when the clocks change.
 *
 * @param start when the first of them begins, by the zone's clock; before, the turns are counted backwards
 * @param turn how many days each is on call
 * @param overrides somebody else's times, which come first; the last one written wins
 */
public record Rotation(
        String name, ZoneId zone, LocalDateTime start, int turn, List<String> people, List<Substitute> overrides) {
    public Rotation {
        people = List.copyOf(people);
        overrides = List.copyOf(overrides);
        if (people.isEmpty()) {
            throw new IllegalArgumentException("Rotation '" + name + "' names nobody; add `people: [...]`");
        }
        if (turn < 1) {
            throw new IllegalArgumentException(
                    "Rotation '" + name + "' has turns of " + turn + " days; a turn has one day or more");
        }
    }

    /** Somebody takes over for a while. */
    public record Substitute(Instant from, Instant until, String person) {
        public Substitute {
            if (!from.isBefore(until)) {
                throw new IllegalArgumentException("'" + person + "' takes over until " + until
                        + ", which is not after " + from + "; mend the times");
            }
        }

        boolean holdsAt(Instant moment) {
            return !moment.isBefore(from) && moment.isBefore(until);
        }
    }

    /** Who is on call at a moment. */
    public String onCall(Instant moment) {
        return overrides.stream()
                .filter(override -> override.holdsAt(moment))
                .reduce((earlier, later) -> later)
                .map(Substitute::person)
                .orElseGet(() -> people.get((int) Math.floorMod(turnsUntil(moment), (long) people.size())));
    }

    private long turnsUntil(Instant moment) {
        Duration passed = Duration.between(start, moment.atZone(zone).toLocalDateTime());
        return Math.floorDiv(passed.toMillis(), Duration.ofDays(turn).toMillis());
    }

    /** When the one who is on call by turn hands over. */
    public Instant handover(Instant moment) {
        return start.plus(Period.ofDays(Math.toIntExact((turnsUntil(moment) + 1) * turn)))
                .atZone(zone)
                .toInstant();
    }
}
