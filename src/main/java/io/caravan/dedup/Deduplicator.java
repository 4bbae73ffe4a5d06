package io.caravan.dedup;

import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.database.Database;
import io.caravan.dedup.DedupEvents.FilteredBatch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops from batches the records that were seen within the window, and logs them. Of equal records in one batch the first counts. Defective records and
 * records without a key are not compared: they pass. Safe for all threads.
 *
 * <p>The keys belong to this thread's transaction: a batch that is rolled back is forgotten. Where there is none they are leased, and the caller confirms or
 * gives them back by the {@link Claim}.
 */
public final class Deduplicator {
    private static final Logger LOG = LoggerFactory.getLogger(Deduplicator.class);

    private final DedupSettings settings;
    private final RecordKey key;
    private final DedupMemory memory;
    private final DroppedLog log;
    private final Database database;
    private final Duration lease;
    private final DedupEvents events;

    /**
     * Registers the repository: blocks for a few milliseconds.
     *
     * @param lease for how long keys stay taken that nobody confirms, where there is no transaction
     */
    public Deduplicator(
            DedupSettings settings,
            Duration lease,
            DroppedLog log,
            Database database,
            Clock clock,
            DedupEvents events) {
        this.settings = settings;
        this.key = new RecordKey(settings.form(), settings.fields());
        this.memory = DedupMemory.open(settings, database, clock, events);
        this.log = log;
        this.database = database;
        this.lease = lease;
        this.events = events;
    }

    /**
     * A batch without its duplicates.
     *
     * @param passed what is left, in order
     * @param dropped what is not, in order
     * @param claim what to confirm or give back once the batch's work has ended; empty where a transaction takes care
     */
    public record Filtered(Batch passed, List<Duplicate> dropped, Optional<Claim> claim) {}

    /**
     * Drops what was seen.
     *
     * @throws KeyInProgressException when a key is leased to work that is neither confirmed nor given back; nothing was remembered then
     */
    public Filtered filter(Batch batch) {
        Lease claimed = database.isInTransaction()
                ? null
                : new Lease(UUID.randomUUID(), Optional.of(memory.now().plus(lease)));
        return database.inTransaction(connection -> filter(batch, claimed));
    }

    private Filtered filter(Batch batch, @Nullable Lease claimed) {
        Instant now = memory.now();
        List<@Nullable UUID> hashes = hashes(batch.records());
        Map<UUID, Instant> seen = admit(batch, hashes, now, claimed);
        List<RawRecord> passed = new ArrayList<>();
        List<Duplicate> dropped = new ArrayList<>();
        for (int at = 0; at < batch.size(); at++) {
            RawRecord record = batch.records().get(at);
            UUID hash = hashes.get(at);
            Instant firstSeen = hash == null ? null : seen.putIfAbsent(hash, now);
            if (hash == null || firstSeen == null) {
                passed.add(record);
            } else {
                dropped.add(duplicate(batch, record, hash, firstSeen, now));
            }
        }
        log.append(dropped);
        tell(batch, hashes, passed.size(), dropped.size());
        return new Filtered(batch.withRecords(passed), dropped, claim(hashes, claimed));
    }

    /** Null where a record isn't compared. */
    private List<@Nullable UUID> hashes(List<RawRecord> records) {
        List<@Nullable UUID> hashes = new ArrayList<>(records.size());
        for (RawRecord record : records) {
            hashes.add(record.isGood() && key.isIn(record.value()) ? key.hash(record.value()) : null);
        }
        return hashes;
    }

    private static List<UUID> distinct(List<@Nullable UUID> hashes) {
        Set<UUID> distinct = new HashSet<>(hashes.size() * 2);
        for (UUID hash : hashes) {
            if (hash != null) {
                distinct.add(hash);
            }
        }
        return List.copyOf(distinct);
    }

    /** When the hashes that are not new were seen first. */
    private Map<UUID, Instant> admit(Batch batch, List<@Nullable UUID> hashes, Instant now, @Nullable Lease claimed) {
        Map<UUID, Instant> seen = new HashMap<>();
        for (Remembered known : memory.admit(distinct(hashes), now, claimed)) {
            if (known.leasedUntil().isPresent()) {
                RawRecord record = batch.records().get(hashes.indexOf(known.hash()));
                throw new KeyInProgressException(
                        settings.repository(),
                        key.shown(record.value()),
                        known.leasedUntil().get());
            }
            seen.put(known.hash(), known.firstSeen());
        }
        return seen;
    }

    private Duplicate duplicate(Batch batch, RawRecord record, UUID hash, Instant firstSeen, Instant now) {
        return new Duplicate(
                settings.repository(),
                key.shown(record.value()),
                hash,
                key.version(),
                firstSeen,
                now,
                batch.id(),
                batch.source(),
                record);
    }

    private Optional<Claim> claim(List<@Nullable UUID> hashes, @Nullable Lease claimed) {
        return claimed == null ? Optional.empty() : Optional.of(new Claim(memory, distinct(hashes), claimed.holder()));
    }

    private void tell(Batch batch, List<@Nullable UUID> hashes, int passed, int dropped) {
        int keyless = 0;
        for (int at = 0; at < batch.size(); at++) {
            keyless += hashes.get(at) == null && batch.records().get(at).isGood() ? 1 : 0;
        }
        if (keyless > 0) {
            LOG.warn(
                    "dedup={} batch={} keyless={}: these records have none of the members {} and passed without being compared; check the option key",
                    settings.repository(),
                    batch.id(),
                    keyless,
                    settings.fields());
        }
        FilteredBatch fact = new FilteredBatch(settings.repository(), batch.id(), passed, dropped, keyless);
        database.afterCommit(() -> events.filtered(fact));
    }
}
