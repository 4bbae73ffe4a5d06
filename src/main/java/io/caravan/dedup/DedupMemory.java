package io.caravan.dedup;

import io.caravan.database.Database;
import io.caravan.database.TemporaryDatabaseException;
import io.caravan.dedup.DedupEvents.OpenedBucket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one repository remembers: admits keys, and opens the next bucket when a window is over. Safe for all threads; the methods join this thread's
 * transaction, except {@link #clear}.
 */
final class DedupMemory {
    private static final Logger LOG = LoggerFactory.getLogger(DedupMemory.class);
    private static final Duration RETRY_OPENING_AFTER = Duration.ofSeconds(5);

    private final String name;
    private final int id;
    private final Clock clock;
    private final KeyRepository keys;
    private final BucketRepository buckets;
    private final DedupEvents events;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile Bucket bucket;
    private volatile Instant openNoSoonerThan = Instant.MIN;

    private DedupMemory(
            String name,
            int id,
            Clock clock,
            KeyRepository keys,
            BucketRepository buckets,
            DedupEvents events,
            Bucket bucket) {
        this.name = name;
        this.id = id;
        this.clock = clock;
        this.keys = keys;
        this.buckets = buckets;
        this.events = events;
        this.bucket = bucket;
    }

    /** Registers the repository with these settings, tells when they differ from those it had, and drops what has expired. */
    static DedupMemory open(DedupSettings settings, Database database, Clock clock, DedupEvents events) {
        BucketRepository buckets = new BucketRepository(database);
        Instant now = toMicroseconds(clock.instant());
        BucketRepository.Registered registered = buckets.register(settings, now);
        registered
                .before()
                .filter(before -> !before.equals(settings))
                .ifPresent(before -> tellChange(before, settings));
        Bucket bucket = buckets.current(registered.id());
        DedupMemory memory = new DedupMemory(
                settings.repository(), registered.id(), clock, new KeyRepository(database), buckets, events, bucket);
        memory.dropExpired();
        return memory;
    }

    private static void tellChange(DedupSettings before, DedupSettings now) {
        String name = now.repository();
        if (!before.window().equals(now.window())) {
            LOG.warn(
                    "dedup={} window={} before={}: holds at once, for every route that uses this repository; what was forgotten under the old window stays so",
                    name,
                    now.window(),
                    before.window());
        }
        if (!before.fields().equals(now.fields()) || before.form() != now.form()) {
            LOG.warn(
                    "dedup={} key={} numbers={} before={} {}: records seen before this change pass once more within the window of {}; if another route"
                            + " uses this repository with the other key, give it a repository of its own",
                    name,
                    now.fields(),
                    now.form(),
                    before.fields(),
                    before.form(),
                    now.window());
        }
    }

    /** The clock's time as PostgreSQL keeps it. */
    Instant now() {
        return toMicroseconds(clock.instant());
    }

    private static Instant toMicroseconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    /** Remembers those of the hashes that are not remembered at this moment, and returns the others. */
    List<Remembered> admit(Collection<UUID> hashes, Instant at, @Nullable Lease lease) {
        openNextIfOver(at);
        return keys.admit(id, hashes, at, lease);
    }

    Optional<Remembered> find(UUID hash, Instant at) {
        return keys.find(id, hash, at);
    }

    /** Whether there was a lease to end, of this holder or (null) of anybody. */
    boolean confirm(Collection<UUID> hashes, @Nullable UUID holder) {
        return keys.confirm(id, hashes, holder) > 0;
    }

    /** Whether there was something to forget, of this holder or (null) of anybody. */
    boolean remove(Collection<UUID> hashes, @Nullable UUID holder) {
        return keys.remove(id, hashes, holder) > 0;
    }

    /** Forgets everything, at once and for all nodes. */
    void clear() {
        use(buckets.clear(id, now()));
    }

    /**
     * Called before the batch takes the repository: opening a bucket waits for those that have it. Where one of them (perhaps this
     * thread's, by an earlier step) keeps it for long, the old bucket stays in use: that costs space, not correctness.
     */
    private void openNextIfOver(Instant at) {
        if (!bucket.isOverAt(at) || at.isBefore(openNoSoonerThan) || !opening.tryLock()) {
            return;
        }
        try {
            use(buckets.openNext(id, this::now));
        } catch (TemporaryDatabaseException busy) {
            openNoSoonerThan = at.plus(RETRY_OPENING_AFTER);
            LOG.info(
                    "dedup={} bucket={} stays open, a transaction has it in use; next try in {}: {}",
                    name,
                    bucket.id(),
                    RETRY_OPENING_AFTER,
                    busy.getMessage());
        } finally {
            opening.unlock();
        }
    }

    private void use(Bucket next) {
        if (next.id() == bucket.id()) {
            bucket = next;
            return;
        }
        bucket = next;
        LOG.info("dedup={} bucket={} opened={} window={}", name, next.id(), next.openedAt(), next.window());
        events.bucketOpened(new OpenedBucket(name, next.id(), next.openedAt()));
        dropExpired();
    }

    private void dropExpired() {
        try {
            while (buckets.dropExpired()) {
                LOG.debug("dedup: dropped an expired bucket");
            }
        } catch (TemporaryDatabaseException inUse) {
            LOG.debug("dedup: an expired bucket is in use (by a backup?); it is dropped later", inUse);
        }
    }
}
