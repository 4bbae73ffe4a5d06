package io.caravan.watch;

import io.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ids of the fleets that this process has met, and where they belong as their packets say. Safe for all threads. */
final class KnownSeries {
    private static final Logger LOG = LoggerFactory.getLogger(KnownSeries.class);

    private final Database database;
    private final SeriesRepository repository;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(long id, Optional<String> tenant, Optional<String> region) {}

    KnownSeries(Database database) {
        this.database = database;
        this.repository = new SeriesRepository(database);
    }

    /** The ids of all fleets of a batch are known after it; the answer is how many of them this process had not met. */
    int learn(String provider, Collection<FleetArrivals> fleets, Instant at) {
        List<String> missing = new ArrayList<>();
        for (FleetArrivals fleet : fleets) {
            String name = provider + "/" + fleet.fleet();
            if (!known.containsKey(name)) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            repository
                    .findOrCreate(SeriesKind.FLEET, missing, at)
                    .forEach((name, id) -> known.put(name, new Known(id, Optional.empty(), Optional.empty())));
            LOG.debug("{} fleets of {} are new to this process", missing.size(), provider);
        }
        return missing.size();
    }

    /** The id of a fleet that was {@linkplain #learn learned}. */
    long id(String provider, FleetArrivals fleet) {
        return require(provider + "/" + fleet.fleet()).id();
    }

    /** Keeps where a fleet belongs when its packets say something new. */
    void place(String provider, FleetArrivals fleet) {
        String name = provider + "/" + fleet.fleet();
        Known before = require(name);
        Known now = new Known(
                before.id(), fleet.tenant().or(before::tenant), fleet.region().or(before::region));
        if (!now.equals(before)) {
            repository.place(now.id(), now.tenant(), now.region());
            database.afterCommit(() -> known.put(name, now));
        }
    }

    private Known require(String name) {
        return Objects.requireNonNull(known.get(name), name);
    }
}
