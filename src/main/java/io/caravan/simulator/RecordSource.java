package io.caravan.simulator;

import java.time.Instant;
import java.util.List;

/**
 * An endless, append-only list of records, each at its ordinal for ever: the same ordinal gives the same bytes again.
 * Ordinals count from 0, the oldest record that the provider keeps. Thread safe.
 */
sealed interface RecordSource permits FleetTraffic, RecordFile {
    /** How many records there are by now. */
    long available(Instant now);

    /** How many records arrived before {@code time}, as far as known by {@code now}. */
    long arrivedBefore(Instant time, Instant now);

    /** How many sound records arrived for the first time from {@code from} to before {@code to}, both whole seconds, as far as known by {@code now}. */
    long firstArrivals(Instant from, Instant to, Instant now);

    /** The records from {@code from} to before {@code to}; all must be available. */
    List<ServedRecord> read(long from, long to);

    /** The first sending of what {@link ServedRecord#identity()} names. */
    String original(long identity);

    /** The opaque text that a caller brings back to go on at {@code ordinal}. */
    String cursorAt(long ordinal);

    /** The ordinal that a cursor stands for; an IllegalArgumentException when it was never given out. */
    long ordinalAt(String cursor);
}
