package io.caravan.alert.routing;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a receiver may and shall do about what it hears.
 *
 * @param may what its links and buttons do
 * @param calendar by which its next business day is known, a file of {@code config/calendars}; empty: Monday to Friday, from 9 o'clock
 * @param confirm how soon its channel must say that a message has arrived, or somebody must answer, before the fallback is told; empty: that it was sent is enough
 */
public record Answering(Set<Right> may, Optional<String> calendar, Optional<Duration> confirm) {
    /** Everything, and nothing is awaited. */
    public static final Answering USUAL = new Answering(Set.of(Right.values()), Optional.empty(), Optional.empty());

    public Answering {
        may = Set.copyOf(may);
    }
}
