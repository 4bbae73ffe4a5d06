package io.caravan.watch.episode;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.detect.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Episodes and what was told of them, tables {@code caravan.watch_episode} and {@code watch_event}. Joins the transaction of its caller. */
public final class EpisodeRepository {
    private static final String SELECT = """
            select e.id, e.series_id, e.kind, e.opened_at, e.since, e.severity, e.escalated, e.cause, e.confidence, e.parent_id, e.told, e.members,
                   e.sentence, e.facts::text as facts, e.confirmed_at, e.next_check, e.over_at, e.closed_at, e.returned_at
              from caravan.watch_episode e
            """;

    private static final Query INSERT = Query.of("""
            insert into caravan.watch_episode (id, series_id, kind, opened_at, since, severity, escalated, cause, confidence, parent_id, told, members, sentence, facts, next_check, over_at)
            values (:id, :series, :kind, :now, :since, :severity, :escalated, :cause, :confidence, :parent::uuid, :told, :members, :sentence, :facts::jsonb, :nextCheck::timestamptz, :overAt::timestamptz)""");

    private static final Query UPDATE = Query.of("""
            update caravan.watch_episode
               set kind = :kind, severity = :severity, escalated = :escalated, cause = :cause, confidence = :confidence, parent_id = :parent::uuid, told = :told,
                   members = :members, sentence = :sentence, facts = :facts::jsonb, next_check = :nextCheck::timestamptz
             where id = :id and closed_at is null""");

    private static final Query CLOSE = Query.of(
            "update caravan.watch_episode set closed_at = coalesce(over_at, :now) where id = :id and closed_at is null");

    private static final Query REOPEN = Query.of("""
            update caravan.watch_episode set closed_at = null, over_at = null, returned_at = :since
             where id = :id and closed_at is not null""");

    private static final Query LAST_TOLD = Query.of(SELECT + """
            where e.series_id = :series and e.closed_at is not null and e.told and e.kind not in ('ERRORS', 'TOO_MANY_FLEETS')
             order by e.closed_at desc limit 1""");

    private static final Query CONFIRM = Query.of("""
            update caravan.watch_episode set confirmed_at = :now, confirmed_by = :by where id = :id and confirmed_at is null""");

    private static final Query BY_ID = Query.of(SELECT + "where e.id = :id");

    private static final Query OPEN_OF = Query.of(SELECT + """
            where e.series_id = any(:series::bigint[]) and e.closed_at is null order by e.series_id, e.kind in ('ERRORS', 'TOO_MANY_FLEETS')""");

    private static final Query LOCK_OPEN = Query.of(SELECT + """
            where e.series_id = any(:series::bigint[]) and e.closed_at is null order by e.series_id, e.kind in ('ERRORS', 'TOO_MANY_FLEETS')
              for no key update of e""");

    private static final Query LOCK_TO_JOIN = Query.of("""
            select id from caravan.watch_episode where id = :id and closed_at is null for share skip locked""");

    /** What explains one is as sure as that of the merged stream is. */
    private static final Query TEACHING = Query.of("""
            select e.id, e.series_id, e.kind, e.opened_at, e.since, e.severity, e.escalated, coalesce(p.cause, e.cause) as cause,
                   greatest(p.confidence, e.confidence) as confidence, e.parent_id, e.told, e.members,
                   e.sentence, e.facts::text as facts, coalesce(e.confirmed_at, p.confirmed_at) as confirmed_at, e.next_check, e.over_at, e.closed_at, e.returned_at
              from caravan.watch_episode e
              left join caravan.watch_episode p on p.id = e.parent_id and not e.told
             where e.series_id = any(:series::bigint[]) and (e.closed_at is null or e.closed_at > :since) order by e.series_id, e.since""");

    /** Those of a merged stream's members that its own explains or has explained. */
    private static final Query EXPLAINED_BY = Query.of("""
            select e.id, e.series_id from caravan.watch_episode p
              join caravan.watch_member m on m.parent = p.series_id
              join caravan.watch_episode e on e.series_id = m.child and (e.parent_id = p.id or not e.told)
               and e.since < coalesce(p.over_at, p.closed_at, :now) and coalesce(e.over_at, e.closed_at, :now) > p.since
             where p.id = :id
             order by e.series_id""");

    private static final Query EXPLAINED = Query.of("""
            with outers as (select child as id, parent as outer_id from caravan.watch_member where child = any(:ids::bigint[])
                            union all
                            select inner_id, outer_id from caravan.watch_within where inner_id = any(:ids::bigint[]))
            select o.id, e.since, coalesce(e.over_at, e.closed_at, :now) as until
              from outers o join caravan.watch_episode e on e.series_id = o.outer_id
             where (e.kind = 'SILENT' or e.kind = 'PARTIAL' and e.over_at is not null) and coalesce(e.over_at, e.closed_at, :now) > greatest(e.since, :since::timestamptz)""");

    private static final Query CHECKS = Query.of(SELECT + """
            where e.closed_at is null and e.told and e.next_check <= :now order by e.next_check limit :most for no key update skip locked""");

    private static final Query CHILDREN = Query.of(SELECT + "where e.parent_id = :parent and e.closed_at is null");

    private static final Query COUNT_CHILDREN = Query.of("""
            select count(*) as n from caravan.watch_episode where parent_id = :parent and closed_at is null""");

    private static final Query ADOPT = Query.of("""
            with explained as materialized (
                select e.id from caravan.watch_episode e
                 where e.closed_at is null and e.parent_id is null and e.kind = any(:kinds) and e.id <> :parent and greatest(e.opened_at, e.returned_at) >= :after
                   and (e.series_id in (select child from caravan.watch_member where parent = :series)
                        or e.series_id in (select inner_id from caravan.watch_within where outer_id = :series))
                 order by e.series_id
                   for no key update of e)
            update caravan.watch_episode e set parent_id = :parent from explained where e.id = explained.id
            returning e.id""");

    /** Those of which nobody was told keep what is known of the one that explained them. */
    private static final Query RELEASE = Query.of("""
            update caravan.watch_episode e
               set parent_id = null,
                   closed_at = case when e.told then null else :now::timestamptz end,
                   cause = case when e.told then e.cause else p.cause end,
                   confidence = case when e.told then e.confidence else p.confidence end,
                   confirmed_at = case when e.told then e.confirmed_at else p.confirmed_at end,
                   confirmed_by = case when e.told then e.confirmed_by else p.confirmed_by end
              from caravan.watch_episode p
             where e.parent_id = :parent and e.closed_at is null and p.id = :parent
            returning e.series_id, e.told""");

    private static final Query RECENT = Query.of(SELECT + """
            join caravan.watch_series s on s.id = e.series_id
             where (:series::bigint is null or e.series_id = :series) and (e.closed_at is null or not :open)
             order by e.opened_at desc limit :most""");

    private static final Query LOG = Query.of("""
            insert into caravan.watch_event (id, episode_id, kind, at, facts) values (:id, :episode, :kind, :at, :facts::jsonb)""");

    private static final Query IS_EXPECTED = Query.of("""
            select facts -> 'changes' @> '"expected"' as expected
              from caravan.watch_event where episode_id = :id order by at desc, id desc limit 1""");

    private static final Query FORGET = Query.of("delete from caravan.watch_episode where closed_at < :before");

    private final Database database;

    public EpisodeRepository(Database database) {
        this.database = database;
    }

    void insert(Episode episode) {
        INSERT.on(database)
                .set("id", episode.id())
                .set("series", episode.series())
                .set("kind", episode.kind())
                .set("now", episode.openedAt())
                .set("since", episode.since())
                .set("severity", episode.severity())
                .set("escalated", episode.escalated())
                .set("cause", word(episode.cause()))
                .set("confidence", episode.confidence())
                .set("parent", episode.parent().orElse(null))
                .set("told", episode.told())
                .set("members", episode.members())
                .set("sentence", episode.sentence())
                .set("facts", episode.facts())
                .set("nextCheck", episode.nextCheck().orElse(null))
                .set("overAt", episode.overAt().orElse(null))
                .update();
    }

    /** False: it was closed meanwhile. */
    public boolean update(Episode episode) {
        return UPDATE.on(database)
                        .set("id", episode.id())
                        .set("kind", episode.kind())
                        .set("severity", episode.severity())
                        .set("escalated", episode.escalated())
                        .set("cause", word(episode.cause()))
                        .set("confidence", episode.confidence())
                        .set("parent", episode.parent().orElse(null))
                        .set("told", episode.told())
                        .set("members", episode.members())
                        .set("sentence", episode.sentence())
                        .set("facts", episode.facts())
                        .set("nextCheck", episode.nextCheck().orElse(null))
                        .update()
                > 0;
    }

    /** False: it was closed already. */
    boolean close(UUID id, Instant now) {
        return CLOSE.on(database).set("id", id).set("now", now).update() > 0;
    }

    /** Its trouble is there again since a moment. */
    void reopen(UUID id, Instant since) {
        REOPEN.on(database).set("id", id).set("since", since).update();
    }

    /** The last one of a series' state that was told and is over. */
    Optional<Episode> lastTold(long series) {
        return LAST_TOLD.on(database).set("series", series).first(EpisodeRepository::episode);
    }

    /** False: it was confirmed already. */
    public boolean confirm(UUID id, String by, Instant now) {
        return CONFIRM.on(database).set("id", id).set("by", by).set("now", now).update() > 0;
    }

    /** An episode of a member that the one of its merged stream explains. */
    public record Explained(UUID id, long series) {}

    /** Of members of a merged stream, in the order of their series: those that its episode explains, or explained until it was over. */
    public List<Explained> explainedBy(UUID id, Instant now) {
        return EXPLAINED_BY
                .on(database)
                .set("id", id)
                .set("now", now)
                .list(row -> new Explained(Query.uuid(row, "id"), row.getLong("series_id")));
    }

    public Optional<Episode> find(UUID id) {
        return BY_ID.on(database).set("id", id).first(EpisodeRepository::episode);
    }

    /** The open ones of these series; the one of its state before others. */
    public List<Episode> open(Collection<Long> series) {
        return OPEN_OF.on(database).set("series", series).list(EpisodeRepository::episode);
    }

    /** The same, locked in the order of their series until the transaction ends: for who may change them. */
    public List<Episode> lockOpen(Collection<Long> series) {
        return LOCK_OPEN.on(database).set("series", series).list(EpisodeRepository::episode);
    }

    /** Whether it is open, and stays so until the transaction ends. False also while somebody is about to change it: nobody waits for that. */
    boolean lockToJoin(UUID parent) {
        return LOCK_TO_JOIN.on(database).set("id", parent).first(row -> true).orElse(false);
    }

    /** All of these series that were open after {@code since}. */
    public List<Episode> openAfter(Collection<Long> series, Instant since) {
        return TEACHING.on(database).set("series", series).set("since", since).list(EpisodeRepository::episode);
    }

    /** The silences of merged streams, and those of many of their fleets that passed unseen, after a moment, by the series that are part of them. */
    public Map<Long, List<Window>> explainedSilences(Collection<Long> series, Instant since, Instant now) {
        Map<Long, List<Window>> silences = new HashMap<>();
        EXPLAINED
                .on(database)
                .set("ids", series)
                .set("since", since)
                .set("now", now)
                .list(row -> Map.entry(
                        row.getLong("id"),
                        new Window(
                                Window.Kind.EXPECTED,
                                Query.requiredInstant(row, "since"),
                                Query.requiredInstant(row, "until"),
                                "a merged stream was silent")))
                .forEach(entry -> silences.computeIfAbsent(entry.getKey(), id -> new ArrayList<>())
                        .add(entry.getValue()));
        return silences;
    }

    /** Those whose evidence is to be looked at again, locked. */
    public List<Episode> toCheck(Instant now, int most) {
        return CHECKS.on(database).set("now", now).set("most", most).list(EpisodeRepository::episode);
    }

    /** The open ones that belong to another. */
    public List<Episode> children(UUID parent) {
        return CHILDREN.on(database).set("parent", parent).list(EpisodeRepository::episode);
    }

    int countChildren(UUID parent) {
        return COUNT_CHILDREN
                .on(database)
                .set("parent", parent)
                .first(row -> row.getInt("n"))
                .orElse(0);
    }

    /** Lets the open episodes of a merged stream's members, of these kinds, opened after a moment, belong to its own. */
    List<UUID> adopt(UUID parent, long series, Collection<EpisodeKind> kinds, Instant after) {
        return ADOPT.on(database)
                .set("parent", parent)
                .set("series", series)
                .set("kinds", kinds)
                .set("after", after)
                .list(row -> Query.uuid(row, "id"));
    }

    /**
     * What a merged stream's episode explained until it was over.
     *
     * @param told it was told before it belonged to the other, and stays open; else it is closed
     */
    record Released(long series, boolean told) {}

    List<Released> release(UUID parent, Instant now) {
        return RELEASE.on(database)
                .set("parent", parent)
                .set("now", now)
                .list(row -> new Released(row.getLong("series_id"), row.getBoolean("told")));
    }

    /**
     * The newest first.
     *
     * @param series null: of all
     * @param open only those that are
     */
    public List<Episode> recent(@Nullable Long series, boolean open, int most) {
        return RECENT.on(database)
                .set("series", series)
                .set("open", open)
                .set("most", most)
                .list(EpisodeRepository::episode);
    }

    void log(UUID id, UUID episode, EventKind kind, Instant at, String facts) {
        LOG.on(database)
                .set("id", id)
                .set("episode", episode)
                .set("kind", kind.word())
                .set("at", at)
                .set("facts", facts)
                .update();
    }

    /** Whether the last that people were told of it is that it is expected. */
    boolean isExpected(UUID id) {
        return IS_EXPECTED
                .on(database)
                .set("id", id)
                .first(row -> row.getBoolean("expected"))
                .orElse(false);
    }

    /** Deletes those that were closed before; returns how many. */
    public int forget(Instant before) {
        return FORGET.on(database).set("before", before).update();
    }

    private static @Nullable String word(Optional<Cause> cause) {
        return cause.map(Cause::word).orElse(null);
    }

    private static Episode episode(ResultSet row) throws SQLException {
        return new Episode(
                Query.uuid(row, "id"),
                row.getLong("series_id"),
                EpisodeKind.valueOf(row.getString("kind")),
                Query.requiredInstant(row, "opened_at"),
                Query.requiredInstant(row, "since"),
                Severity.valueOf(row.getString("severity")),
                row.getBoolean("escalated"),
                Optional.ofNullable(row.getString("cause")).flatMap(Cause::of),
                row.getDouble("confidence"),
                Optional.ofNullable(row.getObject("parent_id", UUID.class)),
                row.getBoolean("told"),
                row.getInt("members"),
                row.getString("sentence"),
                row.getString("facts"),
                Optional.ofNullable(Query.instant(row, "confirmed_at")),
                Optional.ofNullable(Query.instant(row, "next_check")),
                Optional.ofNullable(Query.instant(row, "over_at")),
                Optional.ofNullable(Query.instant(row, "closed_at")),
                Optional.ofNullable(Query.instant(row, "returned_at")));
    }
}
