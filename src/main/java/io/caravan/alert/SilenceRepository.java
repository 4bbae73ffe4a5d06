package io.caravan.alert;

import io.caravan.alert.routing.Matcher;
import io.caravan.alert.routing.Matchers;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Silences. Joins the transaction of its caller. */
final class SilenceRepository {
    private static final Query INSERT = Query.of("""
            insert into caravan.alert_silence (matchers, from_at, until_at, who, why) values (:matchers::text[], :from, :until, :who, :why)
            returning id""");

    private static final Query SINCE = Query.of("""
            select id, matchers, from_at, until_at, who, why from caravan.alert_silence where until_at > :at order by from_at, id""");

    /** One that has not begun has never been. */
    private static final Query END = Query.of("""
            with never as (
              delete from caravan.alert_silence where id = :id and from_at >= :at
              returning id, matchers, from_at, until_at, who, why),
            ended as (
              update caravan.alert_silence set until_at = :at where id = :id and from_at < :at and until_at > :at
              returning id, matchers, from_at, until_at, who, why)
            select * from never union all select * from ended""");

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

    /** Those that are not over at a moment, also those that begin later; the first ones first. */
    List<Silence> since(Instant moment) {
        return SINCE.on(database).set("at", moment).list(SilenceRepository::silence);
    }

    private static Silence silence(ResultSet row) throws SQLException {
        return new Silence(
                row.getLong("id"),
                Matchers.parse(List.of((String[]) row.getArray("matchers").getArray())),
                Query.requiredInstant(row, "from_at"),
                Query.requiredInstant(row, "until_at"),
                row.getString("who"),
                row.getString("why"));
    }

    /** Ends one before its time; empty: it is over already, or there is none of that number. */
    Optional<Silence> end(long id, Instant at) {
        return END.on(database).set("id", id).set("at", at).first(SilenceRepository::silence);
    }
}
