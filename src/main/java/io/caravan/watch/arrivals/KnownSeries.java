package io.caravan.watch.arrivals;

import io.caravan.database.Database;
import io.caravan.watch.series.SeriesRepository;
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
public final class KnownSeries {
    private static final Logger LOG = LoggerFactory.getLogger(KnownSeries.class);

    private final Database database;
    private final SeriesRepository repository;
    /** By provider, then by fleet. */
    private final Map<String, Map<String, Known>> known = new ConcurrentHashMap<>();

    private record Known(long id, Optional<String> tenant, Optional<String> region) {}

    public KnownSeries(Database database) {
        this.database = database;
        this.repository = new SeriesRepository(database);
    }

    /**
     * Tells fleets of a batch as which series they are kept; those that are too many for a day stay without.
     *
     * @param most new fleets of a provider in a day
     * @return how many of them this process had not met
     */
    public int learn(String provider, Collection<FleetArrivals> fleets, Instant at, int most) {
        Map<String, Known> its = known.computeIfAbsent(provider, name -> new ConcurrentHashMap<>());
        List<FleetArrivals> missing = identify(its, fleets);
        if (!missing.isEmpty()) {
            List<String> names = missing.stream()
                    .map(fleet -> provider + "/" + fleet.fleet())
                    .toList();
            repository
                    .findOrCreateFleets(provider, names, at, most)
                    .forEach((name, id) -> its.put(
                            name.substring(provider.length() + 1), new Known(id, Optional.empty(), Optional.empty())));
            int refused = identify(its, missing).size();
            LOG.debug("{} fleets of {} are new to this process", missing.size() - refused, provider);
            return missing.size() - refused;
        }
        return 0;
    }

    private static List<FleetArrivals> identify(Map<String, Known> its, Collection<FleetArrivals> fleets) {
        List<FleetArrivals> missing = new ArrayList<>();
        for (FleetArrivals fleet : fleets) {
            Known one = its.get(fleet.fleet());
            if (one == null) {
                missing.add(fleet);
            } else {
                fleet.identify(one.id());
            }
        }
        return missing;
    }

    /** Keeps where a fleet belongs when its packets say something new. */
    public void place(String provider, FleetArrivals fleet) {
        if (fleet.tenant().isEmpty() && fleet.region().isEmpty()) {
            return;
        }
        Map<String, Known> its = Objects.requireNonNull(known.get(provider), provider);
        Known before = Objects.requireNonNull(its.get(fleet.fleet()), fleet.fleet());
        Known now = new Known(
                before.id(), fleet.tenant().or(before::tenant), fleet.region().or(before::region));
        if (!now.equals(before)) {
            repository.place(now.id(), now.tenant(), now.region());
            database.afterCommit(() -> its.put(fleet.fleet(), now));
        }
    }
}
