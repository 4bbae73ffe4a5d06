package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** What is refused of each provider at present, table {@code caravan.watch_refusal}. Joins the transaction of its caller. */
final class RefusalRepository {
    private static final Query NOTE = Query.of("""
            insert into caravan.watch_refusal as r (provider, pointer, most, packets, samples, first_at, last_at)
            values (:provider, :pointer, :most, :packets, :samples::text[], :first, :last)
            on conflict (provider) do update set pointer = excluded.pointer, most = excluded.most, packets = r.packets + excluded.packets,
                samples = excluded.samples, last_at = greatest(r.last_at, excluded.last_at)""");

    private static final Query CLAIM = Query.of("""
            select provider, pointer, most, packets, samples, first_at, last_at from caravan.watch_refusal
             order by provider for update skip locked""");

    private static final Query FORGET = Query.of("delete from caravan.watch_refusal where provider = :provider");

    private final Database database;

    RefusalRepository(Database database) {
        this.database = database;
    }

    void note(Refused refused) {
        NOTE.on(database)
                .set("provider", refused.provider())
                .set("pointer", refused.pointer())
                .set("most", refused.most())
                .set("packets", refused.packets())
                .set("samples", refused.samples())
                .set("first", refused.firstAt())
                .set("last", refused.lastAt())
                .update();
    }

    /** All, locked; those that another node looks at are passed over. */
    List<Refused> claim() {
        return CLAIM.on(database).list(RefusalRepository::refused);
    }

    void forget(String provider) {
        FORGET.on(database).set("provider", provider).update();
    }

    private static Refused refused(ResultSet row) throws SQLException {
        return new Refused(
                row.getString("provider"),
                row.getString("pointer"),
                row.getInt("most"),
                row.getLong("packets"),
                List.of((String[]) row.getArray("samples").getArray()),
                Query.requiredInstant(row, "first_at"),
                Query.requiredInstant(row, "last_at"));
    }
}
