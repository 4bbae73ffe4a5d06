package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.Query;

/** A watchdog over many fleets of a hundred providers: what a minute's looks take, in PostgreSQL and here. One thread. */
public final class WatchdogBench {
    private static final int PROVIDERS = 100;
    private static final int LOOKS_A_MINUTE = 4;

    private static final Query DUE_SOME = Query.of("""
            update caravan.watch_state set due_at = :now
             where series_id in (select id from caravan.watch_series where kind = 'FLEET' order by md5(id::text || :seed::text) limit :count)""");
    private static final Query OPENINGS =
            Query.of("select count(*) as n from caravan.watch_event where kind = 'opened'");

    private final Database database;
    private final ManyFleets fleets;

    public WatchdogBench(Database database, int fleets) {
        this.database = database;
        this.fleets = new ManyFleets(database, fleets, PROVIDERS);
        this.fleets.settle();
    }

    /** All have just sent, and so many fleets are due. */
    public void prepareOrdinary(int due, int seed) {
        fleets.allSend();
        DUE_SOME.on(database)
                .set("now", fleets.now())
                .set("seed", seed)
                .set("count", due)
                .update();
    }

    /** All have just sent, but those of one provider, which have been silent for three hours and are due. */
    public void prepareOutage() {
        fleets.silence("provider7");
    }

    /** What the watchdog does in a minute. */
    public void minute() {
        fleets.look(LOOKS_A_MINUTE);
    }

    /** How many troubles were told. */
    public int openings() {
        return OPENINGS.on(database).first(row -> row.getInt("n")).orElse(0);
    }
}
