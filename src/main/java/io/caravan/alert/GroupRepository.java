package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Groups and their members. Joins the transaction of its caller. */
final class GroupRepository {
    private static final Query JOIN = Query.of("""
            insert into caravan.alert_group (receiver, path, labels, flush_at) values (:receiver, :path, :labels::jsonb, :flush)
            on conflict (receiver, path, labels) do update
               set flush_at = least(coalesce(alert_group.flush_at, excluded.flush_at),
                                    greatest(excluded.flush_at, alert_group.told_at + :interval * interval '1 microsecond'))
            returning id, flush_at <= :now as due""");

    private static final Query ADD = Query.of("""
            insert into caravan.alert_member (group_id, incident) values (:group, :incident) on conflict do nothing""");

    /** Those who know of an incident hear of its change at the next occasion. */
    private static final Query CHANGED = Query.of("""
            with member as (
              update caravan.alert_member set changed = true where incident = any(:incidents::uuid[])
              returning group_id)
            update caravan.alert_group g set flush_at = :at
             where id in (select group_id from member) and (flush_at is null or flush_at > :at)""");

    /** Those who know of an incident hear of it if there is news. */
    private static final Query LOOK = Query.of("""
            update caravan.alert_group set flush_at = least(coalesce(flush_at, 'infinity'), :at)
             where id in (select group_id from caravan.alert_member where incident = :incident)""");

    /** The receivers that know of an incident stay with their groups, and hear of its change at the next occasion. */
    private static final Query KNOWS = Query.of("""
            with member as (
              update caravan.alert_member m set changed = true
                from caravan.alert_group g
               where m.incident = :incident and g.id = m.group_id and g.receiver = :receiver
              returning m.group_id)
            update caravan.alert_group g
               set flush_at = least(coalesce(flush_at, 'infinity'), greatest(:flush, told_at + :interval * interval '1 microsecond'))
             where id in (select group_id from member)""");

    private static final Query DUE = Query.of("""
            select id, receiver, path, labels::text, told_at, escalated, thread from caravan.alert_group
             where flush_at <= :now
             order by flush_at
             limit 1
               for update skip locked""");

    private static final Query LOCK = Query.of("""
            select id, receiver, path, labels::text, told_at, escalated, thread from caravan.alert_group
             where id = :id
               for update""");

    private static final Query UNACKNOWLEDGED = Query.of("""
            select id, receiver, path, labels::text, told_at, escalated, thread from caravan.alert_group
             where escalate_at <= :now
             order by escalate_at
             limit 1
               for update skip locked""");

    private static final Query MEMBERS = Query.of("""
            select i.id, i.number, i.key, i.state, i.severity, i.labels::text, i.summary, i.detail::text, i.opened_at, i.last_at,
                   i.acknowledged_by, i.resolved_at, i.signals, i.reopened, i.hidden_by, m.told, m.changed,
                   i.openings, i.flapping_since, i.stable_at
              from caravan.alert_member m join caravan.alert_incident i on i.id = m.incident
             where m.group_id = :group
             order by i.id""");

    private static final Query FLUSHED = Query.of("""
            update caravan.alert_group set flush_at = :next where id = :id""");

    private static final Query TOLD = Query.of("""
            update caravan.alert_group set told_at = :now where id = :id""");

    private static final Query ESCALATION = Query.of("""
            update caravan.alert_group set escalated = :escalated, escalate_at = :at where id = :id""");

    private static final Query MEMBERS_TOLD = Query.of("""
            update caravan.alert_member m set told = i.severity, changed = false, told_at = coalesce(m.told_at, :now)
              from caravan.alert_incident i
             where m.group_id = :group and i.id = m.incident and m.incident = any(:incidents::uuid[])""");

    private static final Query LEAVE = Query.of("""
            delete from caravan.alert_member m using caravan.alert_incident i
             where m.group_id = :group and i.id = m.incident and i.state = 'RESOLVED' and (i.stable_at is null or i.stable_at <= :now)""");

    private static final Query NEXT = Query.of("""
            select least((select min(flush_at) from caravan.alert_group where flush_at is not null),
                         (select min(escalate_at) from caravan.alert_group where escalate_at is not null)) as at""");

    private static final Query THREAD = Query.of("update caravan.alert_group set thread = :thread where id = :id");

    private final Database database;

    GroupRepository(Database database) {
        this.database = database;
    }

    /**
     * Lets a receiver hear of an incident.
     *
     * @param flush when at the earliest
     * @param interval least time since the last message of the group
     * @return the group, locked, if it is due
     */
    Optional<Group> join(
            String receiver,
            String path,
            Map<String, String> labels,
            UUID incident,
            Instant flush,
            Duration interval,
            Instant now) {
        Joined joined = JOIN.on(database)
                .set("receiver", receiver)
                .set("path", path)
                .set("labels", Json.text(labels))
                .set("flush", flush)
                .set("interval", interval)
                .set("now", now)
                .first(row -> new Joined(row.getLong("id"), row.getBoolean("due")))
                .orElseThrow();
        ADD.on(database).set("group", joined.group()).set("incident", incident).update();
        return joined.isDue() ? lock(joined.group()) : Optional.empty();
    }

    private record Joined(long group, boolean isDue) {}

    /**
     * Tells a receiver that knows of an incident what has become of it. False: it doesn't know of it.
     *
     * @param flush when at the earliest
     * @param interval least time since the last message of the group
     */
    boolean renew(String receiver, UUID incident, Instant flush, Duration interval) {
        return KNOWS.on(database)
                        .set("receiver", receiver)
                        .set("incident", incident)
                        .set("flush", flush)
                        .set("interval", interval)
                        .update()
                > 0;
    }

    void changed(List<UUID> incidents, Instant at) {
        CHANGED.on(database).set("incidents", incidents).set("at", at).update();
    }

    /** The groups of an incident are looked at, though it is not known whether there is anything new. */
    void look(UUID incident, Instant at) {
        LOOK.on(database).set("incident", incident).set("at", at).update();
    }

    /** A group that is due, locked until the transaction ends. */
    Optional<Group> due(Instant now) {
        return DUE.on(database).set("now", now).first(GroupRepository::group);
    }

    /** A group that waits for somebody to acknowledge, for too long. */
    Optional<Group> unacknowledged(Instant now) {
        return UNACKNOWLEDGED.on(database).set("now", now).first(GroupRepository::group);
    }

    private Optional<Group> lock(long id) {
        return LOCK.on(database).set("id", id).first(GroupRepository::group);
    }

    private static Group group(ResultSet row) throws SQLException {
        return new Group(
                row.getLong("id"),
                row.getString("receiver"),
                row.getString("path"),
                Json.labels(row.getString("labels")),
                Optional.ofNullable(Query.instant(row, "told_at")),
                row.getInt("escalated"),
                Optional.ofNullable(row.getString("thread")));
    }

    List<Member> members(long group) {
        return MEMBERS.on(database)
                .set("group", group)
                .list(row -> new Member(
                        IncidentRepository.incident(row),
                        Optional.ofNullable(row.getString("told")).map(Severity::valueOf),
                        row.getBoolean("changed")));
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

    /**
     * How far the escalation has come.
     *
     * @param at when the next step is taken unless somebody has acknowledged; null: never
     */
    void escalation(long group, int escalated, @Nullable Instant at) {
        ESCALATION
                .on(database)
                .set("id", group)
                .set("escalated", escalated)
                .set("at", at)
                .update();
    }

    /** What is resolved, and doesn't flap, leaves the group. */
    void leave(long group, Instant now) {
        LEAVE.on(database).set("group", group).set("now", now).update();
    }

    /** When the next group is due. */
    Optional<Instant> next() {
        return NEXT.on(database)
                .first(row -> Optional.ofNullable(Query.instant(row, "at")))
                .flatMap(at -> at);
    }

    void thread(long group, @Nullable String thread) {
        THREAD.on(database).set("id", group).set("thread", thread).update();
    }
}
