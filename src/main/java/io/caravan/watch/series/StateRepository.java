package io.caravan.watch.series;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.detect.Pattern;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How series stand, and what was learned of them: tables {@code caravan.watch_state} and {@code watch_pattern}. Joins the transaction of its caller. */
public final class StateRepository {
    /*
     * Who waits for a lock of watch_state holds none that its holder may wait for:
     * 1. Rows are claimed with skip locked, and arrivals skip what is locked.
     * 2. What reaches from merged streams to their members (adopting, excusing, waking of many) takes lockMerged first, before any row.
     * 3. States are locked before episodes, and of each many in the order of their series.
     * 4. Who holds members never waits for a merged stream: it is woken after the commit, one by one.
     */
    private static final Logger LOG = LoggerFactory.getLogger(StateRepository.class);

    private static final String SELECT = """
            select s.series_id, s.state, s.since, s.looked_at, s.arrived_at, s.held_since, s.resumed_at, s.excused_at, s.score, s.late_at, s.alarm_at,
                   s.partial, s.volume, s.lag as seen_lag, s.lag_limit, s.reviewed_until, s.due_at,
                   w.kind, w.name, w.provider, w.tenant, w.region, w.born_at, w.retired_at,
                   p.last_event_at, p.last_arrival_at, p.packets, p.implausible, p.lag, p.lag_mean, p.lag_deviation, t.pattern
              from caravan.watch_state s
              join caravan.watch_series w on w.id = s.series_id
              left join caravan.watch_pulse p on p.series_id = s.series_id
              left join caravan.watch_pattern t on t.series_id = s.series_id
            """;

    private static final Query CLAIM_FLEETS = Query.of(SELECT + """
             where s.due_at <= :now and s.due_at < 'infinity' and not s.merged
             order by s.due_at
             limit :most
               for update of s skip locked""");

    private static final Query CLAIM_MERGED = Query.of(SELECT + """
             where s.due_at <= :now and s.merged
             order by s.due_at
             limit :most
               for update of s skip locked""");

    private static final Query CLAIM_ONE = Query.of(SELECT + " where s.series_id = :id for update of s skip locked");

    private static final Query READ = Query.of(SELECT + " where s.series_id = any(:ids::bigint[]) order by w.name");

    private static final Query WRITE = Query.of("""
            update caravan.watch_state s
               set state = n.state, since = n.since, due_at = n.due_at, looked_at = :now, arrived_at = n.arrived_at, held_since = n.held_since,
                   resumed_at = n.resumed_at, excused_at = n.excused_at, score = n.score, late_at = n.late_at, alarm_at = n.alarm_at,
                   partial = n.partial, volume = n.volume, lag = n.lag, lag_limit = n.lag_limit, reviewed_until = n.reviewed, version = s.version + 1
              from unnest(:ids::bigint[], :states::text[], :since::timestamptz[], :due::timestamptz[], :arrived::timestamptz[], :held::timestamptz[],
                          :resumed::timestamptz[], :excused::timestamptz[], :scores::real[], :late::timestamptz[], :alarm::timestamptz[],
                          :partial::real[], :volume::real[], :lags::real[], :limits::real[], :reviewed::timestamptz[])
                     as n (id, state, since, due_at, arrived_at, held_since, resumed_at, excused_at, score, late_at, alarm_at, partial, volume, lag, lag_limit, reviewed)
             where s.series_id = n.id""");

    private static final Query TEACH = Query.of("""
            insert into caravan.watch_pattern (series_id, learned_until, pattern, arrivals, packets)
            select id, learned_until, decode(pattern, 'hex'), arrivals, packets
              from unnest(:ids::bigint[], :learned::timestamptz[], :patterns::text[], :arrivals::real[], :packets::real[])
                     as n (id, learned_until, pattern, arrivals, packets)
             order by id
            on conflict (series_id) do update set learned_until = excluded.learned_until, pattern = excluded.pattern,
                                                  arrivals = excluded.arrivals, packets = excluded.packets""");

    private static final Query PATTERNS =
            Query.of("select series_id, pattern from caravan.watch_pattern where series_id = any(:ids::bigint[])");

    private static final Query UNLEARN = Query.of("""
            with pattern as (delete from caravan.watch_pattern where series_id = :id),
                 hours as (delete from caravan.watch_hour where series_id = :id and hour < :at::timestamptz - interval '1 day')
            update caravan.watch_series set born_at = :at where id = :id""");

    /** Waits for who looks at them, so that nobody writes back what is forgotten here. */
    private static final Query FORGET = Query.of("""
            with free as (update caravan.watch_state set due_at = least(due_at, :at) where series_id = any(:ids::bigint[]) returning series_id)
            delete from caravan.watch_pattern where series_id in (select series_id from free)""");

    private static final Query PATTERNS_OF_PEERS = Query.of("""
            select t.pattern from caravan.watch_pattern t join caravan.watch_series w on w.id = t.series_id
             where w.kind = 'FLEET' and w.provider = :provider and w.retired_at is null and w.born_at < :bornBefore
             order by w.id limit :most""");

    private static final Query WAKE = Query.of(
            "update caravan.watch_state set due_at = :at where series_id = any(:ids::bigint[]) and due_at > :at");

    private static final Query TROUBLED_PARENTS = Query.of("""
            select s.series_id from caravan.watch_state s
             where s.series_id in (select parent from caravan.watch_member where child = any(:ids::bigint[])
                                   union all
                                   select outer_id from caravan.watch_within where inner_id = any(:ids::bigint[]))
               and s.merged and s.due_at > :at and (not :troubled or s.state <> 'ON_TIME')""");

    private static final Query WAKE_ONE =
            Query.of("update caravan.watch_state set due_at = :at where series_id = :id and due_at > :at");

    private static final Query LOCK_MERGED =
            Query.of("select pg_advisory_xact_lock(hashtextextended('caravan.watch_merged', 0)) is null as locked");

    private static final Query TRY_LOCK_MERGED =
            Query.of("select pg_try_advisory_xact_lock(hashtextextended('caravan.watch_merged', 0)) as locked");

    private static final Query LOCK_EXPLAINED = Query.of("""
            select series_id from caravan.watch_state
             where series_id in (select series_id from caravan.watch_episode where parent_id = :episode and closed_at is null)
             order by series_id
               for no key update""");

    private static final Query TROUBLED = Query.of("""
            select distinct series_id from caravan.watch_episode where closed_at is null and parent_id is null""");

    private static final Query WAKE_ALL = Query.of("""
            update caravan.watch_state set due_at = :at where looked_at > :after and due_at < 'infinity'""");

    private static final Query EXCUSE = Query.of("""
            update caravan.watch_state set state = 'LATE', since = :at, excused_at = :at, held_since = null, score = 0, due_at = :at
             where series_id = any(:ids::bigint[]) and state not in ('MAINTENANCE', 'RETIRED')""");

    private static final Query BEGIN_PARTIAL = Query.of("""
            update caravan.watch_state set state = 'PARTIAL', since = :at, held_since = null, partial = :score, due_at = :at
             where series_id = :id and state not in ('MAINTENANCE', 'RETIRED')""");

    private static final Query NEXT_DUE =
            Query.of("select min(due_at) as due from caravan.watch_state where due_at < 'infinity'");

    private static final Query MERGED_DUE = Query.of("""
            select exists (select from caravan.watch_state where merged and due_at <= :now) as due""");

    private static final Query BACKLOG = Query.of("""
            select count(*) as n, min(due_at) as oldest from caravan.watch_state where due_at <= :now and due_at < 'infinity'""");

    private static final Query COUNTS = Query.of("select state, count(*) as n from caravan.watch_state group by state");
    private static final Query COUNTS_OF_FLEETS = Query.of("""
            select state, count(*) as n from caravan.watch_state join caravan.watch_series on id = series_id where kind = 'FLEET' group by state
            """);

    private static final Query MARK_MERGED = Query.of(
            "update caravan.watch_state set merged = true where series_id = any(:ids::bigint[]) and not merged");

    private final Database database;

    public StateRepository(Database database) {
        this.database = database;
    }

    /** A series as it is in the tables. */
    public record Row(
            Series series, Standing standing, Instant dueAt, Optional<Pulse> pulse, Optional<Pattern> pattern) {}

    /** A series as it is to be kept. */
    public record Next(long series, Standing standing, Instant dueAt) {}

    /** Series that are due, locked until the transaction ends; those that another node looks at are passed over. */
    public List<Row> claim(boolean merged, Instant now, int most) {
        return (merged ? CLAIM_MERGED : CLAIM_FLEETS)
                .on(database)
                .set("now", now)
                .set("most", most)
                .list(StateRepository::row);
    }

    /** One series, locked; empty: somebody else looks at it. */
    public Optional<Row> claim(long series) {
        return CLAIM_ONE.on(database).set("id", series).first(StateRepository::row);
    }

    /** Without a lock, by name. */
    public List<Row> read(Collection<Long> series) {
        return READ.on(database).set("ids", series).list(StateRepository::row);
    }

    public void write(List<Next> all, Instant now) {
        if (all.isEmpty()) {
            return;
        }
        WRITE.on(database)
                .set("now", now)
                .set("ids", all.stream().map(Next::series).toList())
                .set("states", column(all, Standing::state))
                .set("since", column(all, Standing::since))
                .set("due", all.stream().map(next -> text(next.dueAt())).toList())
                .set("arrived", moments(all, Standing::arrivedAt))
                .set("held", moments(all, Standing::heldSince))
                .set("resumed", moments(all, Standing::resumedAt))
                .set("excused", moments(all, Standing::excusedAt))
                .set("scores", column(all, standing -> String.valueOf((float) standing.score())))
                .set("late", moments(all, Standing::lateAt))
                .set("alarm", moments(all, Standing::alarmAt))
                .set("partial", column(all, standing -> String.valueOf((float) standing.partial())))
                .set("volume", column(all, standing -> String.valueOf((float) standing.volume())))
                .set("lags", column(all, standing -> seconds(standing.lag())))
                .set("limits", column(all, standing -> seconds(standing.lagLimit())))
                .set("reviewed", moments(all, Standing::reviewedUntil))
                .update();
    }

    private static <T> List<@Nullable T> column(List<Next> all, Function<Standing, @Nullable T> value) {
        return all.stream().map(next -> value.apply(next.standing())).toList();
    }

    private static List<@Nullable String> moments(List<Next> all, Function<Standing, Optional<Instant>> value) {
        return column(
                all, standing -> value.apply(standing).map(Instant::toString).orElse(null));
    }

    private static String text(Instant at) {
        return at.equals(Instant.MAX) ? "infinity" : at.toString();
    }

    private static @Nullable String seconds(Optional<Duration> duration) {
        return duration.map(each -> String.valueOf(each.toMillis() / 1_000f)).orElse(null);
    }

    /** Keeps what was learned. */
    public void teach(Map<Long, Pattern> patterns) {
        if (patterns.isEmpty()) {
            return;
        }
        List<Long> ids = List.copyOf(patterns.keySet());
        TEACH.on(database)
                .set("ids", ids)
                .set(
                        "learned",
                        ids.stream()
                                .map(id -> required(patterns, id).learnedUntil().orElse(Instant.EPOCH))
                                .toList())
                .set(
                        "patterns",
                        ids.stream()
                                .map(id -> HexFormat.of()
                                        .formatHex(required(patterns, id).toBytes()))
                                .toList())
                .set("arrivals", means(ids, patterns, Pattern::meanArrivals))
                .set("packets", means(ids, patterns, Pattern::meanPackets))
                .update();
    }

    private static List<String> means(
            List<Long> ids, Map<Long, Pattern> patterns, java.util.function.ToDoubleFunction<Pattern> mean) {
        return ids.stream()
                .map(id -> String.valueOf((float) mean.applyAsDouble(required(patterns, id))))
                .toList();
    }

    /** What was learned of series; those of which nothing was are missing. */
    public Map<Long, Pattern> patterns(Collection<Long> series) {
        Map<Long, Pattern> patterns = new java.util.HashMap<>();
        PATTERNS.on(database)
                .set("ids", series)
                .list(row -> Map.entry(row.getLong("series_id"), pattern(row.getBytes("pattern"))))
                .forEach(entry -> entry.getValue().ifPresent(pattern -> patterns.put(entry.getKey(), pattern)));
        return patterns;
    }

    private static Pattern required(Map<Long, Pattern> patterns, Long id) {
        return java.util.Objects.requireNonNull(patterns.get(id));
    }

    /** Forgets what was learned of a series and what it sent, as if it were born now. */
    public void unlearn(long series, Instant now) {
        UNLEARN.on(database).set("id", series).set("at", now).update();
    }

    /** Has what was learned of series learned anew from the hours that are kept. */
    public void relearn(Collection<Long> series, Instant at) {
        if (!series.isEmpty()) {
            FORGET.on(database).set("ids", series).set("at", at).update();
        }
    }

    /** What was learned of fleets of a provider that are old enough. */
    public List<Pattern> patternsOf(String provider, Instant bornBefore, int most) {
        return PATTERNS_OF_PEERS
                .on(database)
                .set("provider", provider)
                .set("bornBefore", bornBefore)
                .set("most", most)
                .list(row -> pattern(row.getBytes("pattern")))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Has series looked at soon. */
    public void wake(Collection<Long> series, Instant at) {
        WAKE.on(database).set("ids", series).set("at", at).update();
    }

    /** Has the merged streams of these fleets looked at soon, once this transaction has committed, as far as something is wrong with them. */
    public void wakeParents(Collection<Long> fleets, Instant at) {
        wakeParents(fleets, true, at);
    }

    /** Has the merged streams of these series, whose trouble they may explain, looked at soon, once this transaction has committed. */
    public void wakeParentsOfTrouble(Collection<Long> fleets, Instant at) {
        wakeParents(fleets, false, at);
    }

    /** Has all looked at soon that have a trouble of their own, one by one. */
    public void wakeTroubled(Instant at) {
        TROUBLED.on(database)
                .list(row -> row.getLong("series_id"))
                .forEach(id -> WAKE_ONE.on(database).set("id", id).set("at", at).update());
    }

    private void wakeParents(Collection<Long> fleets, boolean troubled, Instant at) {
        List<Long> ids = List.copyOf(fleets);
        database.afterCommit(() -> TROUBLED_PARENTS
                .on(database)
                .set("ids", ids)
                .set("troubled", troubled)
                .set("at", at)
                .list(row -> row.getLong("series_id"))
                .forEach(id -> WAKE_ONE.on(database).set("id", id).set("at", at).update()));
    }

    /** Lets this transaction alone reach from merged streams to their members; to be called before it locks anything. */
    public void lockMerged() {
        LOCK_MERGED.on(database).first(row -> true);
    }

    /** The same; false, at once, while another one does. */
    public boolean tryLockMerged() {
        return TRY_LOCK_MERGED
                .on(database)
                .first(row -> row.getBoolean("locked"))
                .orElse(false);
    }

    /** Locks the series whose trouble this episode explains. */
    public void lockExplained(UUID episode) {
        LOCK_EXPLAINED.on(database).set("episode", episode).list(row -> row.getLong("series_id"));
    }

    /** Has all looked at again that were judged after a moment that has not come yet: the clock was set back. */
    public int wakeJudgedAfter(Instant after, Instant at) {
        return WAKE_ALL.on(database).set("after", after).set("at", at).update();
    }

    /** What explained their silence is over: it counts anew. */
    public void excuse(Collection<Long> series, Instant at) {
        if (!series.isEmpty()) {
            EXCUSE.on(database).set("ids", series).set("at", at).update();
        }
    }

    public void markMerged(Collection<Long> series) {
        MARK_MERGED.on(database).set("ids", series).update();
    }

    /** A merged stream that the caller has claimed is partly quiet: what begins at one score goes on at a lower one. */
    public void beginPartial(long series, double score, Instant now) {
        BEGIN_PARTIAL
                .on(database)
                .set("id", series)
                .set("score", score)
                .set("at", now)
                .update();
    }

    public Optional<Instant> nextDue() {
        return NEXT_DUE.on(database)
                .first(row -> Optional.ofNullable(Query.instant(row, "due")))
                .flatMap(due -> due);
    }

    public boolean isMergedDue(Instant now) {
        return MERGED_DUE
                .on(database)
                .set("now", now)
                .first(row -> row.getBoolean("due"))
                .orElse(false);
    }

    /**
     * What waits to be looked at.
     *
     * @param oldest since when the longest-waiting is due
     */
    public record Backlog(int count, Optional<Instant> oldest) {}

    public Backlog backlog(Instant now) {
        return BACKLOG.on(database)
                .set("now", now)
                .first(row -> new Backlog(row.getInt("n"), Optional.ofNullable(Query.instant(row, "oldest"))))
                .orElseThrow();
    }

    /** How many series are in each state. */
    public Map<SeriesState, Integer> counts() {
        return counts(COUNTS);
    }

    /** How many fleets are in each state; merged streams are left out. */
    public Map<SeriesState, Integer> countsOfFleets() {
        return counts(COUNTS_OF_FLEETS);
    }

    private Map<SeriesState, Integer> counts(Query query) {
        Map<SeriesState, Integer> counts = new EnumMap<>(SeriesState.class);
        query.on(database)
                .list(row -> Map.entry(SeriesState.valueOf(row.getString("state")), row.getInt("n")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    private static Row row(ResultSet row) throws SQLException {
        long id = row.getLong("series_id");
        Series series = new Series(
                id,
                SeriesKind.valueOf(row.getString("kind")),
                row.getString("name"),
                Optional.ofNullable(row.getString("provider")),
                Optional.ofNullable(row.getString("tenant")),
                Optional.ofNullable(row.getString("region")),
                Query.requiredInstant(row, "born_at"),
                moment(row, "retired_at"));
        Standing standing = new Standing(
                SeriesState.valueOf(row.getString("state")),
                Query.requiredInstant(row, "since"),
                moment(row, "looked_at"),
                moment(row, "arrived_at"),
                moment(row, "held_since"),
                moment(row, "resumed_at"),
                moment(row, "excused_at"),
                row.getDouble("score"),
                moment(row, "late_at"),
                moment(row, "alarm_at"),
                row.getDouble("partial"),
                row.getDouble("volume"),
                duration(row, "seen_lag"),
                duration(row, "lag_limit"),
                moment(row, "reviewed_until"));
        row.getLong("packets");
        Optional<Pulse> pulse = row.wasNull()
                ? Optional.empty()
                : Optional.of(new Pulse(
                        id,
                        moment(row, "last_event_at"),
                        moment(row, "last_arrival_at"),
                        row.getLong("packets"),
                        row.getLong("implausible"),
                        duration(row, "lag"),
                        duration(row, "lag_mean"),
                        duration(row, "lag_deviation")));
        String due = row.getString("due_at");
        Instant dueAt = due.startsWith("inf") ? Instant.MAX : Query.requiredInstant(row, "due_at");
        return new Row(series, standing, dueAt, pulse, pattern(row.getBytes("pattern")));
    }

    /** One of an older form is learned anew from the hours that are kept. */
    private static Optional<Pattern> pattern(byte @Nullable [] stored) {
        try {
            return stored == null ? Optional.empty() : Optional.of(Pattern.ofBytes(stored));
        } catch (IllegalArgumentException e) {
            LOG.warn("a stored pattern can't be read and is learned anew: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Instant> moment(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(Query.instant(row, column));
    }

    private static Optional<Duration> duration(ResultSet row, String column) throws SQLException {
        double seconds = row.getDouble(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(Math.round(seconds * 1_000)));
    }
}
