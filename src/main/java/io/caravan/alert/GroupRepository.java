package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Groups and their members. Joins the transaction of its caller. */
final class GroupRepository {
    /** In which groups receivers know of incidents. */
    private static final Query KNOWN = Query.of("""
            select m.incident, g.receiver, g.id
              from caravan.alert_member m join caravan.alert_group g on g.id = m.group_id
             where m.incident = any(:incidents::uuid[])""");

    private static final Query MAKE = Query.of("""
            insert into caravan.alert_group (receiver, path, labels)
            select receiver, path, labels::jsonb from unnest(:receivers::text[], :paths::text[], :labels::text[]) as made(receiver, path, labels)
            on conflict do nothing""");

    /** None of them is deleted until the transaction ends. */
    private static final Query PLACED = Query.of("""
            select g.id, made.number
              from unnest(:receivers::text[], :paths::text[], :labels::text[]) with ordinality as made(receiver, path, labels, number)
              join caravan.alert_group g on g.receiver = made.receiver and g.path = made.path and g.labels = made.labels::jsonb
               for key share of g""");

    private static final Query LOCK = Query.of("""
            select id from caravan.alert_group where id = any(:ids) order by id for no key update""");

    private static final Query ADD = Query.of("""
            insert into caravan.alert_member (group_id, incident, news_at) select known.*, :now from unnest(:groups, :incidents::uuid[]) as known
            on conflict (group_id, incident) do update set changed = true, news_at = coalesce(alert_member.news_at, :now)""");

    /** Who has heard of nothing critical yet doesn't wait for it until the interval is over. */
    private static final Query JOINED = Query.of("""
            update caravan.alert_group g
               set urgent = urgent or :urgent,
                   flush_at = least(coalesce(flush_at, :flush),
                                    case when :urgent and not exists (select from caravan.alert_member m where m.group_id = g.id and m.told = 'CRITICAL')
                                         then :flush
                                         else greatest(:flush, told_at + :interval * interval '1 microsecond') end)
             where id = any(:ids)""");

    private static final Query CHANGED = Query.of("""
            update caravan.alert_member set changed = true, news_at = coalesce(news_at, :now) where incident = any(:incidents::uuid[])""");

    /** What groups have to tell, and whether somebody has been told of one of these incidents. */
    private static final Query STAND = Query.of("""
            select g.id, g.receiver, g.path, bool_or(m.told is not null and i.id = any(:incidents::uuid[])) as knows,
                   (array_agg(i.severity order by array_position(array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], i.severity), i.id))[1] as gravest,
                   (array_agg(i.labels::text order by array_position(array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], i.severity), i.id))[1] as labels
              from caravan.alert_group g
              join caravan.alert_member m on m.group_id = g.id
              join caravan.alert_incident i on i.id = m.incident
             where g.id = any(:ids) and (i.state <> 'RESOLVED' or m.told is not null)
             group by g.id""");

    private static final Query WAKE = Query.of("""
            update caravan.alert_group
               set flush_at = least(coalesce(flush_at, 'infinity'), :at), urgent = urgent or id = any(:urgent)
             where id = any(:ids)""");

    /** What is overdue stays so. */
    private static final Query WAIT = Query.of("""
            update caravan.alert_group set flush_at = :at where id = any(:ids) and (flush_at is null or flush_at > :now)""");

    private static final Query DUE = Query.of(due("flush_at <= :now"));

    private static final Query URGENT = Query.of(due("urgent and flush_at <= :now"));

    private static String due(String which) {
        return """
            select id, receiver, path, labels::text, told_at from caravan.alert_group
             where %s
             order by flush_at
             limit 1
               for no key update skip locked""".formatted(which);
    }

    private static final Query DUE_OF = Query.of("""
            select id, receiver, path, labels::text, told_at from caravan.alert_group
             where id = any(:ids) and flush_at <= :now
             order by id""");

    private static final Query MEMBERS = Query.of("""
            select m.told, m.changed, m.news_at, %s
              from caravan.alert_member m join caravan.alert_incident i on i.id = m.incident
             where m.group_id = :group
             order by i.id""".formatted(IncidentRepository.columns("i")));

    private static final Query FLUSHED = Query.of("""
            update caravan.alert_group set flush_at = :next, urgent = false where id = :id""");

    private static final Query TOLD = Query.of("""
            update caravan.alert_group set told_at = :now where id = :id""");

    private static final Query MEMBERS_TOLD = Query.of("""
            update caravan.alert_member m set told = i.severity, changed = false, news_at = null, told_at = coalesce(m.told_at, :now)
              from caravan.alert_incident i
             where m.group_id = :group and i.id = m.incident and m.incident = any(:incidents::uuid[])""");

    private static final Query WITHHELD = Query.of("""
            update caravan.alert_member set news_at = null where group_id = :group and incident = any(:incidents::uuid[])""");

    private static final Query UNTOLD = Query.of("""
            update caravan.alert_member set told = null, told_at = null, changed = false where group_id = :group""");

    private static final Query UNHEARD = Query.of("""
            update caravan.alert_member set changed = true where group_id = :group and told is not null""");

    private static final Query LEAVE = Query.of("""
            delete from caravan.alert_member m using caravan.alert_incident i
             where m.group_id = :group and i.id = m.incident and i.state = 'RESOLVED' and (i.stable_at is null or i.stable_at <= :now)""");

    private static final Query EMPTY = Query.of("delete from caravan.alert_member where group_id = :id");

    private static final Query REST = Query.of("update caravan.alert_group set flush_at = null where id = :id");

    /** Groups of places that are no longer there, with the labels of the gravest that they tell of. */
    private static final Query ELSEWHERE = Query.of("""
            select g.id, g.receiver,
                   (array_agg(i.labels::text order by array_position(array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], i.severity), i.id))[1] as labels
              from caravan.alert_group g
              join caravan.alert_member m on m.group_id = g.id
              join caravan.alert_incident i on i.id = m.incident
             where g.path <> all(:paths)
             group by g.id""");

    /** Where another group has that place, both go on. */
    private static final Query RELOCATE = Query.of("""
            update caravan.alert_group g set path = :path
             where id = :id
               and not exists (select from caravan.alert_group other
                                where other.receiver = g.receiver and other.labels = g.labels and other.path = :path)""");

    private static final Query TOLD_AT = Query.of("""
            select incident, min(told_at) as at from caravan.alert_member
             where incident = any(:incidents::uuid[]) and told_at is not null
             group by incident""");

    private static final Query NEXT = Query.of("""
            select least((select min(flush_at) from caravan.alert_group where flush_at is not null),
                         (select min(due_at) from caravan.alert_escalation where due_at is not null)) as at""");

    private final Database database;

    GroupRepository(Database database) {
        this.database = database;
    }

    /** Of each incident, by receiver, the group in which it is. */
    Map<UUID, Map<String, Long>> known(Collection<UUID> incidents) {
        Map<UUID, Map<String, Long>> known = new HashMap<>();
        KNOWN.on(database)
                .set("incidents", incidents)
                .list(row -> known.computeIfAbsent(Query.uuid(row, "incident"), id -> new HashMap<>())
                        .put(row.getString("receiver"), row.getLong("id")));
        return known;
    }

    /** What makes a group what it is. */
    record Place(String receiver, String path, String labels) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::receiver).thenComparing(Place::path).thenComparing(Place::labels);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /** The groups of these places; those that there are not yet are made, all nodes in the same order. */
    Map<Place, Long> groups(SortedSet<Place> places) {
        if (places.isEmpty()) {
            return Map.of();
        }
        List<Place> ordered = List.copyOf(places);
        placed(MAKE, ordered).update();
        return placed(PLACED, ordered)
                .list(row -> Map.entry(ordered.get(row.getInt("number") - 1), row.getLong("id")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private Query.Call placed(Query query, List<Place> places) {
        return query.on(database)
                .set("receivers", places.stream().map(Place::receiver).toList())
                .set("paths", places.stream().map(Place::path).toList())
                .set("labels", places.stream().map(Place::labels).toList());
    }

    /** Locks groups until the transaction ends. Whoever locks several does it once, and all in the same order. */
    void lock(SortedSet<Long> groups) {
        LOCK.on(database).set("ids", array(groups)).list(row -> row.getLong("id"));
    }

    /** Incidents belong to groups; where they did before, what they are about has changed. */
    void add(List<Long> groups, List<UUID> incidents, Instant now) {
        ADD.on(database)
                .set("groups", array(groups))
                .set("incidents", incidents)
                .set("now", now)
                .update();
    }

    /**
     * Groups have something to tell.
     *
     * @param flush when at the earliest
     * @param interval least time since the last message of the group
     * @param urgent whether it is critical
     */
    void joined(Collection<Long> groups, Instant flush, Duration interval, boolean urgent) {
        JOINED.on(database)
                .set("urgent", urgent)
                .set("ids", array(groups))
                .set("flush", flush)
                .set("interval", interval)
                .update();
    }

    /** Those who know of these incidents don't know all. */
    void changed(Collection<UUID> incidents, Instant now) {
        CHANGED.on(database).set("incidents", incidents).set("now", now).update();
    }

    /**
     * How a group stands.
     *
     * @param knows whether its receiver has been told of one of the incidents in question
     * @param gravest of what it has to tell
     * @param labels of that one
     */
    record Stand(
            long group, String receiver, String path, boolean knows, Severity gravest, Map<String, String> labels) {
        Stand {
            labels = Map.copyOf(labels);
        }
    }

    List<Stand> stands(Collection<Long> groups, Collection<UUID> incidents) {
        return STAND.on(database)
                .set("ids", array(groups))
                .set("incidents", incidents)
                .list(row -> new Stand(
                        row.getLong("id"),
                        row.getString("receiver"),
                        row.getString("path"),
                        row.getBoolean("knows"),
                        Severity.valueOf(row.getString("gravest")),
                        Json.labels(row.getString("labels"))));
    }

    /** Groups are looked at then, if not before; some of them have to tell what is critical. */
    void wake(Collection<Long> groups, Collection<Long> urgent, Instant at) {
        WAKE.on(database)
                .set("ids", array(groups))
                .set("urgent", array(urgent))
                .set("at", at)
                .update();
    }

    /** Groups are looked at then, and not before. */
    void wait(Collection<Long> groups, Instant at, Instant now) {
        WAIT.on(database)
                .set("ids", array(groups))
                .set("at", at)
                .set("now", now)
                .update();
    }

    /** Those of these groups that are due. */
    List<Group> due(Collection<Long> groups, Instant now) {
        return DUE_OF.on(database).set("ids", array(groups)).set("now", now).list(GroupRepository::group);
    }

    private static long[] array(Collection<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    /** A group that is due, locked until the transaction ends. */
    Optional<Group> due(Instant now) {
        return DUE.on(database).set("now", now).first(GroupRepository::group);
    }

    /** The same of those that have to tell what is critical. */
    Optional<Group> urgent(Instant now) {
        return URGENT.on(database).set("now", now).first(GroupRepository::group);
    }

    private static Group group(ResultSet row) throws SQLException {
        return new Group(
                row.getLong("id"),
                row.getString("receiver"),
                row.getString("path"),
                Json.labels(row.getString("labels")),
                Optional.ofNullable(Query.instant(row, "told_at")));
    }

    List<Member> members(long group) {
        return MEMBERS.on(database)
                .set("group", group)
                .list(row -> new Member(
                        IncidentRepository.incident(row),
                        Optional.ofNullable(row.getString("told")).map(Severity::valueOf),
                        row.getBoolean("changed"),
                        Optional.ofNullable(Query.instant(row, "news_at"))));
    }

    /** When the group is looked at next; null: when something changes. */
    void flushed(long group, @Nullable Instant next) {
        FLUSHED.on(database).set("id", group).set("next", next).update();
    }

    /** The receiver has been told of these. */
    void told(long group, List<UUID> incidents, Instant now) {
        TOLD.on(database).set("id", group).set("now", now).update();
        MEMBERS_TOLD
                .on(database)
                .set("group", group)
                .set("incidents", incidents)
                .set("now", now)
                .update();
    }

    /** Of these nothing may be told now: they wait from then on when they may. */
    void withheld(long group, List<UUID> incidents) {
        if (!incidents.isEmpty()) {
            WITHHELD.on(database)
                    .set("group", group)
                    .set("incidents", incidents)
                    .update();
        }
    }

    /** The receiver has not been told of anything, after all. */
    void untold(long group) {
        UNTOLD.on(database).set("group", group).update();
    }

    /** The receiver has not been told of what has changed, after all. */
    void unheard(long group) {
        UNHEARD.on(database).set("group", group).update();
    }

    /** What is resolved, and doesn't flap, leaves the group. */
    void leave(long group, Instant now) {
        LEAVE.on(database).set("group", group).set("now", now).update();
    }

    /** Nobody hears anything of this group any more. */
    void disband(long group) {
        EMPTY.on(database).set("id", group).update();
        REST.on(database).set("id", group).update();
    }

    /**
     * A group whose place is no longer there.
     *
     * @param labels of the gravest that it tells of
     */
    record Elsewhere(long group, String receiver, Map<String, String> labels) {
        Elsewhere {
            labels = Map.copyOf(labels);
        }
    }

    List<Elsewhere> elsewhere(Collection<String> paths) {
        return ELSEWHERE
                .on(database)
                .set("paths", paths)
                .list(row -> new Elsewhere(
                        row.getLong("id"), row.getString("receiver"), Json.labels(row.getString("labels"))));
    }

    /** A group's place is called so now. */
    void relocate(long group, String path) {
        RELOCATE.on(database).set("id", group).set("path", path).update();
    }

    /** Since when somebody knows of incidents. */
    Map<UUID, Instant> toldAt(List<UUID> incidents) {
        Map<UUID, Instant> toldAt = new HashMap<>();
        TOLD_AT.on(database)
                .set("incidents", incidents)
                .list(row -> toldAt.put(Query.uuid(row, "incident"), Query.requiredInstant(row, "at")));
        return toldAt;
    }

    /** When the next group is due, or somebody should have acknowledged. */
    Optional<Instant> next() {
        return NEXT.on(database)
                .first(row -> Optional.ofNullable(Query.instant(row, "at")))
                .flatMap(at -> at);
    }
}
