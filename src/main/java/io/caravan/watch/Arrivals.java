package io.caravan.watch;

import io.caravan.batch.Batch;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

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

    Arrivals(Database database, Clock clock, WatchEvents events, KnownVehicles vehicles, ArrivalDays days) {
        this.database = database;
        this.clock = clock;
        this.events = events;
        this.repository = new ArrivalRepository(database);
        this.series = new KnownSeries(database);
        this.vehicles = vehicles;
        this.days = days;
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
            met = learn(arrivals);
            write(arrivals);
        }
        ArrivalReport report = report(arrivals, met, Duration.between(start, clock.instant()));
        database.afterCommit(() -> events.arrived(report));
        return report;
    }

    private void write(BatchArrivals arrivals) {
        ArrivalRowsBuilder rows = rows(arrivals);
        repository.record(rows.build());
        for (FleetArrivals fleet : arrivals.fleets()) {
            series.place(arrivals.provider(), fleet);
        }
        long[] counted = rows.fingerprints();
        database.afterCommit(() -> vehicles.add(counted));
    }

    int learn(BatchArrivals arrivals) {
        return series.learn(arrivals.provider(), arrivals.fleets(), arrivals.receivedAt());
    }

    /** What is to be written of fleets that are all {@linkplain #learn known}. */
    ArrivalRowsBuilder rows(BatchArrivals arrivals) {
        ArrivalRowsBuilder rows = new ArrivalRowsBuilder(arrivals, vehicles);
        for (FleetArrivals fleet : arrivals.fleets()) {
            rows.add(fleet.id(), fleet);
        }
        return rows;
    }

    private static ArrivalReport report(BatchArrivals arrivals, int met, Duration took) {
        long packets = 0;
        long implausible = 0;
        for (FleetArrivals fleet : arrivals.fleets()) {
            packets += fleet.packets();
            implausible += fleet.implausible();
        }
        return new ArrivalReport(
                arrivals.provider(),
                arrivals.isLive(),
                packets,
                implausible,
                arrivals.withoutFleet(),
                arrivals.withoutTime(),
                arrivals.fleets().size(),
                met,
                took);
    }
}
