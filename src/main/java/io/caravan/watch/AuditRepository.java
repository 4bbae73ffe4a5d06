package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.episode.Author;
import java.time.Instant;
import java.util.List;

/** What people did by hand to fleets, each deed in the transaction that did it; table {@code caravan.watch_audit}. Safe for any thread. */
public final class AuditRepository {
    private static final Query RECORD = Query.of("""
            insert into caravan.watch_audit (at, who, action, fleet, detail, why) values (:at, :who, :action, :fleet, :detail, :why)""");
    private static final Query LIST = Query.of("""
            select at, who, action, fleet, detail, why from caravan.watch_audit
             where fleet = :fleet or :fleet = ''
             order by at desc, id desc limit :most""");
    private static final Query FORGET = Query.of("delete from caravan.watch_audit where at < :before");

    private final Database database;

    public AuditRepository(Database database) {
        this.database = database;
    }

    /** A deed. */
    public record Entry(Instant at, String who, String action, String fleet, String detail, String why) {}

    void record(Instant at, Author author, String action, String fleet, String detail) {
        RECORD.on(database)
                .set("at", at)
                .set("who", author.name())
                .set("action", action)
                .set("fleet", fleet)
                .set("detail", detail)
                .set("why", author.why())
                .update();
    }

    /**
     * The newest deeds first.
     *
     * @param fleet empty: of all
     */
    public List<Entry> list(String fleet, int most) {
        return LIST.on(database)
                .set("fleet", fleet)
                .set("most", most)
                .list(row -> new Entry(
                        Query.requiredInstant(row, "at"),
                        row.getString("who"),
                        row.getString("action"),
                        row.getString("fleet"),
                        row.getString("detail"),
                        row.getString("why")));
    }

    void forget(Instant before) {
        FORGET.on(database).set("before", before).update();
    }
}
