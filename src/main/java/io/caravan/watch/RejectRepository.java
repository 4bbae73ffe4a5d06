package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What could not be used of what came, view {@code caravan.watch_intake}, and where that is told of at present, table {@code caravan.watch_rejecting}. Joins the transaction of its caller. */
final class RejectRepository {
    private static final Query REJECTING = Query.of("""
            with suspects as materialized (
                select distinct provider, step from caravan.watch_intake where rejected > 0 and at > :from and at <= :now)
            select intake.provider, intake.step, sum(intake.records) as records, sum(intake.rejected) as rejected,
                   min(intake.at) filter (where intake.rejected > 0) as since
              from suspects cross join lateral (
                   select * from caravan.watch_intake
                    where step = suspects.step and provider = suspects.provider and at > :from and at <= :now
                   offset 0) as intake
             group by intake.provider, intake.step
             order by intake.provider, intake.step""");

    private static final Query BETWEEN = Query.of("""
            select :provider as provider, :step as step, coalesce(sum(records), 0) as records, coalesce(sum(rejected), 0) as rejected,
                   min(at) filter (where rejected > 0) as since
              from caravan.watch_intake
             where provider = :provider and step = :step and at > :from and at <= :until""");

    /** Where nothing has passed lately, what was rejected since anything did. */
    private static final Query REJECTING_IN_A_ROW = Query.of("""
            with suspects as materialized (
                select distinct provider, step from caravan.watch_intake where rejected > 0 and at > :from and at <= :now),
            quiet as materialized (
                select suspects.* from suspects
                  left join lateral (
                       select true as passes from caravan.watch_intake intake
                        where intake.step = suspects.step and intake.provider = suspects.provider
                          and intake.records > intake.rejected and intake.at > :before and intake.at <= :now
                        limit 1) as passing on true
                 where passing.passes is null),
            came as materialized (
                select intake.* from quiet cross join lateral (
                       select * from caravan.watch_intake
                        where step = quiet.step and provider = quiet.provider and at > :from and at <= :now and records > 0
                       offset 0) as intake),
            passed as (select provider, step, max(at) as at from came where records > rejected group by provider, step)
            select came.provider, came.step, sum(came.records) as records, sum(came.rejected) as rejected, min(came.at) as since
              from came left join passed on passed.provider = came.provider and passed.step = came.step
             where came.at > coalesce(passed.at, '-infinity')
             group by came.provider, came.step
            having sum(came.rejected) >= :least and min(came.at) <= :before
             order by came.provider, came.step""");

    /** The newest batches that have so many records together. */
    private static final Query NEWEST = Query.of("""
            select :provider as provider, :step as step, coalesce(sum(records), 0) as records, coalesce(sum(rejected), 0) as rejected,
                   min(at) filter (where rejected > 0) as since
              from (select at, records, rejected, sum(records) over (order by at desc) - records as newer
                      from caravan.watch_intake
                     where provider = :provider and step = :step and at > :from and at <= :until) as batches
             where newer < :least""");

    private static final Query CAME = Query.of(
            "select 1 from caravan.watch_intake where provider = :provider and step = :step and at > :from limit 1");

    private static final Query HAVE_FLEETS_SENT = Query.of("""
            select 1 from caravan.watch_series series join caravan.watch_pulse pulse on pulse.series_id = series.id
             where series.kind = 'FLEET' and series.provider = :provider and pulse.last_arrival_at > :since
             limit 1""");

    private static final Query TOLD =
            Query.of("select provider, step, since, usual from caravan.watch_rejecting order by provider, since");

    private static final Query BEGIN = Query.of("""
            insert into caravan.watch_rejecting (provider, step, since, usual) values (:provider, :step, :since, :usual)
            on conflict do nothing""");

    private static final Query END =
            Query.of("delete from caravan.watch_rejecting where provider = :provider and step = :step");

    private final Database database;

    RejectRepository(Database database) {
        this.database = database;
    }

    /**
     * Where records are rejected at present.
     *
     * @param usual the share of them that was rejected before
     */
    record Rejecting(String provider, String step, Instant since, double usual) {}

    /** The steps that rejected anything after {@code from}, with all that came there. */
    List<Intake> rejecting(Instant from, Instant now) {
        return REJECTING.on(database).set("from", from).set("now", now).list(RejectRepository::intake);
    }

    /**
     * The steps where nothing has passed since at least so many records were rejected, with what came since then.
     *
     * @param from how far back they are looked for
     * @param before when the first of them was rejected, or earlier
     */
    List<Intake> rejectingInARow(Instant from, int least, Instant before, Instant now) {
        return REJECTING_IN_A_ROW
                .on(database)
                .set("from", from)
                .set("least", least)
                .set("before", before)
                .set("now", now)
                .list(RejectRepository::intake);
    }

    /** The newest of what came after {@code from}: whole batches, of so many records at least where there are so many. */
    Intake newest(String provider, String step, int least, Instant from, Instant until) {
        return NEWEST.on(database)
                .set("provider", provider)
                .set("step", step)
                .set("least", least)
                .set("from", from)
                .set("until", until)
                .first(RejectRepository::intake)
                .orElseThrow();
    }

    Intake between(String provider, String step, Instant from, Instant until) {
        return BETWEEN.on(database)
                .set("provider", provider)
                .set("step", step)
                .set("from", from)
                .set("until", until)
                .first(RejectRepository::intake)
                .orElseThrow();
    }

    /** Whether anything came there after {@code from}. */
    boolean came(String provider, String step, Instant from) {
        return CAME.on(database)
                .set("provider", provider)
                .set("step", step)
                .set("from", from)
                .first(row -> true)
                .orElse(false);
    }

    boolean haveFleetsSent(String provider, Instant since) {
        return HAVE_FLEETS_SENT
                .on(database)
                .set("provider", provider)
                .set("since", since)
                .first(row -> true)
                .orElse(false);
    }

    List<Rejecting> told() {
        return TOLD.on(database)
                .list(row -> new Rejecting(
                        row.getString("provider"),
                        row.getString("step"),
                        Query.requiredInstant(row, "since"),
                        row.getDouble("usual")));
    }

    void begin(Rejecting rejecting) {
        BEGIN.on(database)
                .set("provider", rejecting.provider())
                .set("step", rejecting.step())
                .set("since", rejecting.since())
                .set("usual", rejecting.usual())
                .update();
    }

    void end(Rejecting rejecting) {
        END.on(database)
                .set("provider", rejecting.provider())
                .set("step", rejecting.step())
                .update();
    }

    private static Intake intake(ResultSet row) throws SQLException {
        return new Intake(
                row.getString("provider"),
                row.getString("step"),
                row.getLong("records"),
                row.getLong("rejected"),
                Optional.ofNullable(Query.instant(row, "since")));
    }
}
