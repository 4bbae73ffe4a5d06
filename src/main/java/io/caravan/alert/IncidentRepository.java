package io.caravan.alert;

import io.caravan.alert.answer.Act;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Incidents. Joins the transaction of its caller. */
final class IncidentRepository {
    static final String COLUMNS = """
            id, number, key, state, severity, labels::text, summary, detail::text, opened_at, last_at, acknowledged_by, resolved_at, signals, reopened, hidden_by, openings, flapping_since, stable_at, acts""";

    /** The same, of a table that has this alias. */
    static String columns(String alias) {
        return Arrays.stream(COLUMNS.split(","))
                .map(column -> alias + "." + column.strip())
                .collect(Collectors.joining(", "));
    }

    private static final Query LOCK_OPEN = Query.of(
            "select " + COLUMNS
                    + " from caravan.alert_incident where key = any(:keys) and state <> 'RESOLVED' order by id for no key update");

    private static final Query OPEN_OF = Query.of("select " + COLUMNS
            + " from caravan.alert_incident where key = any(:keys) and state <> 'RESOLVED' order by id");

    private static final Query LOCK = Query.of("select " + COLUMNS
            + " from caravan.alert_incident where id = any(:ids::uuid[]) order by id for no key update");

    private static final Query FIND = Query.of("select " + COLUMNS + " from caravan.alert_incident where id = :id");

    private static final Query FIND_NUMBER =
            Query.of("select " + COLUMNS + " from caravan.alert_incident where number = :number");

    private static final Query RECENT = Query.of("select " + COLUMNS + """
             from caravan.alert_incident
            where (state <> 'RESOLVED' or :resolved) and labels @> :labels::jsonb
            order by state = 'RESOLVED', id desc
            limit :limit""");

    private static final Query OPEN_WITH = Query.of("select " + COLUMNS
            + " from caravan.alert_incident where state <> 'RESOLVED' and labels @> :labels::jsonb order by id");

    private static final Query INSERT = Query.of("""
            insert into caravan.alert_incident (id, key, state, severity, labels, summary, detail, opened_at, last_at, openings, signals, acts)
            values (:id, :key, 'OPEN', :severity, :labels::jsonb, :summary, :detail::jsonb, :at, :at, array[:at::timestamptz], :signals, :acts)
            on conflict (key) where state <> 'RESOLVED' do nothing""");

    private static final Query REOPEN = Query.of("""
            update caravan.alert_incident
               set state = case when stable_at > :at and acknowledged_at is not null then 'ACKNOWLEDGED' else 'OPEN' end, severity = :severity, labels = :labels::jsonb, summary = :summary, detail = :detail::jsonb, acts = :acts, last_at = :at,
                   acknowledged_at = case when stable_at > :at then acknowledged_at end, acknowledged_by = case when stable_at > :at then acknowledged_by end, resolved_at = null, signals = signals + :signals, reopened = reopened + 1
             where id = (select id from caravan.alert_incident
                          where key = :key and state = 'RESOLVED' and (resolved_at > :since or stable_at > :at)
                          order by resolved_at desc limit 1)
               and state = 'RESOLVED'""");

    private static final Query SIGNAL = Query.of("""
            update caravan.alert_incident
               set severity = :severity, labels = :labels::jsonb, summary = :summary, detail = :detail::jsonb, acts = :acts, last_at = greatest(last_at, :at), signals = signals + :signals
             where id = :id""");

    private static final Query FLAPS = Query.of("""
            update caravan.alert_incident set openings = :openings::timestamptz[], flapping_since = :since, stable_at = :stable where id = :id""");

    private static final Query RESOLVE = Query.of("""
            update caravan.alert_incident set state = 'RESOLVED', resolved_at = :at, hidden_by = null where id = any(:ids::uuid[]) and state <> 'RESOLVED'""");

    private static final Query ACKNOWLEDGE = Query.of("""
            update caravan.alert_incident set state = 'ACKNOWLEDGED', acknowledged_at = :at, acknowledged_by = :who
             where id = :id and state = 'OPEN'""");

    private static final Query HIDE =
            Query.of("update caravan.alert_incident set hidden_by = :by where id = any(:ids::uuid[])");

    private static final Query LOCK_OPEN_WITH_HIDDEN = Query.of(
            "select " + COLUMNS
                    + " from caravan.alert_incident where (id = any(:ids::uuid[]) or hidden_by = any(:ids::uuid[])) and state <> 'RESOLVED' order by id for no key update");

    private static final Query HIDDEN = Query.of("""
            select hidden_by, count(*) as count,
                   (array_agg(coalesce(nullif(labels ->> 'fleet', ''), key) order by coalesce(nullif(labels ->> 'fleet', ''), key)))[1 : :most] as names
              from caravan.alert_incident
             where hidden_by = any(:ids::uuid[]) and state <> 'RESOLVED'
             group by hidden_by""");

    private static final Query HIDDEN_BY = Query.of("select " + COLUMNS
            + " from caravan.alert_incident where hidden_by = :id and state <> 'RESOLVED' order by id limit :limit");

    private static final Query UNATTENDED = Query.of("select " + COLUMNS + """
             from caravan.alert_incident
            where state = 'OPEN' and hidden_by is null and id > :after
            order by id
            limit :limit
              for no key update""");

    /** Of which nobody who can still be told hears. */
    private static final Query STRAYS = Query.of("select " + COLUMNS + """
             from caravan.alert_incident i
            where state <> 'RESOLVED' and hidden_by is null and id > :after
              and not exists (select from caravan.alert_member m join caravan.alert_group g on g.id = m.group_id
                               where m.incident = i.id and g.receiver = any(:receivers))
            order by id
            limit :limit
              for no key update""");

    private final Database database;

    IncidentRepository(Database database) {
        this.database = database;
    }

    /** Those of these keys that are open, locked until the transaction ends. */
    List<Incident> lockOpen(List<String> keys) {
        return LOCK_OPEN.on(database).set("keys", keys).list(IncidentRepository::incident);
    }

    /** Those of these keys that are open, not locked. */
    List<Incident> openOf(List<String> keys) {
        return OPEN_OF.on(database).set("keys", keys).list(IncidentRepository::incident);
    }

    List<Incident> lock(List<UUID> ids) {
        return LOCK.on(database).set("ids", ids).list(IncidentRepository::incident);
    }

    Optional<Incident> find(UUID id) {
        return FIND.on(database).set("id", id).first(IncidentRepository::incident);
    }

    Optional<Incident> find(long number) {
        return FIND_NUMBER.on(database).set("number", number).first(IncidentRepository::incident);
    }

    /** The open ones, and the resolved ones too if wanted, that have these labels; the newest first. */
    List<Incident> recent(Map<String, String> labels, boolean resolved, int limit) {
        return RECENT.on(database)
                .set("labels", Json.text(labels))
                .set("resolved", resolved)
                .set("limit", limit)
                .list(IncidentRepository::incident);
    }

    List<Incident> openWith(Map<String, String> labels) {
        return OPEN_WITH.on(database).set("labels", Json.text(labels)).list(IncidentRepository::incident);
    }

    /** False: another transaction has opened one of this key meanwhile. */
    boolean insert(UUID id, Signal signal) {
        return with(INSERT.on(database), signal)
                        .set("id", id)
                        .set("key", signal.key())
                        .update()
                == 1;
    }

    /** Opens the last one of this key again, if it was resolved after {@code since} or flaps; while it flaps, who has acknowledged it still has. */
    boolean reopen(Signal signal, Instant since) {
        return with(REOPEN.on(database), signal)
                        .set("key", signal.key())
                        .set("since", since)
                        .update()
                == 1;
    }

    void signal(UUID id, Signal signal) {
        with(SIGNAL.on(database), signal).set("id", id).update();
    }

    private static Query.Call with(Query.Call call, Signal signal) {
        return call.set("severity", signal.severity())
                .set("labels", Json.text(signal.labels()))
                .set("summary", signal.summary())
                .set("detail", signal.detail())
                .set("at", signal.at())
                .set("signals", signal.count())
                .set("acts", signal.acts().stream().map(Act::word).toList());
    }

    void flaps(UUID id, Flapping flapping) {
        FLAPS.on(database)
                .set("id", id)
                .set(
                        "openings",
                        flapping.openings().stream().map(Instant::toString).toList())
                .set("since", flapping.since().orElse(null))
                .set("stable", flapping.stableAt().orElse(null))
                .update();
    }

    void resolve(List<UUID> ids, Instant at) {
        RESOLVE.on(database).set("ids", ids).set("at", at).update();
    }

    /** What these hide, with the names of the first ones. */
    Map<UUID, Besides.Hidden> hidden(List<UUID> ids, int names) {
        return HIDDEN
                .on(database)
                .set("ids", ids)
                .set("most", names)
                .list(row -> Map.entry(
                        Query.uuid(row, "hidden_by"), new Besides.Hidden(row.getLong("count"), List.of((String[])
                                row.getArray("names").getArray()))))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Open ones that this one hides, the oldest first. */
    List<Incident> hiddenBy(UUID id, int limit) {
        return HIDDEN_BY.on(database).set("id", id).set("limit", limit).list(IncidentRepository::incident);
    }

    /** Open ones, neither acknowledged nor hidden, locked. */
    List<Incident> unattended(UUID after, int limit) {
        return UNATTENDED.on(database).set("after", after).set("limit", limit).list(IncidentRepository::incident);
    }

    /** Open ones of which none of these receivers hears, locked. */
    List<Incident> strays(UUID after, List<String> receivers, int limit) {
        return STRAYS.on(database)
                .set("after", after)
                .set("receivers", receivers)
                .set("limit", limit)
                .list(IncidentRepository::incident);
    }

    boolean acknowledge(UUID id, String who, Instant at) {
        return ACKNOWLEDGE
                        .on(database)
                        .set("id", id)
                        .set("who", who)
                        .set("at", at)
                        .update()
                == 1;
    }

    void hide(List<UUID> ids, UUID by) {
        HIDE.on(database).set("ids", ids).set("by", by).update();
    }

    void show(List<UUID> ids) {
        HIDE.on(database).set("ids", ids).set("by", null).update();
    }

    /** Those of these that are open, and the open ones that one of them hides, locked. */
    List<Incident> lockOpenWithHidden(List<UUID> ids) {
        return LOCK_OPEN_WITH_HIDDEN.on(database).set("ids", ids).list(IncidentRepository::incident);
    }

    static Incident incident(ResultSet row) throws SQLException {
        return new Incident(
                Query.uuid(row, "id"),
                row.getLong("number"),
                row.getString("key"),
                IncidentState.valueOf(row.getString("state")),
                Severity.valueOf(row.getString("severity")),
                Json.labels(row.getString("labels")),
                row.getString("summary"),
                row.getString("detail"),
                Query.requiredInstant(row, "opened_at"),
                Query.requiredInstant(row, "last_at"),
                Optional.ofNullable(row.getString("acknowledged_by")),
                Optional.ofNullable(Query.instant(row, "resolved_at")),
                row.getLong("signals"),
                row.getInt("reopened"),
                Optional.ofNullable(row.getObject("hidden_by", UUID.class)),
                flapping(row),
                acts(row));
    }

    private static Set<Act> acts(ResultSet row) throws SQLException {
        return Arrays.stream((String[]) row.getArray("acts").getArray())
                .flatMap(word -> Act.ofWord(word).stream())
                .collect(Collectors.toSet());
    }

    private static Flapping flapping(ResultSet row) throws SQLException {
        return new Flapping(
                Arrays.stream((Timestamp[]) row.getArray("openings").getArray())
                        .map(Timestamp::toInstant)
                        .toList(),
                Optional.ofNullable(Query.instant(row, "flapping_since")),
                Optional.ofNullable(Query.instant(row, "stable_at")));
    }
}
