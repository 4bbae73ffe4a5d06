package io.caravan.watch.arrivals;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.series.Pulse;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What arrived, tables {@code caravan.watch_hour}, {@code watch_vehicle} and {@code watch_pulse}; joins the transaction of this thread. */
public final class ArrivalRepository {
    /** On which {@code pg_notify} says that a packet came of a series whose state it may end. */
    public static final String CHANNEL = "caravan_watch";

    /**
     * Everything that a batch says, in one statement. Rows are touched in the order of their keys and table by table, so that batches that share fleets wait for one another
     * and never in a circle. A state that an arrival may end is due at once; one that moves in the same moment, unseen by this statement, is looked at again by the watchdog anyway.
     */
    private static final Query RECORD = Query.of("""
            with touched as (
                insert into caravan.watch_vehicle as v (series_id, vehicle, first_seen, last_hour, hours, news)
                select series_id, vehicle, :at, to_timestamp(hour * 3600.0), hours, hours
                from unnest(:vehicleSeries::bigint[], :vehicles::text[], :vehicleHours::bigint[], :vehicleBits::bigint[])
                    as seen (series_id, vehicle, hour, hours)
                order by series_id, vehicle
                on conflict (series_id, vehicle) do update set
                    last_hour = greatest(v.last_hour, excluded.last_hour),
                    hours = caravan.watch_later(v.hours, excluded.last_hour - v.last_hour)
                          | caravan.watch_later(excluded.hours, v.last_hour - excluded.last_hour),
                    news = caravan.watch_later(excluded.hours, v.last_hour - excluded.last_hour)
                         & ~caravan.watch_later(v.hours, excluded.last_hour - v.last_hour)
                returning series_id, last_hour, news
            ), sent as (
                select series_id, to_timestamp(hour * 3600.0) as hour, packets, minutes, case when hour < :exactFrom then vehicles else 0 end as at_least, 0 as newly
                from unnest(:hourSeries::bigint[], :hours::bigint[], :hourPackets::bigint[], :minutes::bigint[], :hourVehicles::bigint[])
                    as sent (series_id, hour, packets, minutes, vehicles)
                union all
                select series_id, last_hour, 0, 0, 0, 1 from touched where news = 1
                union all
                select series_id, last_hour - back * interval '1 hour', 0, 0, 0, 1
                from touched, generate_series(0, 63) as back
                where news not in (0, 1) and (news >> back) & 1 = 1
            ), counted as (
                insert into caravan.watch_hour as h (series_id, hour, packets, minutes, vehicles)
                select series_id, hour, sum(packets)::bigint, bit_or(minutes), greatest(sum(newly), max(at_least))::int
                from sent
                group by series_id, hour
                order by series_id, hour
                on conflict (series_id, hour) do update set
                    packets = h.packets + excluded.packets,
                    minutes = h.minutes | excluded.minutes,
                    vehicles = case
                        when excluded.hour < to_timestamp(:exactFrom * 3600.0) then greatest(h.vehicles, excluded.vehicles)
                        else h.vehicles + excluded.vehicles
                    end
            ), beaten as (
                insert into caravan.watch_pulse as p (series_id, last_event_at, last_arrival_at, packets, implausible, lag, lag_mean, lag_deviation)
                select series_id, timestamptz 'epoch' + nullif(newest, -1) * interval '1 millisecond',
                       case when alive = 1 then :at end, packets, implausible, late, late, late / 2
                from (
                    select *, case when alive = 1 then nullif(lag, -1) / 1000.0 end as late
                    from unnest(:series::bigint[], :newest::bigint[], :alive::bigint[], :packets::bigint[], :implausible::bigint[], :lags::bigint[])
                        as beat (series_id, newest, alive, packets, implausible, lag)
                ) as beat
                order by series_id
                on conflict (series_id) do update set
                    last_event_at = greatest(p.last_event_at, excluded.last_event_at),
                    last_arrival_at = greatest(p.last_arrival_at, excluded.last_arrival_at),
                    packets = p.packets + excluded.packets,
                    implausible = p.implausible + excluded.implausible,
                    lag = coalesce(excluded.lag, p.lag),
                    lag_mean = coalesce(p.lag_mean + (excluded.lag - p.lag_mean) / 32, p.lag_mean, excluded.lag_mean),
                    lag_deviation = coalesce(
                        p.lag_deviation + (abs(excluded.lag - p.lag_mean) - p.lag_deviation) / 32, p.lag_deviation, excluded.lag_deviation)
            ), woken as (
                update caravan.watch_state set due_at = :at
                where series_id in (
                    select series_id from caravan.watch_state
                    where series_id in (
                        select series_id from unnest(:series::bigint[], :alive::bigint[]) as beat (series_id, alive) where alive = 1
                    ) and state in ('LATE', 'SILENT', 'RETIRED') and due_at > :at
                    -- who looks at it now looks again soon; a batch never waits for that
                    for no key update skip locked
                )
                returning series_id
            )
            select pg_notify('caravan_watch', min(series_id)::text) from woken having count(*) > 0
            """);

    private static final Query HOURS = Query.of("""
            select series_id, hour, packets, minutes, vehicles from caravan.watch_hour
            where series_id = any(:ids::bigint[]) and hour >= :since and hour < :until
            order by series_id, hour
            """);
    private static final Query MEMBERS_HOURS = Query.of("""
            select :parent::bigint as series_id, hour, sum(packets)::bigint as packets, bit_or(minutes) as minutes, sum(vehicles)::int as vehicles
            from caravan.watch_hour
            where series_id in (select child from caravan.watch_member where parent = :parent) and hour >= :since and hour < :until
            group by hour
            order by hour
            """);
    private static final Query FIRST_FULL_HOURS = Query.of("""
            select w.provider, min(h.hour) as hour
            from caravan.watch_hour h join caravan.watch_series w on w.id = h.series_id
            where h.hour > :since and h.hour < :until and w.kind = 'FLEET' and w.provider is not null
            group by w.provider
            """);
    private static final Query PULSES = Query.of("""
            select series_id, last_event_at, last_arrival_at, packets, implausible, lag, lag_mean, lag_deviation
            from caravan.watch_pulse where series_id = any(:ids::bigint[])
            """);
    private static final Query MEMBERS_PULSE = Query.of("""
            select :parent::bigint as series_id, max(last_event_at) as last_event_at, max(last_arrival_at) as last_arrival_at,
                   coalesce(sum(packets), 0)::bigint as packets, coalesce(sum(implausible), 0)::bigint as implausible,
                   min(lag) as lag, avg(lag_mean) as lag_mean, avg(lag_deviation) as lag_deviation
            from caravan.watch_pulse
            where series_id in (select child from caravan.watch_member where parent = :parent)
            """);
    private static final Query ACTIVE_VEHICLES = Query.of("""
            select count(*) as vehicles from caravan.watch_vehicle
            where series_id = :id and first_seen < :until and last_hour >= :since
            """);
    private static final Query FORGET_VEHICLES =
            Query.of("delete from caravan.watch_vehicle where last_hour < :before");
    private static final Query PRUNE = Query.of("delete from caravan.watch_hour_default where hour < :before");

    private final Database database;

    public ArrivalRepository(Database database) {
        this.database = database;
    }

    /** Adds what a batch counted; one statement. */
    public void record(ArrivalRows rows) {
        RECORD.on(database)
                .set("at", rows.receivedAt())
                .set("exactFrom", rows.exactFrom())
                .set("vehicleSeries", rows.vehicleSeries())
                .set("vehicles", rows.vehicles())
                .set("vehicleHours", rows.vehicleHours())
                .set("vehicleBits", rows.vehicleBits())
                .set("hourSeries", rows.hourSeries())
                .set("hours", rows.hours())
                .set("hourPackets", rows.hourPackets())
                .set("minutes", rows.minutes())
                .set("hourVehicles", rows.hourVehicles())
                .set("series", rows.series())
                .set("newest", rows.newest())
                .set("alive", rows.alive())
                .set("packets", rows.packets())
                .set("implausible", rows.implausible())
                .set("lags", rows.lags())
                .first(row -> true);
    }

    /** The hours of fleets that begin in [{@code since}, {@code until}), by series and time; an hour without packets is not there. */
    public List<ArrivalHour> hours(Collection<Long> fleets, Instant since, Instant until) {
        return HOURS.on(database)
                .set("ids", fleets)
                .set("since", since)
                .set("until", until)
                .list(ArrivalRepository::hour);
    }

    /** The hours of a merged stream: packets and vehicles of its fleets added up, their minutes joined. */
    public List<ArrivalHour> mergedHours(long parent, Instant since, Instant until) {
        return MEMBERS_HOURS
                .on(database)
                .set("parent", parent)
                .set("since", since)
                .set("until", until)
                .list(ArrivalRepository::hour);
    }

    /** Of each provider the first hour with packets of any fleet that begins within ({@code since}, {@code until}). */
    public Map<String, Instant> firstFullHours(Instant since, Instant until) {
        return FIRST_FULL_HOURS
                .on(database)
                .set("since", since)
                .set("until", until)
                .list(row -> Map.entry(row.getString("provider"), Query.requiredInstant(row, "hour")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The newest of fleets; one that never sent has none. */
    public List<Pulse> pulses(Collection<Long> fleets) {
        return PULSES.on(database).set("ids", fleets).list(ArrivalRepository::pulse);
    }

    /** The newest of a merged stream's fleets: the latest packet of all, the smallest lag, what is usual on average. */
    public Pulse mergedPulse(long parent) {
        return MEMBERS_PULSE
                .on(database)
                .set("parent", parent)
                .first(ArrivalRepository::pulse)
                .orElseThrow();
    }

    /**
     * How many of a fleet's vehicles are in use at {@code until}: heard of by then, and since {@code since}. A vehicle is retired by nothing but its silence, so who calls
     * takes the fleet's {@code retireAfter} off; its next packet brings it back.
     */
    public int activeVehicles(long fleet, Instant since, Instant until) {
        return ACTIVE_VEHICLES
                .on(database)
                .set("id", fleet)
                .set("since", since)
                .set("until", until)
                .first(row -> row.getInt("vehicles"))
                .orElse(0);
    }

    /** Forgets vehicles that were last heard of before; returns how many. */
    int forgetVehicles(Instant before) {
        return FORGET_VEHICLES.on(database).set("before", before).update();
    }

    /** Forgets hours that came too late for a day's own partition, which is dropped whole. */
    int pruneStragglers(Instant before) {
        return PRUNE.on(database).set("before", before).update();
    }

    private static ArrivalHour hour(ResultSet row) throws SQLException {
        return new ArrivalHour(
                row.getLong("series_id"),
                Query.requiredInstant(row, "hour"),
                row.getLong("packets"),
                row.getLong("minutes"),
                row.getInt("vehicles"));
    }

    private static Pulse pulse(ResultSet row) throws SQLException {
        return new Pulse(
                row.getLong("series_id"),
                Optional.ofNullable(Query.instant(row, "last_event_at")),
                Optional.ofNullable(Query.instant(row, "last_arrival_at")),
                row.getLong("packets"),
                row.getLong("implausible"),
                seconds(row, "lag"),
                seconds(row, "lag_mean"),
                seconds(row, "lag_deviation"));
    }

    private static Optional<Duration> seconds(ResultSet row, String column) throws SQLException {
        double seconds = row.getDouble(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(Math.round(seconds * 1_000)));
    }
}
