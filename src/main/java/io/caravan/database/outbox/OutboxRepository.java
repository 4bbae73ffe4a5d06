package io.caravan.database.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One topic's subscriptions, and the notices that wait for each. Joins the transaction of its caller. */
final class OutboxRepository {
    /** On which nodes hear that there is news; what is said is the topic. */
    static final String CHANNEL = "caravan_outbox";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    /** Whether subscription s wants what has the labels of n. */
    private static final String WANTED = """
            not exists (select from jsonb_each(s.wants) as wanted (label, patterns)
                         where not exists (select from jsonb_array_elements_text(wanted.patterns) as p (pattern)
                                            where coalesce(n.labels::jsonb ->> wanted.label, '') like p.pattern))
            """;

    private static final Query TELL = Query.of("""
            with told as (
              insert into caravan.outbox_notice (topic, route, at, key, labels, detail)
              select s.topic, s.route, :now, n.key, n.labels::jsonb, n.detail::jsonb
                from unnest(:keys::text[], :labels::text[], :details::text[]) with ordinality as n (key, labels, detail, place)
                join caravan.outbox_subscription s on s.topic = :topic
               where\s""" + WANTED + """
               order by n.place
              returning id
            )
            select pg_notify(:channel, :topic) from told limit 1""");

    private static final Query IS_WANTED = Query.of("""
            select from caravan.outbox_subscription s, (values (:labels)) as n (labels)
             where s.topic = :topic and\s""" + WANTED + " limit 1");

    private static final Query SUBSCRIBE = Query.of("""
            insert into caravan.outbox_subscription (topic, route, wants, seen_at) values (:topic, :route, :wants::jsonb, :now)
            on conflict (topic, route) do update set wants = excluded.wants, seen_at = excluded.seen_at""");

    private static final Query FORGET = Query.of("""
            delete from caravan.outbox_subscription where topic = :topic and seen_at < :before and route <> all(:routes)""");

    private static final Query NEXT = Query.of("""
            select id, at, labels::text, detail::text, tries
              from caravan.outbox_notice n
             where topic = :topic and route = :route and retry_at <= :now
               and not exists (select from caravan.outbox_notice earlier
                                where earlier.topic = n.topic and earlier.route = n.route and earlier.key = n.key and earlier.id < n.id)
             order by id
             limit 1
               for update skip locked""");

    private static final Query NEXT_RETRY = Query.of("""
            select retry_at from caravan.outbox_notice where topic = :topic and route = :route and retry_at > :now
             order by retry_at
             limit 1""");

    private static final Query DONE = Query.of("delete from caravan.outbox_notice where id = :id");

    private static final Query RETRY =
            Query.of("update caravan.outbox_notice set tries = tries + 1, retry_at = :at where id = :id");

    private final Database database;
    private final String topic;

    OutboxRepository(Database database, String topic) {
        this.database = database;
        this.topic = topic;
    }

    void tell(List<Notice> notices, Instant now) {
        TELL.on(database)
                .set("topic", topic)
                .set("channel", CHANNEL)
                .set("now", now)
                .set("keys", notices.stream().map(Notice::key).toList())
                .set(
                        "labels",
                        notices.stream().map(notice -> json(notice.labels())).toList())
                .set("details", notices.stream().map(Notice::detail).toList())
                .first(row -> true);
    }

    boolean isWanted(Map<String, String> labels) {
        return IS_WANTED
                .on(database)
                .set("topic", topic)
                .set("labels", json(labels))
                .first(row -> true)
                .isPresent();
    }

    void subscribe(String route, Wants wants, Instant now) {
        SUBSCRIBE
                .on(database)
                .set("topic", topic)
                .set("route", route)
                .set("wants", json(wants.patterns()))
                .set("now", now)
                .update();
    }

    /** Drops subscriptions, and what waits for them, of routes that nobody has had since {@code before}. */
    void forget(List<String> routesHere, Instant before) {
        FORGET.on(database)
                .set("topic", topic)
                .set("routes", routesHere)
                .set("before", before)
                .update();
    }

    /** The oldest notice for a route that is due and follows no other of its key, locked until the transaction ends. */
    Optional<Told> next(String route, Instant now) {
        return NEXT.on(database)
                .set("topic", topic)
                .set("route", route)
                .set("now", now)
                .first(row -> new Told(
                        row.getLong("id"),
                        Query.requiredInstant(row, "at"),
                        labels(row.getString("labels")),
                        row.getString("detail"),
                        row.getInt("tries")));
    }

    /** When the first of those that failed is due again. */
    Optional<Instant> nextRetry(String route, Instant now) {
        return NEXT_RETRY
                .on(database)
                .set("topic", topic)
                .set("route", route)
                .set("now", now)
                .first(row -> Query.requiredInstant(row, "retry_at"));
    }

    void done(long id) {
        DONE.on(database).set("id", id).update();
    }

    void retry(long id, Instant at) {
        RETRY.on(database).set("id", id).set("at", at).update();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("These labels can't be written: " + value, e);
        }
    }

    private static Map<String, String> labels(String json) {
        try {
            return JSON.readValue(json, LABELS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("These labels of a notice can't be read: " + json, e);
        }
    }
}
