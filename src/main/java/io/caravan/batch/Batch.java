package io.caravan.batch;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What flows through a route: the records of one page of an API, one chunk of a file or one poll of a broker, handled in one transaction. Immutable and safe for all threads.
 *
 * @param id time-ordered (UUID version 7), the same for the whole journey of the batch
 * @param source where it came from: {@code poll:acme/packets}, {@code file:inbox/a.csv#3}
 * @param receivedAt when it was received
 * @param records in the order received, good and defective
 */
public record Batch(UUID id, String source, Instant receivedAt, List<RawRecord> records) {
    public Batch {
        records = List.copyOf(records);
        if (source.isBlank()) {
            throw new IllegalArgumentException("A batch needs a source: where its records came from.");
        }
    }

    /** A new batch with an id of its own. */
    public static Batch of(String source, Instant receivedAt, List<RawRecord> records) {
        return new Batch(timeOrderedId(receivedAt), source, receivedAt, records);
    }

    /** The same batch (same id, source and time) with other records: what is left after a step. */
    public Batch withRecords(List<RawRecord> remaining) {
        return new Batch(id, source, receivedAt, remaining);
    }

    /** How many records, good and defective. */
    public int size() {
        return records.size();
    }

    /** Shows no records: a batch is logged often and may hold megabytes. */
    @Override
    public String toString() {
        return "Batch " + id + " of " + size() + " records from " + source;
    }

    /** RFC 9562, section 5.7: 48 bits of milliseconds, version 7, variant 2, 74 random bits. */
    private static UUID timeOrderedId(Instant at) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (at.toEpochMilli() << 16) | 0x7000L | random.nextInt(0x1000);
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
