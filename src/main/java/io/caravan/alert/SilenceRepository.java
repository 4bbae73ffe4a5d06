package io.caravan.alert;

import io.caravan.alert.routing.Matcher;
import io.caravan.alert.routing.Matchers;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;

/** Silences. Joins the transaction of its caller. */
final class SilenceRepository {
    private static final Query INSERT = Query.of("""
            insert into caravan.alert_silence (matchers, from_at, until_at, who, why) values (:matchers::text[], :from, :until, :who, :why)
            returning id""");

    private static final Query AT = Query.of("""
            select id, matchers, from_at, until_at, who, why from caravan.alert_silence where from_at <= :at and until_at > :at order by id""");

    private static final Query END = Query.of(
            "update caravan.alert_silence set until_at = :at where id = :id and until_at > :at and from_at < :at");

    private final Database database;

    SilenceRepository(Database database) {
        this.database = database;
    }

    long insert(Matchers matchers, Instant from, Instant until, String who, String why) {
        return INSERT.on(database)
                .set("matchers", matchers.all().stream().map(Matcher::toString).toList())
                .set("from", from)
                .set("until", until)
                .set("who", who)
                .set("why", why)
                .first(row -> row.getLong("id"))
                .orElseThrow();
    }

    /** Those that hold at a moment. */
    List<Silence> at(Instant moment) {
        return AT.on(database)
                .set("at", moment)
                .list(row -> new Silence(
                        row.getLong("id"),
                        Matchers.parse(
                                List.of((String[]) row.getArray("matchers").getArray())),
                        Query.requiredInstant(row, "from_at"),
                        Query.requiredInstant(row, "until_at"),
                        row.getString("who"),
                        row.getString("why")));
    }

    /** Ends one early; false: it does not hold now. */
    boolean end(long id, Instant at) {
        return END.on(database).set("id", id).set("at", at).update() == 1;
    }
}
