package io.caravan.watch.expect;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.Holding;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.SeriesState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Merged streams and what they are made of: tables {@code caravan.watch_member} and {@code watch_within}. Joins the transaction of its caller. */
public final class MembershipRepository {
    private static final Query ALL = Query.of("select parent, child from caravan.watch_member");

    private static final Query MEMBERSHIPS =
            Query.of("select parent, child from caravan.watch_member where child = any(:fleets::bigint[])");

    private static final Query SIZES =
            Query.of("select parent, count(*) as n from caravan.watch_member group by parent");

    private static final Query FINGERPRINT = Query.of("""
            select coalesce(sum(hashint8(child)::bigint * 31 + count), 0)::bigint as fingerprint
              from (select child, count(*) over () as count from caravan.watch_member where parent = :parent) m""");

    private static final Query MEMBERS = Query.of("""
            select w.id, w.kind, w.name, w.provider, w.tenant, w.region, w.born_at, w.retired_at, coalesce(t.arrivals, 0) as arrivals
              from caravan.watch_member m
              join caravan.watch_series w on w.id = m.child
              left join caravan.watch_pattern t on t.series_id = m.child
             where m.parent = :parent""");

    /** Those that send the most. */
    private static final Query SILENCES = Query.of("""
            select w.id, w.kind, w.name, w.provider, w.tenant, w.region, w.born_at, w.retired_at,
                   e.since as silent_from, coalesce(e.over_at, e.closed_at, :now) as silent_until
              from caravan.watch_member m
              join caravan.watch_episode e on e.series_id = m.child and e.kind = 'SILENT'
                   and coalesce(e.over_at, e.closed_at, :now) > :from
              join caravan.watch_series w on w.id = m.child
              left join caravan.watch_pattern t on t.series_id = m.child
             where m.parent = :parent
             order by t.packets desc nulls last
             limit 1000""");

    /** Those whose members have far less to send than they taught it. */
    private static final Query OUTGROWN = Query.of("""
            select t.series_id from caravan.watch_pattern t
             where t.series_id = any(:parents::bigint[])
               and :left * t.packets > (select sum(c.packets) from caravan.watch_member m join caravan.watch_pattern c on c.series_id = m.child
                                         where m.parent = t.series_id)""");

    private static final Query SIZE = Query.of("select count(*) as n from caravan.watch_member where parent = :parent");

    /** A is within B if all of A's fleets are B's too; of two alike the one of the wider kind, then the older, is the outer. */
    private static final Query WITHIN = Query.of("""
            with size as (select parent, count(*) as n from caravan.watch_member group by parent),
                 shared as (select a.parent as a, b.parent as b, count(*) as n
                              from caravan.watch_member a join caravan.watch_member b on b.child = a.child and b.parent <> a.parent
                             group by 1, 2),
                 rank as (select id, array_position(array['PROVIDER', 'CREDENTIAL', 'REGION', 'TENANT'], kind) as r from caravan.watch_series)
            insert into caravan.watch_within (inner_id, outer_id)
            select s.a, s.b from shared s
              join size sa on sa.parent = s.a join size sb on sb.parent = s.b
              join rank ra on ra.id = s.a join rank rb on rb.id = s.b
             where s.n = sa.n and (sb.n > sa.n or (rb.r, s.b) < (ra.r, s.a))""");

    private static final Query FORGET_WITHIN = Query.of("delete from caravan.watch_within");

    private static final Query LOCK =
            Query.of("select pg_advisory_xact_lock(hashtextextended('caravan.watch_member', 0)) is null as locked");

    private static final Query PARENTS = Query.of("""
            with outers as (select child as id, parent as outer_id from caravan.watch_member where child = any(:ids::bigint[])
                            union all
                            select inner_id, outer_id from caravan.watch_within where inner_id = any(:ids::bigint[]))
            select o.id, s.state, e.id as episode, e.kind, greatest(e.opened_at, e.returned_at) as opened_at, s.looked_at
              from outers o
              join caravan.watch_state s on s.series_id = o.outer_id
              left join caravan.watch_episode e on e.series_id = o.outer_id and e.closed_at is null and e.parent_id is null and e.over_at is null
             order by o.id, (select count(*) from caravan.watch_member m where m.parent = o.outer_id) desc, o.outer_id""");

    private static final Query QUIET = Query.of("""
            select m.parent, m.child, coalesce(s.arrived_at, s.since) as since from caravan.watch_member m
              join caravan.watch_state s on s.series_id = m.child
              left join caravan.watch_pulse p on p.series_id = m.child
             where s.state in ('LATE', 'SILENT') and not s.merged and s.score > 2
               and coalesce(s.arrived_at, s.since) <= :silentSince
               and (p.last_arrival_at is null or p.last_arrival_at <= coalesce(s.arrived_at, s.since))""");

    private static final Query QUIET_SINCE = Query.of("""
            select percentile_disc(0.5) within group (order by coalesce(s.arrived_at, s.since)) as since
              from caravan.watch_member m join caravan.watch_state s on s.series_id = m.child
             where m.parent = :parent and s.state in ('LATE', 'SILENT') and s.score > 2""");

    private static final Query SAMPLE = Query.of("""
            select w.name from caravan.watch_member m
              join caravan.watch_series w on w.id = m.child
              join caravan.watch_state s on s.series_id = m.child
             where m.parent = :parent and (not :quiet or s.state in ('LATE', 'SILENT'))
             order by s.score desc, w.name limit :most""");

    private static final Query COUNT_QUIET = Query.of("""
            select count(*) as n from caravan.watch_member m join caravan.watch_state s on s.series_id = m.child
             where m.parent = :parent and s.state in ('LATE', 'SILENT')""");

    private static final Query FIRST_HOUR = Query.of("""
            select min(hour) as hour from caravan.watch_hour
             where series_id in (select child from caravan.watch_member where parent = :parent)""");

    private static final Query CENSUS = Query.of("""
            select coalesce((select max(id) from caravan.watch_series), 0) as newest,
                   (select count(*) from caravan.watch_series where retired_at is not null) as retired""");

    private final Database database;

    public MembershipRepository(Database database) {
        this.database = database;
    }

    /** When the first hour that is known of a merged stream begins; {@code none} where there is none. */
    public Instant firstHour(long parent, Instant none) {
        return FIRST_HOUR
                .on(database)
                .set("parent", parent)
                .first(row -> Optional.ofNullable(Query.instant(row, "hour")))
                .flatMap(hour -> hour)
                .orElse(none);
    }

    /** What tells whether fleets have come or gone. */
    record Census(long newest, int retired) {}

    Census census() {
        return CENSUS.on(database)
                .first(row -> new Census(row.getLong("newest"), row.getInt("retired")))
                .orElseThrow();
    }

    /** Keeps other nodes from changing members until the transaction ends. */
    void lock() {
        LOCK.on(database).first(row -> true);
    }

    /**
     * A fleet of a merged stream.
     *
     * @param arrivals an hour, mean of the week; 0 while it isn't known
     */
    public record Member(Series series, double arrivals) {}

    /** The fleets of a merged stream with what they usually send. */
    public List<Member> members(long parent) {
        return MEMBERS.on(database)
                .set("parent", parent)
                .list(row -> new Member(SeriesRepository.series(row), row.getDouble("arrivals")));
    }

    /** When a member was silent. */
    public record MemberSilence(Series member, Instant from, Instant until) {}

    /** The silences of a merged stream's members that lasted beyond a moment, at most the thousand of those that send the most. */
    public List<MemberSilence> silences(long parent, Instant from, Instant now) {
        return SILENCES.on(database)
                .set("parent", parent)
                .set("from", from)
                .set("now", now)
                .list(row -> new MemberSilence(
                        SeriesRepository.series(row),
                        Query.requiredInstant(row, "silent_from"),
                        Query.requiredInstant(row, "silent_until")));
    }

    /** Which of these merged streams learned of their members more than the present ones send: less than this part is left. */
    List<Long> outgrown(Collection<Long> parents, double left) {
        return OUTGROWN.on(database).set("parents", parents).set("left", left).list(row -> row.getLong("series_id"));
    }

    /** Another number for other fleets of a merged stream. */
    long fingerprint(long parent) {
        return FINGERPRINT
                .on(database)
                .set("parent", parent)
                .first(row -> row.getLong("fingerprint"))
                .orElse(0L);
    }

    /** The fleets of each merged stream. */
    Map<Long, List<Long>> all() {
        return byParent(ALL.on(database));
    }

    /** Which of these fleets each merged stream has. */
    public Map<Long, List<Long>> memberships(Collection<Long> fleets) {
        return byParent(MEMBERSHIPS.on(database).set("fleets", fleets));
    }

    private static Map<Long, List<Long>> byParent(Query.Call pairs) {
        Map<Long, List<Long>> members = new HashMap<>();
        pairs.list(row -> new long[] {row.getLong("parent"), row.getLong("child")})
                .forEach(pair -> members.computeIfAbsent(pair[0], key -> new ArrayList<>())
                        .add(pair[1]));
        return members;
    }

    /** How many fleets a merged stream has. */
    public int size(long parent) {
        return SIZE.on(database)
                .set("parent", parent)
                .first(row -> row.getInt("n"))
                .orElse(0);
    }

    /** How many fleets each merged stream has; looks through all of them. */
    Map<Long, Integer> sizes() {
        Map<Long, Integer> sizes = new HashMap<>();
        SIZES.on(database)
                .list(row -> Map.entry(row.getLong("parent"), row.getInt("n")))
                .forEach(entry -> sizes.put(entry.getKey(), entry.getValue()));
        return sizes;
    }

    /** Finds anew which merged streams lie within others. */
    void nest() {
        FORGET_WITHIN.on(database).update();
        WITHIN.on(database).update();
    }

    /** The merged streams of each of these, the largest first. */
    public Map<Long, List<Holding.Parent>> parents(Collection<Long> series) {
        Map<Long, List<Holding.Parent>> parents = new HashMap<>();
        PARENTS.on(database)
                .set("ids", series)
                .list(row -> Map.entry(
                        row.getLong("id"),
                        new Holding.Parent(
                                SeriesState.valueOf(row.getString("state")),
                                Optional.ofNullable(row.getObject("episode", UUID.class)),
                                Optional.ofNullable(row.getString("kind")).map(EpisodeKind::valueOf),
                                Optional.ofNullable(Query.instant(row, "opened_at")),
                                Optional.ofNullable(Query.instant(row, "looked_at")))))
                .forEach(entry -> parents.computeIfAbsent(entry.getKey(), key -> new ArrayList<>())
                        .add(entry.getValue()));
        return parents;
    }

    /**
     * A fleet of a merged stream that is late or silent, and has been quiet since.
     *
     * @param since its last packet
     */
    public record Quiet(long parent, long fleet, Instant since) {}

    public List<Quiet> quiet(Instant silentSince) {
        return QUIET.on(database)
                .set("silentSince", silentSince)
                .list(row ->
                        new Quiet(row.getLong("parent"), row.getLong("child"), Query.requiredInstant(row, "since")));
    }

    /** When half of the quiet fleets of a merged stream had fallen silent; one may have been so for long. */
    public Optional<Instant> quietSince(long parent) {
        return QUIET_SINCE
                .on(database)
                .set("parent", parent)
                .first(row -> Optional.ofNullable(Query.instant(row, "since")))
                .flatMap(since -> since);
    }

    /** The fleets by their merged streams. */
    public static Map<Long, List<Long>> byParent(Collection<Quiet> quiet) {
        Map<Long, List<Long>> fleets = new HashMap<>();
        quiet.forEach(each ->
                fleets.computeIfAbsent(each.parent(), key -> new ArrayList<>()).add(each.fleet()));
        return fleets;
    }

    /** Names of some fleets of a merged stream, the most conspicuous first. */
    public List<String> sample(long parent, boolean onlyQuiet, int most) {
        return SAMPLE.on(database)
                .set("parent", parent)
                .set("quiet", onlyQuiet)
                .set("most", most)
                .list(row -> row.getString("name"));
    }

    public int countQuiet(long parent) {
        return COUNT_QUIET
                .on(database)
                .set("parent", parent)
                .first(row -> row.getInt("n"))
                .orElse(0);
    }
}
