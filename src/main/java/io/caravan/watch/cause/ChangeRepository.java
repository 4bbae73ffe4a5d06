package io.caravan.watch.cause;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.cause.Evidence.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Caravan consists of, and each change of it. Safe for any thread. */
final class ChangeRepository {
    private static final int MOST = 50;

    private static final Query KNOWN = Query.of("select what, value from caravan.watch_own_part");

    private static final Query NOTE_ALL = Query.of("""
            insert into caravan.watch_own_part (what, value, changed_at)
            select part.what, part.value, :at from unnest(:whats::text[], :values::text[]) as part (what, value)
            on conflict (what) do update set value = excluded.value, changed_at = excluded.changed_at
             where watch_own_part.value <> excluded.value""");

    /** Of nodes that see the same change only one tells it. */
    private static final Query CHANGE = Query.of("""
            with changed as (
                update caravan.watch_own_part set value = :to, changed_at = :at where what = :what and value = :from returning what)
            insert into caravan.watch_change (at, node, what, from_value, to_value)
            select :at, :node, what, :from, :to from changed""");

    private static final Query ADD = Query.of("""
            with added as (
                insert into caravan.watch_own_part (what, value, changed_at) values (:what, :to, :at) on conflict do nothing returning what)
            insert into caravan.watch_change (at, node, what, from_value, to_value)
            select :at, :node, what, null, :to from added""");

    private static final Query REMOVE = Query.of("""
            with removed as (
                delete from caravan.watch_own_part where what = :what and value = :from returning what)
            insert into caravan.watch_change (at, node, what, from_value, to_value)
            select :at, :node, what, :from, null from removed""");

    private static final Query BETWEEN = Query.of("""
            select at, node, what, from_value, to_value from caravan.watch_change
             where at > :from and at <= :to order by at desc, id desc limit :most""");

    private static final Query PRUNE = Query.of("delete from caravan.watch_change where at < :before");

    private final Database database;

    ChangeRepository(Database database) {
        this.database = database;
    }

    Map<String, String> known() {
        Map<String, String> known = new LinkedHashMap<>();
        KNOWN.on(database).list(row -> known.put(row.getString("what"), row.getString("value")));
        return known;
    }

    /** Of the very first start, before which there was nothing to change. */
    void begin(Map<String, String> parts, Instant at) {
        NOTE_ALL.on(database)
                .set("whats", new ArrayList<>(parts.keySet()))
                .set("values", new ArrayList<>(parts.values()))
                .set("at", at)
                .update();
    }

    /** The answer is whether this call told it first. */
    boolean note(Change change) {
        Query.Call call = change.from().isEmpty()
                ? ADD.on(database).set("to", change.to().orElseThrow())
                : change.to().isEmpty()
                        ? REMOVE.on(database).set("from", change.from().get())
                        : CHANGE.on(database)
                                .set("from", change.from().get())
                                .set("to", change.to().get());
        return call.set("what", change.what())
                        .set("node", change.node())
                        .set("at", change.at())
                        .update()
                > 0;
    }

    /** The newest first. */
    List<Change> between(Instant from, Instant to) {
        return BETWEEN.on(database)
                .set("from", from)
                .set("to", to)
                .set("most", MOST)
                .list(row -> new Change(
                        Query.requiredInstant(row, "at"),
                        row.getString("node"),
                        row.getString("what"),
                        Optional.ofNullable(row.getString("from_value")),
                        Optional.ofNullable(row.getString("to_value"))));
    }

    int prune(Instant before) {
        return PRUNE.on(database).set("before", before).update();
    }
}
