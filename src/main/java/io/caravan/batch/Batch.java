package io.caravan.batch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What flows through a route: the records of one page of an API, one chunk of a file or one poll of a broker, handled in one transaction.
 * Iterating over it gives {@link #values()}, so that Camel's {@code split} works on it. Immutable and safe for all threads.
 *
 * @param id time-ordered (UUID version 7), the same for the whole journey of the batch
 * @param source where it came from: {@code poll:acme/packets}, {@code file:inbox/a.csv#3}
 * @param receivedAt when it was received
 * @param records in the order received, good and defective
 */
public record Batch(UUID id, String source, Instant receivedAt, List<RawRecord> records)
        implements Iterable<Map<String, @Nullable Object>> {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

    public Batch {
        records = List.copyOf(records);
        if (source.isBlank()) {
            throw new IllegalArgumentException("A batch needs a source: where its records came from.");
        }
    }

    /** A new batch with an id of its own. */
    public static Batch of(String source, Instant receivedAt, List<RawRecord> records) {
        return new Batch(TimeOrderedId.at(receivedAt), source, receivedAt, records);
    }

    /** The same batch (same id, source and time) with other records: what is left after a step. */
    public Batch withRecords(List<RawRecord> remaining) {
        return new Batch(id, source, receivedAt, remaining);
    }

    /** How many records, good and defective. */
    public int size() {
        return records.size();
    }

    /** The records that have a value. */
    public List<RawRecord> good() {
        return records.stream().filter(RawRecord::isGood).toList();
    }

    /** The records that have none, each with its reason. */
    public List<RawRecord> defects() {
        return records.stream().filter(record -> !record.isGood()).toList();
    }

    /**
     * The good records as maps, for steps that know nothing of batches. Such a step does not see the {@linkplain #defects() defective} ones, which is logged as a
     * warning; send the batch itself to {@code load:} to have them kept.
     */
    public List<Map<String, @Nullable Object>> values() {
        List<Map<String, @Nullable Object>> values = new ArrayList<>(records.size());
        goodForStockStep().forEach(record -> values.add(new RecordMap(record)));
        return Collections.unmodifiableList(values);
    }

    /** {@link #good()}, with a warning when that is not all. */
    List<RawRecord> goodForStockStep() {
        List<RawRecord> good = good();
        warnOfDefects(records.size() - good.size());
        return good;
    }

    private void warnOfDefects(int count) {
        if (count > 0) {
            RawRecord first = defects().get(0);
            LOG.warn(
                    "batch={} source={}: {} of {} records have no value and are left out here; the first is number {}: {}. Send the batch to load: to keep them.",
                    id,
                    source,
                    count,
                    records.size(),
                    first.number(),
                    first.defect().orElse(""));
        }
    }

    /** Over {@link #values()}. */
    @Override
    public Iterator<Map<String, @Nullable Object>> iterator() {
        return values().iterator();
    }

    /** Shows no records: a batch is logged often and may hold megabytes. */
    @Override
    public String toString() {
        return "Batch " + id + " of " + size() + " records from " + source;
    }
}
