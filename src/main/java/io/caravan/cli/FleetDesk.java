package io.caravan.cli;

import io.caravan.database.Database;
import io.caravan.watch.FleetOperations;
import io.caravan.watch.FleetReports;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.judge.StoredHistory;
import io.caravan.watch.series.Profiles;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What {@code caravan fleet} works with: fleets as the database and {@code config/fleets.yaml} have them, whether a service runs or not. Opened when a command first asks. For one thread. */
public final class FleetDesk {
    private final Supplier<Database> opened;
    private final Function<Database, Profiles> written;
    private final Clock clock;
    private final Supplier<Detector> detector;
    private @Nullable Profiles profiles;

    public FleetDesk(
            Supplier<Database> database,
            Function<Database, Profiles> written,
            Clock clock,
            Supplier<Detector> detector) {
        this.opened = database;
        this.written = written;
        this.clock = clock;
        this.detector = detector;
    }

    Database database() {
        return opened.get();
    }

    Instant now() {
        return clock.instant();
    }

    FleetOperations operations() {
        return new FleetOperations(database(), clock, profiles());
    }

    FleetReports reports() {
        return new FleetReports(database(), clock, profiles(), detector.get());
    }

    StoredHistory history() {
        return new StoredHistory(database(), clock, profiles());
    }

    Detector detector() {
        return detector.get();
    }

    Profiles profiles() {
        if (profiles == null) {
            profiles = written.apply(database());
        }
        return profiles;
    }
}
