package io.caravan.alert.routing;

import java.util.Optional;
import java.util.Set;

/**
 * What a receiver may do about what it hears.
 *
 * @param may what its links and buttons do
 * @param outside whether it belongs to a customer, and is told only what customers are to know
 * @param calendar by which its next business day is known, a file of {@code config/calendars}; empty: Monday to Friday, from 9 o'clock
 */
public record Answering(Set<Right> may, boolean outside, Optional<String> calendar) {
    /** Everything. */
    public static final Answering USUAL = new Answering(Set.of(Right.values()), false, Optional.empty());

    /** Nothing, for customers. */
    public static final Answering OUTSIDE = new Answering(Set.of(), true, Optional.empty());

    public Answering {
        may = Set.copyOf(may);
    }
}
