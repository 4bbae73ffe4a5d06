package io.caravan.alert.rules;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which rules are in force on all nodes, and how they fared. Joins the transaction of its caller. */
final class RuleRepository {
    private static final Query LOCK = Query.of("lock table caravan.alert_rule in share row exclusive mode");

    private static final Query ALL = Query.of("select name, file, dataset from caravan.alert_rule order by name");

    private static final Query PUT = Query.of("""
            insert into caravan.alert_rule as r (name, file, dataset)
            select * from unnest(:names::text[], :files::text[], :datasets::text[])
            on conflict (name) do update set file = excluded.file, dataset = excluded.dataset
             where (r.file, r.dataset) <> (excluded.file, excluded.dataset)""");

    private static final Query DELETE = Query.of("delete from caravan.alert_rule where name = any(:names)");

    private static final Query FIRED = Query.of("""
            select labels ->> 'rule' as rule, sum(1 + reopened) as fired, max(last_at) as last_at
              from caravan.alert_incident
             where labels ->> 'kind' = 'rule'
             group by 1""");

    private final Database database;

    RuleRepository(Database database) {
        this.database = database;
    }

    /** A rule as some node has said. */
    record Known(String name, String file, String dataset) {}

    /** How often a rule has raised an incident, of those that are kept. */
    record Fired(String rule, long times, @Nullable Instant lastAt) {}

    /** All; no other node changes them before the transaction ends. */
    List<Known> lock() {
        LOCK.on(database).update();
        return ALL.on(database)
                .list(row -> new Known(row.getString("name"), row.getString("file"), row.getString("dataset")));
    }

    void put(List<Known> rules) {
        PUT.on(database)
                .set("names", rules.stream().map(Known::name).toList())
                .set("files", rules.stream().map(Known::file).toList())
                .set("datasets", rules.stream().map(Known::dataset).toList())
                .update();
    }

    void delete(Collection<String> names) {
        DELETE.on(database).set("names", names).update();
    }

    List<Fired> fired() {
        return FIRED.on(database)
                .list(row -> new Fired(row.getString("rule"), row.getLong("fired"), Query.instant(row, "last_at")));
    }
}
