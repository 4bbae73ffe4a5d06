package io.caravan.database;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/**
 * News of tables. Whoever changes one says so in the same transaction, so that there is news exactly when the change has committed; it is kept only for tables that somebody watches. Safe
 * for any thread.
 */
public final class Datasets {
    /** Says that there is news, to whoever listens. */
    public static final String CHANNEL = "caravan_dataset";

    /** So long after somebody began to watch, an update may still go unnoticed. */
    private static final Duration REMEMBERED = Duration.ofSeconds(2);

    private static final Query WATCHED = Query.of("select distinct dataset from caravan.dataset_watch");

    private static final Query INSERT = Query.of("""
            insert into caravan.dataset_update (dataset, at, records) values (:dataset, :at, :records)""");

    private final Database database;
    private final Clock clock;
    private volatile Watched watched = new Watched(Set.of(), Instant.MIN);

    private record Watched(Set<String> datasets, Instant until) {}

    public Datasets(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Says, in this thread's transaction, that so many records have come into a table. */
    public void updated(String dataset, long records) {
        Instant now = clock.instant();
        if (records > 0 && watched(now).contains(dataset)) {
            INSERT.on(database)
                    .set("dataset", dataset)
                    .set("at", now)
                    .set("records", records)
                    .update();
            Notifications.send(database, CHANNEL, dataset);
        }
    }

    private Set<String> watched(Instant now) {
        Watched known = watched;
        if (now.isBefore(known.until())) {
            return known.datasets();
        }
        Set<String> datasets = new TreeSet<>(WATCHED.on(database).list(row -> row.getString(1)));
        watched = new Watched(datasets, now.plus(REMEMBERED));
        return datasets;
    }
}
