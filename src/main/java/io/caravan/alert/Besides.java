package io.caravan.alert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What is known of incidents besides what they say themselves.
 *
 * @param hidden what each hides
 * @param endings why each is over
 */
record Besides(Map<UUID, Hidden> hidden, Map<UUID, String> endings) {
    static final Besides NOTHING = new Besides(Map.of(), Map.of());

    Besides {
        hidden = Map.copyOf(hidden);
        endings = Map.copyOf(endings);
    }

    /**
     * Open incidents that are not told, since another one explains them.
     *
     * @param names fleets, or keys, of the first ones
     */
    record Hidden(long count, List<String> names) {
        Hidden {
            names = List.copyOf(names);
        }

        /** Such as {@code 12 more alerts: acme/1, acme/2 and 10 others}. */
        String sentence() {
            long others = count - names.size();
            return count
                    + (count == 1 ? " more alert: " : " more alerts: ")
                    + String.join(", ", names)
                    + (others > 0 ? " and " + others + (others == 1 ? " other" : " others") : "");
        }
    }

    Optional<String> hiddenBy(Incident incident) {
        return Optional.ofNullable(hidden.get(incident.id())).map(Hidden::sentence);
    }

    Optional<String> ending(Incident incident) {
        return Optional.ofNullable(endings.get(incident.id())).filter(why -> !why.isEmpty());
    }
}
