package io.caravan.watch;

import io.caravan.batch.Batch;
import io.caravan.database.Database;
import io.caravan.watch.arrivals.ArrivalDays;
import io.caravan.watch.arrivals.ArrivalOptions;
import io.caravan.watch.arrivals.ArrivalReader;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.arrivals.ArrivalRowsBuilder;
import io.caravan.watch.arrivals.ArrivalsRefusedException;
import io.caravan.watch.arrivals.BatchArrivals;
import io.caravan.watch.arrivals.FleetArrivals;
import io.caravan.watch.arrivals.KnownSeries;
import io.caravan.watch.arrivals.KnownVehicles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Counts what arrives. A batch is counted in memory and written with one statement in its transaction, so that a batch that is undone has not arrived; fleets that nobody has heard of
 * take one more. Nothing is computed here: whoever judges reads the hours. Safe for all threads.
 */
final class Arrivals {
    private final Database database;
    private final Clock clock;
    private final WatchEvents events;
    private final ArrivalRepository repository;
    private final KnownSeries series;
    private final KnownVehicles vehicles;
    private final ArrivalDays days;
    private final Refusals refusals;
    private final Unreadable unreadable;

    Arrivals(Database database, Clock clock, WatchEvents events, KnownVehicles vehicles, ArrivalDays days) {
        this.database = database;
        this.clock = clock;
        this.events = events;
        this.repository = new ArrivalRepository(database);
        this.series = new KnownSeries(database);
        this.vehicles = vehicles;
        this.days = days;
        this.refusals = new Refusals(database);
        this.unreadable = new Unreadable(database);
    }

    /**
     * Counts a batch.
     *
     * @param again whether it fetches again what is past
     * @throws ArrivalsRefusedException when records lack a fleet or a time and the options refuse that
     */
    ArrivalReport count(Batch batch, ArrivalReader reader, boolean again) {
        Instant start = clock.instant();
        BatchArrivals arrivals = reader.read(batch, again);
        int met = 0;
        if (!arrivals.fleets().isEmpty()) {
            days.prepare();
            met = learn(arrivals, reader.options().newFleets());
            write(arrivals);
            refuse(arrivals, reader.options());
        }
        ArrivalReport report = report(arrivals, met, Duration.between(start, clock.instant()));
        database.afterCommit(() -> {
            unreadable.add(report, clock.instant());
            events.arrived(report);
        });
        return report;
    }

    private void write(BatchArrivals arrivals) {
        ArrivalRowsBuilder rows = rows(arrivals);
        repository.record(rows.build());
        for (FleetArrivals fleet : arrivals.fleets()) {
            if (fleet.isKnown()) {
                series.place(arrivals.provider(), fleet);
            }
        }
        long[] counted = rows.fingerprints();
        database.afterCommit(() -> vehicles.add(counted));
    }

    private void refuse(BatchArrivals arrivals, ArrivalOptions options) {
        List<FleetArrivals> refused =
                arrivals.fleets().stream().filter(fleet -> !fleet.isKnown()).toList();
        if (!refused.isEmpty()) {
            database.afterCommit(() -> refusals.add(
                    arrivals.provider(), options.fleet().toString(), options.newFleets(), refused, clock.instant()));
        }
    }

    int learn(BatchArrivals arrivals, int newFleets) {
        return series.learn(arrivals.provider(), arrivals.fleets(), arrivals.receivedAt(), newFleets);
    }

    /** What is to be written of fleets that are {@linkplain #learn known}. */
    ArrivalRowsBuilder rows(BatchArrivals arrivals) {
        ArrivalRowsBuilder rows = new ArrivalRowsBuilder(arrivals, vehicles);
        for (FleetArrivals fleet : arrivals.fleets()) {
            if (fleet.isKnown()) {
                rows.add(fleet.id(), fleet);
            }
        }
        return rows;
    }

    private static ArrivalReport report(BatchArrivals arrivals, int met, Duration took) {
        long packets = 0;
        long implausible = 0;
        long refused = 0;
        int known = 0;
        for (FleetArrivals fleet : arrivals.fleets()) {
            if (fleet.isKnown()) {
                known++;
                packets += fleet.packets();
                implausible += fleet.implausible();
            } else {
                refused += fleet.packets() + fleet.implausible();
            }
        }
        return new ArrivalReport(
                arrivals.provider(),
                arrivals.isLive(),
                packets,
                implausible,
                arrivals.withoutFleet(),
                arrivals.withoutTime(),
                refused,
                known,
                met,
                took);
    }
}
