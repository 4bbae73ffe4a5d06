package io.caravan.dag;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Subscriptions of routes, and what waits for each: an outbox, written in the transaction that makes the news. Joins the transaction of its caller. */
final class NoticeRepository {
    private final Database database;

    NoticeRepository(Database database) {
        this.database = database;
    }

    private static final Query TELL = Query.of("""
            insert into caravan.dag_notice (route, at, dag, run, kind, detail)
            select s.route, :now, n.dag, n.run, n.kind, n.detail::jsonb
              from unnest(:dags::text[], :runs::uuid[], :kinds::text[], :details::text[]) as n (dag, run, kind, detail)
              join caravan.dag_subscription s on s.dag in (n.dag, '*') and n.kind = any (s.kinds)""");

    private static final Query SUBSCRIBE = Query.of("""
            insert into caravan.dag_subscription (route, dag, kinds, seen_at) values (:route, :dag, :kinds, :now)
            on conflict (route) do update set dag = excluded.dag, kinds = excluded.kinds, seen_at = excluded.seen_at""");

    private static final Query FORGET =
            Query.of("delete from caravan.dag_subscription where seen_at < :before and route <> all(:routes)");

    private static final Query NEXT = Query.of("""
            select id, at, dag, run, kind, detail::text, tries from caravan.dag_notice
             where route = :route and retry_at <= :now
             order by id
             limit 1
               for update skip locked""");

    private static final Query DONE = Query.of("delete from caravan.dag_notice where id = :id");

    private static final Query RETRY = Query.of("""
            update caravan.dag_notice set tries = tries + 1, retry_at = :at where id = :id""");

    /** A notice that a route has yet to process. */
    record Waiting(
            long id, Instant at, String dag, @Nullable UUID run, String kind, String detail, int tries) {}

    void tell(List<Notice> notices, Instant now) {
        if (notices.isEmpty()) {
            return;
        }
        TELL.on(database)
                .set("now", now)
                .set("dags", Columns.of(notices, Notice::dag))
                .set("runs", Columns.of(notices, Notice::run))
                .set("kinds", Columns.of(notices, Notice::kind))
                .set("details", Columns.of(notices, Notice::detail))
                .update();
    }

    void subscribe(String route, String dag, List<String> kinds, Instant now) {
        SUBSCRIBE
                .on(database)
                .set("route", route)
                .set("dag", dag)
                .set("kinds", kinds)
                .set("now", now)
                .update();
    }

    /** Drops subscriptions of routes that nobody has had for long. */
    void forget(List<String> routesHere, Instant before) {
        FORGET.on(database).set("routes", routesHere).set("before", before).update();
    }

    /** The oldest notice of a route that is due, locked until the transaction ends. */
    Optional<Waiting> next(String route, Instant now) {
        return NEXT.on(database)
                .set("route", route)
                .set("now", now)
                .first(row -> new Waiting(
                        row.getLong("id"),
                        Query.requiredInstant(row, "at"),
                        row.getString("dag"),
                        row.getObject("run", UUID.class),
                        row.getString("kind"),
                        row.getString("detail"),
                        row.getInt("tries")));
    }

    void done(long id) {
        DONE.on(database).set("id", id).update();
    }

    void retry(long id, Instant at) {
        RETRY.on(database).set("id", id).set("at", at).update();
    }
}
