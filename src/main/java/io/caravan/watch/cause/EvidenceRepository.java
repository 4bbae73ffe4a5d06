package io.caravan.watch.cause;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.cause.Evidence.Calls;
import io.caravan.watch.cause.Evidence.Change;
import io.caravan.watch.cause.Evidence.Credential;
import io.caravan.watch.cause.Evidence.FieldDrift;
import io.caravan.watch.cause.Evidence.Others;
import io.caravan.watch.cause.Evidence.Polling;
import io.caravan.watch.cause.Evidence.RejectingStep;
import io.caravan.watch.cause.Evidence.Rejects;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what the tables of all features tell about a trouble. Looks back one day at most. Safe for any thread. */
public final class EvidenceRepository {
    private static final Duration DAY = Duration.ofHours(24);

    /** The step that counts fleets, as {@code caravan.watch_intake} calls it. */
    private static final String ARRIVALS = "watch:arrivals";

    /** How many of all records are rejected is a question of now. */
    private static final Duration LATELY = Duration.ofHours(1);

    /** Where fewer records come in that time, all of the day since the trouble began count. */
    private static final int FEW = 10;

    private static final Query CALLS = Query.of("""
            select count(*) as total,
                   count(*) filter (where error_kind is null) as accepted,
                   count(*) filter (where error_kind is null and purpose <> 'PROBE' and records = 0) as empty,
                   coalesce(sum(records), 0) as records,
                   count(*) filter (where error_kind = 'THROTTLED') as throttled,
                   count(*) filter (where error_kind = 'UNAUTHORIZED') as refused_login,
                   count(*) filter (where error_kind = 'SERVER') as server_errors,
                   count(*) filter (where error_kind in ('TIMEOUT', 'CONNECTION')) as unanswered,
                   count(*) filter (where error_kind = 'REFUSED') as refused,
                   count(*) filter (where error_kind = 'BAD_PAGE') as bad_pages,
                   (array_agg(error order by at desc) filter (where error is not null))[1] as newest_error
              from caravan.call
             where provider = :provider and (credential = :credential or :credential::text is null)
               and at >= :from and at <= :at and ended_at is not null
               and (purpose <> 'TOKEN' or error_kind is not null)""");

    /** An access token that is given out proves nothing of the calls made with it; a refused one proves enough. */
    private static final Query CREDENTIALS = Query.of("""
            with made as materialized (
                select credential, purpose, at, status, error_kind, renewed
                  from caravan.call
                 where provider = :provider and at > :dayBefore and at <= :at and ended_at is not null),
            seen as (
                select credential,
                       max(at) filter (where purpose <> 'TOKEN' and (error_kind is null or error_kind = 'BAD_PAGE')) as last_accepted,
                       count(*) filter (where purpose <> 'TOKEN' and (error_kind is null or error_kind = 'BAD_PAGE')) as accepted
                  from made group by credential)
            select seen.credential, seen.accepted, seen.last_accepted, refusals.*,
                   seen.credential = coalesce(
                       (select credential from caravan.poll_provider where name = :provider),
                       (select credential from made where purpose = 'LIVE' order by at desc limit 1),
                       seen.credential) as in_use
              from seen
             cross join lateral (
                select count(*) filter (where not renewed) as refused, min(at) as first_refused, max(at) as last_refused,
                       coalesce((array_agg(status order by at desc))[1], 0) as status,
                       count(*) filter (where renewed) as renewals
                  from made
                 where made.credential = seen.credential and error_kind = 'UNAUTHORIZED'
                   and at > coalesce(seen.last_accepted, '-infinity')) as refusals
             order by in_use desc, seen.credential""");

    private static final Query POLLING = Query.of("""
            with streams as (
                select * from caravan.poll_stream
                 where provider = :provider and (owned_until > :at or halted_at is not null or last_page_at > :dayBefore)),
            calls as (
                select at, at - lag(at) over (order by at) as gap
                  from caravan.call
                 where provider = :provider and purpose = 'LIVE' and at > :dayBefore and at <= :at)
            select (select count(*) from streams) as streams,
                   (select count(*) from streams where halted_at is not null) as halted,
                   (select min(newest_record_at) from streams) as newest_record_at,
                   (select max(at) from calls) as last_call,
                   (select extract(epoch from max(gap)) from calls having count(*) > 3) as usual_gap,
                   (select greatest(blocked_until, 'epoch') from caravan.poll_provider where name = :provider) as held_until,
                   (select case when paused_at is not null then 'by ' || paused_by || ', ' || paused_why end
                      from caravan.poll_provider where name = :provider) as paused,
                   (select waits_for from caravan.poll_provider
                     where name = :provider and waits_until > :at - interval '1 minute') as limited""");

    private static final Query REJECTS = Query.of("""
            with records as (
                select at, message from caravan.rejected
                 where starts_with(source, :source) and at > :from - interval '1 day' and at <= :at
                 order by at desc limit 100000),
            pages as (
                select reason from caravan.rejected_page
                 where provider = :provider and last_at > :from and last_at <= :at
                 order by last_at desc)
            select (select count(*) from records where at >= :from) as records,
                   (select count(*) from records where at < :from) as records_before,
                   (select count(*) from pages) as pages,
                   coalesce((select message from records where at >= :from limit 1), (select reason from pages limit 1)) as message""");

    private static final Query WORST_STEP = Query.of("""
            with steps as materialized (
                select distinct step from caravan.watch_intake
                 where rejected > 0 and provider = :provider and at >= :from and at <= :at)
            select step, sum(intake.records) as records, sum(intake.rejected) as rejected
              from steps join caravan.watch_intake intake using (step)
             where intake.provider = :provider and intake.at >= :from and intake.at <= :at
             group by step
             order by sum(intake.rejected) / sum(intake.records)::double precision desc, sum(intake.rejected) desc
             limit 1""");

    private static final Query UNREADABLE = Query.of("""
            select sum(without_fleet) as without_fleet, sum(without_time) as without_time, sum(implausible) as implausible
              from caravan.watch_unreadable
             where provider = :provider and at >= :from and at <= :at""");

    private static final Query REJECTED_SAMPLE = Query.of("""
            select raw from caravan.rejected
             where starts_with(source, :source) and at >= :from and at <= :at
             order by at desc limit 1""");

    /** What was good before it began: a kept batch all of whose records were, or else a record that its table already had. */
    private static final Query KEPT_BATCH = Query.of("""
            select records from caravan.load_batch
             where starts_with(source, :source) and at > :dayBefore and records is not null and validated > 0 and rejected = 0
             order by at desc limit 1""");

    private static final Query KNOWN_DUPLICATE = Query.of("""
            select raw from caravan.duplicate
             where starts_with(source, :source) and at > :dayBefore order by at desc limit 1""");

    private static final Query OTHER_PROVIDERS = Query.of("""
            select count(*) as providers, count(*) filter (where made > 0 and accepted = 0) as in_trouble
              from (select count(*) filter (where at > :from) as made,
                           count(*) filter (where at > :from and error_kind is null) as accepted
                      from caravan.call
                     where provider <> :provider and at > :dayBefore and at <= :at and ended_at is not null and purpose <> 'TOKEN'
                     group by provider) as others""");

    private static final Query OTHER_FLEETS = Query.of("""
            select count(*) as fleets, count(*) filter (where state.state = 'SILENT') as silent
              from caravan.watch_series series
              join caravan.watch_state state on state.series_id = series.id
             where series.kind = 'FLEET' and series.provider = :provider and series.name <> :series
               and series.retired_at is null and state.state not in ('UNKNOWN', 'MAINTENANCE', 'RETIRED')""");

    private final Database database;
    private final ChangeRepository changes;

    public EvidenceRepository(Database database) {
        this.database = database;
        this.changes = new ChangeRepository(database);
    }

    /** What is known of a trouble at its {@code at}. */
    public Evidence gather(Trouble trouble) {
        Instant dayBefore = trouble.at().minus(DAY);
        List<Change> changed = changes.between(dayBefore, trouble.at());
        if (trouble.provider().isEmpty()) {
            Evidence none = Evidence.none(trouble);
            return new Evidence(
                    trouble,
                    none.calls(),
                    none.credentials(),
                    none.polling(),
                    none.rejects(),
                    none.drift(),
                    none.others(),
                    changed);
        }
        return database.inTransaction(
                connection -> of(trouble, trouble.provider().get(), changed));
    }

    private Evidence of(Trouble trouble, String provider, List<Change> changed) {
        Scope scope = new Scope(provider, later(trouble.since(), trouble.at().minus(DAY)), trouble.at());
        List<Credential> credentials = credentials(scope);
        // a credential that no call names is one that only the fleet's settings know
        Optional<String> credential = trouble.credential()
                .filter(name ->
                        credentials.stream().anyMatch(each -> each.name().equals(name)));
        Rejects rejects = rejects(scope);
        return new Evidence(
                trouble.ofCredential(credential),
                calls(scope, credential.orElse(null)),
                credentials,
                polling(scope),
                rejects,
                rejects.records() > 0 ? drift(scope) : Optional.empty(),
                others(scope, trouble.series()),
                changed);
    }

    /** What is read: of which provider, since when, until when. */
    private record Scope(String provider, Instant from, Instant at) {
        Instant dayBefore() {
            return at.minus(DAY);
        }

        /** How a batch of the provider begins to name its source. */
        String source() {
            return "poll:" + provider + "/";
        }
    }

    private Calls calls(Scope scope, @Nullable String credential) {
        return CALLS.on(database)
                .set("provider", scope.provider())
                .set("credential", credential)
                .set("from", scope.from())
                .set("at", scope.at())
                .first(row -> new Calls(
                        row.getInt("total"),
                        row.getInt("accepted"),
                        row.getInt("empty"),
                        row.getLong("records"),
                        row.getInt("throttled"),
                        row.getInt("refused_login"),
                        row.getInt("server_errors"),
                        row.getInt("unanswered"),
                        row.getInt("refused"),
                        row.getInt("bad_pages"),
                        Optional.ofNullable(row.getString("newest_error"))))
                .orElse(Calls.NONE);
    }

    private List<Credential> credentials(Scope scope) {
        return CREDENTIALS
                .on(database)
                .set("provider", scope.provider())
                .set("dayBefore", scope.dayBefore())
                .set("at", scope.at())
                .list(row -> new Credential(
                        row.getString("credential"),
                        row.getBoolean("in_use"),
                        row.getInt("accepted"),
                        row.getInt("refused"),
                        instant(row, "first_refused"),
                        instant(row, "last_refused"),
                        instant(row, "last_accepted"),
                        row.getInt("status"),
                        row.getInt("renewals")));
    }

    private Polling polling(Scope scope) {
        return POLLING.on(database)
                .set("provider", scope.provider())
                .set("dayBefore", scope.dayBefore())
                .set("at", scope.at())
                .first(row -> new Polling(
                        row.getInt("streams"),
                        row.getInt("halted"),
                        instant(row, "last_call"),
                        Optional.ofNullable(row.getBigDecimal("usual_gap"))
                                .map(seconds -> Duration.ofMillis(Math.round(seconds.doubleValue() * 1_000))),
                        instant(row, "held_until").filter(until -> until.isAfter(scope.at())),
                        Optional.ofNullable(row.getString("paused")),
                        Optional.ofNullable(row.getString("limited")),
                        instant(row, "newest_record_at")
                                .filter(newest -> newest.isBefore(scope.at()))
                                .map(newest -> Duration.between(newest, scope.at()))))
                .orElse(Polling.NONE);
    }

    private Rejects rejects(Scope scope) {
        return REJECTS.on(database)
                .set("provider", scope.provider())
                .set("source", scope.source())
                .set("from", scope.from())
                .set("at", scope.at())
                .first(row -> new Rejects(
                        row.getInt("records"),
                        row.getInt("records_before"),
                        row.getInt("pages"),
                        Optional.ofNullable(row.getString("message")),
                        worstStep(scope)))
                .orElse(Rejects.NONE);
    }

    private Optional<RejectingStep> worstStep(Scope scope) {
        Optional<RejectingStep> lately =
                worstStepSince(scope, later(scope.from(), scope.at().minus(LATELY)));
        return lately.filter(step -> step.records() >= FEW)
                .or(() -> worstStepSince(scope, later(scope.from(), scope.dayBefore())));
    }

    private Optional<RejectingStep> worstStepSince(Scope scope, Instant from) {
        return WORST_STEP
                .on(database)
                .set("provider", scope.provider())
                .set("from", from)
                .set("at", scope.at())
                .first(row -> new RejectingStep(
                        row.getString("step"), row.getLong("records"), row.getLong("rejected"), Optional.empty()))
                .map(step -> step.name().equals(ARRIVALS)
                        ? new RejectingStep(
                                step.name(),
                                step.records(),
                                step.rejected(),
                                unreadable(new Scope(scope.provider(), from, scope.at())))
                        : step);
    }

    private Optional<String> unreadable(Scope scope) {
        return UNREADABLE
                .on(database)
                .set("provider", scope.provider())
                .set("from", scope.from())
                .set("at", scope.at())
                .first(row -> "%d without a fleet, %d without a time, %d with a time that can't be true"
                        .formatted(
                                row.getLong("without_fleet"), row.getLong("without_time"), row.getLong("implausible")));
    }

    private Optional<FieldDrift> drift(Scope scope) {
        Optional<byte[]> rejected = REJECTED_SAMPLE
                .on(database)
                .set("source", scope.source())
                .set("from", scope.from())
                .set("at", scope.at())
                .first(row -> row.getBytes("raw"));
        return rejected.map(raw -> FieldSets.drift(good(scope), raw));
    }

    private Optional<byte[]> good(Scope scope) {
        return KEPT_BATCH
                .on(database)
                .set("source", scope.source())
                .set("dayBefore", scope.dayBefore())
                .first(row -> row.getBytes("records"))
                .flatMap(FieldSets::firstOfKept)
                .or(() -> KNOWN_DUPLICATE
                        .on(database)
                        .set("source", scope.source())
                        .set("dayBefore", scope.dayBefore())
                        .first(row -> row.getString("raw").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private Others others(Scope scope, String series) {
        Others providers = OTHER_PROVIDERS
                .on(database)
                .set("provider", scope.provider())
                .set("from", scope.from())
                .set("at", scope.at())
                .set("dayBefore", scope.dayBefore())
                .first(row -> new Others(row.getInt("providers"), row.getInt("in_trouble"), 0, 0))
                .orElse(Others.NONE);
        return OTHER_FLEETS
                .on(database)
                .set("provider", scope.provider())
                .set("series", series)
                .first(row -> new Others(
                        providers.providers(),
                        providers.providersInTrouble(),
                        row.getInt("fleets"),
                        row.getInt("silent")))
                .orElse(providers);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(Query.instant(row, column));
    }
}
