package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Maintenance;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What is not told for a while: silences that people have made, and the maintenance that config/alerts.yaml plans. Joins the transaction of its caller. */
final class Silences {
    private static final String PLANNED = "config/alerts.yaml";

    private final SilenceRepository made;
    private final Supplier<AlertRouting> routing;

    Silences(Database database, Supplier<AlertRouting> routing) {
        this.made = new SilenceRepository(database);
        this.routing = routing;
    }

    /** Those that are not over at a moment, also those that begin later; of a maintenance the first one, and the one that holds or comes next. */
    List<Silence> since(Instant moment, Instant now) {
        List<Silence> all = new ArrayList<>(made.since(moment));
        for (Maintenance maintenance : routing.get().maintenances()) {
            maintenance
                    .windows(moment, now)
                    .forEach(window -> all.add(new Silence(
                            0, maintenance.matchers(), window.from(), window.until(), PLANNED, maintenance.why())));
        }
        return all;
    }
}
