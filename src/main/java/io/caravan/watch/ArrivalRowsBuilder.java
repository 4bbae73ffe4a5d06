package io.caravan.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Makes a batch's counts the columns of one statement. */
final class ArrivalRowsBuilder {
    /** So many hours back a vehicle's hours are remembered. */
    private static final int REMEMBERED_HOURS = 64;

    private final BatchArrivals arrivals;
    private final KnownVehicles known;
    private final LongStream.Builder vehicleSeries = LongStream.builder();
    private final List<String> vehicles = new ArrayList<>();
    private final LongStream.Builder vehicleHours = LongStream.builder();
    private final LongStream.Builder vehicleBits = LongStream.builder();
    private final LongStream.Builder hourSeries = LongStream.builder();
    private final LongStream.Builder hours = LongStream.builder();
    private final LongStream.Builder hourPackets = LongStream.builder();
    private final LongStream.Builder minutes = LongStream.builder();
    private final LongStream.Builder hourVehicles = LongStream.builder();
    private final LongStream.Builder series = LongStream.builder();
    private final LongStream.Builder newest = LongStream.builder();
    private final LongStream.Builder alive = LongStream.builder();
    private final LongStream.Builder packets = LongStream.builder();
    private final LongStream.Builder implausible = LongStream.builder();
    private final LongStream.Builder lags = LongStream.builder();
    private final LongStream.Builder fingerprints = LongStream.builder();

    ArrivalRowsBuilder(BatchArrivals arrivals, KnownVehicles known) {
        this.arrivals = arrivals;
        this.known = known;
    }

    void add(long id, FleetArrivals fleet) {
        series.add(id);
        newest.add(fleet.newest());
        alive.add(fleet.isAlive() ? 1 : 0);
        packets.add(fleet.packets());
        implausible.add(fleet.implausible());
        lags.add(lag(fleet));
        Map<String, Seen> seen = new HashMap<>();
        for (HourArrivals hour : fleet.hours()) {
            hourSeries.add(id);
            hours.add(hour.hour());
            hourPackets.add(hour.packets());
            minutes.add(hour.minutes());
            hourVehicles.add(hour.vehicles().size());
            for (String vehicle : hour.vehicles()) {
                long fingerprint = KnownVehicles.fingerprint(id, vehicle, hour.hour());
                if (!known.contains(fingerprint)) {
                    fingerprints.add(fingerprint);
                    seen.merge(vehicle, new Seen(hour.hour(), 1), Seen::and);
                }
            }
        }
        seen.forEach((vehicle, its) -> {
            vehicleSeries.add(id);
            vehicles.add(vehicle);
            vehicleHours.add(its.last());
            vehicleBits.add(its.bits());
        });
    }

    /** A packet from the clock's other side is as new as can be. */
    private long lag(FleetArrivals fleet) {
        return fleet.newest() == FleetArrivals.NEVER
                ? -1
                : Math.max(0, arrivals.receivedAt().toEpochMilli() - fleet.newest());
    }

    /** In which hours one vehicle sent: bit n is n hours before the last. */
    private record Seen(long last, long bits) {
        Seen and(Seen other) {
            long newer = Math.max(last, other.last);
            return new Seen(newer, later(newer) | other.later(newer));
        }

        private long later(long newer) {
            long shift = newer - last;
            return shift >= REMEMBERED_HOURS ? 0 : bits << shift;
        }
    }

    ArrivalRows build() {
        long receivedHour = Math.floorDiv(arrivals.receivedAt().getEpochSecond(), 3_600L);
        return new ArrivalRows(
                arrivals.receivedAt(),
                receivedHour - REMEMBERED_HOURS + 2,
                vehicleSeries.build().toArray(),
                vehicles,
                vehicleHours.build().toArray(),
                vehicleBits.build().toArray(),
                hourSeries.build().toArray(),
                hours.build().toArray(),
                hourPackets.build().toArray(),
                minutes.build().toArray(),
                hourVehicles.build().toArray(),
                series.build().toArray(),
                newest.build().toArray(),
                alive.build().toArray(),
                packets.build().toArray(),
                implausible.build().toArray(),
                lags.build().toArray());
    }

    /** Of the vehicles and hours that were not known to be counted. */
    long[] fingerprints() {
        return fingerprints.build().toArray();
    }
}
