package io.caravan.alert;

import io.caravan.alert.GroupRepository.Place;
import io.caravan.alert.routing.AlertRouting.Destination;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How far it has come with those who are told when nobody acknowledges. Joins the transaction of its caller. */
final class EscalationRepository {
    private static final Query ARM = Query.of("""
            insert into caravan.alert_escalation (incident, opening, path, labels, due_at)
            select told.incident, told.opening, :path, :labels::jsonb, :due from unnest(:incidents::uuid[], :openings::int[]) as told(incident, opening)
            on conflict do nothing""");

    private static final Query DUE = Query.of("""
            select path, labels::text as labels from caravan.alert_escalation where due_at <= :now order by due_at limit 1""");

    private static final Query WAITING = Query.of("""
            select e.opening, e.step, e.due_at, %s
              from caravan.alert_escalation e join caravan.alert_incident i on i.id = e.incident
             where e.path = :path and e.labels = :labels::jsonb and e.due_at is not null
             order by e.incident, e.opening
               for update of e""".formatted(IncidentRepository.columns("i")));

    private static final Query DROP = Query.of("""
            delete from caravan.alert_escalation e
             using unnest(:incidents::uuid[], :openings::int[]) as over(incident, opening)
             where e.incident = over.incident and e.opening = over.opening and e.path = :path""");

    private static final Query MOVE = Query.of("""
            update caravan.alert_escalation e set step = :step, due_at = :at
              from unnest(:incidents::uuid[], :openings::int[]) as moved(incident, opening)
             where e.incident = moved.incident and e.opening = moved.opening and e.path = :path""");

    private static final Query OF = Query.of("""
            select e.incident, e.opening, e.path, e.step, e.due_at
              from caravan.alert_escalation e join caravan.alert_incident i on i.id = e.incident and i.reopened = e.opening
             where e.incident = any(:incidents::uuid[])
             order by e.incident, e.path
               for update of e""");

    private static final Query RELOCATE = Query.of("""
            update caravan.alert_escalation set path = :path, labels = :labels::jsonb, due_at = case when due_at is not null then :due::timestamptz end
             where incident = :incident and opening = :opening and path = :before""");

    private static final Query LEAVE = Query.of("""
            delete from caravan.alert_escalation where incident = :incident and opening = :opening and path = :before""");

    private final Database database;

    EscalationRepository(Database database) {
        this.database = database;
    }

    /**
     * A place of the routing tree.
     *
     * @param labels a JSON object: what those share that are told of in one message
     */
    record Origin(String path, String labels) {
        static Origin of(Destination destination) {
            return new Origin(destination.name(), Json.text(new TreeMap<>(destination.group())));
        }

        Place of(String receiver) {
            return new Place(receiver, path, labels);
        }
    }

    /**
     * An incident that waits for somebody to acknowledge.
     *
     * @param opening how often it had been reopened when it began to wait
     * @param step how many have been taken
     */
    record Waiting(Incident incident, int opening, int step, Instant dueAt) {}

    /** These wait for somebody to acknowledge from now on, unless they do or did so already. */
    void arm(Origin origin, List<Incident> incidents, Instant due) {
        ARM.on(database)
                .set("incidents", incidents.stream().map(Incident::id).toList())
                .set("openings", incidents.stream().map(Incident::reopened).toList())
                .set("path", origin.path())
                .set("labels", origin.labels())
                .set("due", due)
                .update();
    }

    /** Where an incident has waited for too long. */
    Optional<Origin> due(Instant now) {
        return DUE.on(database)
                .set("now", now)
                .first(row -> new Origin(row.getString("path"), row.getString("labels")));
    }

    /** All that waits there, locked until the transaction ends. */
    List<Waiting> waiting(Origin origin) {
        return WAITING.on(database)
                .set("path", origin.path())
                .set("labels", origin.labels())
                .list(row -> new Waiting(
                        IncidentRepository.incident(row),
                        row.getInt("opening"),
                        row.getInt("step"),
                        Query.requiredInstant(row, "due_at")));
    }

    /** Nobody need acknowledge these any more. */
    void drop(Origin origin, List<Waiting> over) {
        of(DROP, origin, over).update();
    }

    /**
     * How far it has come.
     *
     * @param at when to look next; null: all steps have been taken
     */
    void move(Origin origin, List<Waiting> moved, int step, @Nullable Instant at) {
        of(MOVE, origin, moved).set("step", step).set("at", at).update();
    }

    /**
     * A place at which an incident waits, or has waited, for somebody to acknowledge.
     *
     * @param step how many have been taken
     */
    record Held(UUID incident, int opening, String path, int step) {}

    /** Where these wait since they opened last, locked until the transaction ends. */
    List<Held> of(List<Incident> incidents) {
        return OF.on(database)
                .set("incidents", incidents.stream().map(Incident::id).toList())
                .list(row -> new Held(
                        Query.uuid(row, "incident"), row.getInt("opening"), row.getString("path"), row.getInt("step")));
    }

    /**
     * It waits there instead.
     *
     * @param due when to look next; null: all steps have been taken
     */
    void relocate(Held held, Origin origin, @Nullable Instant due) {
        of(RELOCATE, held)
                .set("path", origin.path())
                .set("labels", origin.labels())
                .set("due", due)
                .update();
    }

    /** It waits nowhere instead. */
    void leave(Held held) {
        of(LEAVE, held).update();
    }

    private Query.Call of(Query query, Held held) {
        return query.on(database)
                .set("incident", held.incident())
                .set("opening", held.opening())
                .set("before", held.path());
    }

    private Query.Call of(Query query, Origin origin, List<Waiting> these) {
        return query.on(database)
                .set(
                        "incidents",
                        these.stream().map(waiting -> waiting.incident().id()).toList())
                .set("openings", these.stream().map(Waiting::opening).toList())
                .set("path", origin.path());
    }
}
