package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import io.caravan.watch.arrivals.FleetArrivals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that new fleets are refused: in the log once an hour, and for the watchdog to tell. Gathers what many batches refuse, so that these don't wait for one another. Safe for all threads. */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Duration WRITTEN_EVERY = Duration.ofSeconds(10);
    private static final Duration LOGGED_EVERY = Duration.ofHours(1);
    private static final int SAMPLES = 5;
    private static final int LONGEST_SAMPLE = 80;

    private final Database database;
    private final RefusalRepository repository;
    private final Map<String, Gathered> gathered = new ConcurrentHashMap<>();

    Refusals(Database database) {
        this.database = database;
        this.repository = new RefusalRepository(database);
    }

    private record Gathered(Instant writtenAt, Instant loggedAt, long packets) {}

    /** Of a batch that is committed. */
    void add(String provider, String pointer, int most, List<FleetArrivals> fleets, Instant at) {
        long packets = fleets.stream()
                .mapToLong(fleet -> fleet.packets() + fleet.implausible())
                .sum();
        Refused refused = new Refused(
                provider,
                pointer,
                most,
                packets,
                fleets.stream()
                        .map(FleetArrivals::fleet)
                        .sorted()
                        .limit(SAMPLES)
                        .map(Refusals::cut)
                        .toList(),
                at,
                at);
        gathered.compute(provider, (name, before) -> added(before, refused));
    }

    private static String cut(String name) {
        return name.length() > LONGEST_SAMPLE ? name.substring(0, LONGEST_SAMPLE) + "…" : name;
    }

    private Gathered added(@Nullable Gathered before, Refused refused) {
        Instant at = refused.lastAt();
        Gathered known = before == null ? new Gathered(Instant.EPOCH, Instant.EPOCH, 0) : before;
        long packets = known.packets() + refused.packets();
        boolean logs = !at.isBefore(known.loggedAt().plus(LOGGED_EVERY));
        if (logs) {
            log(refused);
        }
        Instant loggedAt = logs ? at : known.loggedAt();
        boolean writes = !at.isBefore(known.writtenAt().plus(WRITTEN_EVERY));
        if (writes && write(refused, packets)) {
            return new Gathered(at, loggedAt, 0);
        }
        return new Gathered(known.writtenAt(), loggedAt, packets);
    }

    private boolean write(Refused refused, long packets) {
        try {
            database.separately(connection -> {
                repository.note(new Refused(
                        refused.provider(),
                        refused.pointer(),
                        refused.most(),
                        packets,
                        refused.samples(),
                        refused.firstAt(),
                        refused.lastAt()));
                return true;
            });
            return true;
        } catch (DatabaseException e) {
            LOG.warn(
                    "provider={}: that new fleets are refused is written with the next batch: {}",
                    refused.provider(),
                    e.getMessage());
            return false;
        }
    }

    private static void log(Refused refused) {
        LOG.error(
                "provider={}: fleet={} names new fleets beyond the {} that newFleets allows of a provider in a day, such as {}; their packets are not counted, all others are. {}",
                refused.provider(),
                refused.pointer(),
                refused.most(),
                refused.quoted(),
                RefusalDuty.CURE);
    }
}
