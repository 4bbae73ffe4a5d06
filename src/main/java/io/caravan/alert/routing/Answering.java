package io.caravan.alert.routing;

import java.util.Optional;
import java.util.Set;

/**
 * What a receiver may do about what it hears.
 *
 * @param may what its links and buttons do
 * @param calendar by which its next business day is known, a file of {@code config/calendars}; empty: Monday to Friday, from 9 o'clock
 */
public record Answering(Set<Right> may, Optional<String> calendar) {
    /** Everything. */
    public static final Answering USUAL = new Answering(Set.of(Right.values()), Optional.empty());

    public Answering {
        may = Set.copyOf(may);
    }
}
