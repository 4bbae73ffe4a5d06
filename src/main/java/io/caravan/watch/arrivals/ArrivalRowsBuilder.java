package io.caravan.watch.arrivals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a batch's counts the columns of one statement. */
public final class ArrivalRowsBuilder {
    /** So many hours back a vehicle's hours are remembered. */
    private static final int REMEMBERED_HOURS = 64;

    private final BatchArrivals arrivals;
    private final KnownVehicles known;
    private final LongColumn vehicleSeries = new LongColumn(0);
    private final List<String> vehicles = new ArrayList<>();
    private final LongColumn vehicleHours = new LongColumn(0);
    private final LongColumn vehicleBits = new LongColumn(0);
    private final LongColumn hourSeries;
    private final LongColumn hours;
    private final LongColumn hourPackets;
    private final LongColumn minutes;
    private final LongColumn hourVehicles;
    private final LongColumn series;
    private final LongColumn newest;
    private final LongColumn alive;
    private final LongColumn packets;
    private final LongColumn implausible;
    private final LongColumn lags;
    private final LongColumn fingerprints = new LongColumn(0);
    private final long exactFrom;
    /** Of the fleet that is being added: vehicles that are not known to be counted. */
    private final Map<String, Seen> seen = new HashMap<>();

    private long[] scratch = new long[16];

    public ArrivalRowsBuilder(BatchArrivals arrivals, KnownVehicles known) {
        this.arrivals = arrivals;
        this.known = known;
        long receivedHour = Math.floorDiv(arrivals.receivedAt().getEpochSecond(), 3_600L);
        this.exactFrom = receivedHour - REMEMBERED_HOURS + 2;
        int fleets = arrivals.fleets().size();
        this.hourSeries = new LongColumn(fleets);
        this.hours = new LongColumn(fleets);
        this.hourPackets = new LongColumn(fleets);
        this.minutes = new LongColumn(fleets);
        this.hourVehicles = new LongColumn(fleets);
        this.series = new LongColumn(fleets);
        this.newest = new LongColumn(fleets);
        this.alive = new LongColumn(fleets);
        this.packets = new LongColumn(fleets);
        this.implausible = new LongColumn(fleets);
        this.lags = new LongColumn(fleets);
    }

    public void add(long id, FleetArrivals fleet) {
        series.add(id);
        newest.add(fleet.newest());
        alive.add(fleet.isAlive() ? 1 : 0);
        packets.add(fleet.packets());
        implausible.add(fleet.implausible());
        lags.add(lag(fleet));
        seen.clear();
        fleet.forEachHour(hour -> add(id, hour));
        seen.forEach((vehicle, its) -> {
            vehicleSeries.add(id);
            vehicles.add(vehicle);
            vehicleHours.add(its.last());
            vehicleBits.add(its.bits());
        });
    }

    private void add(long id, HourArrivals hour) {
        hourSeries.add(id);
        hours.add(hour.hour());
        hourPackets.add(hour.packets());
        minutes.add(hour.minutes());
        hourVehicles.add(hour.hour() < exactFrom ? hour.distinctVehicles().size() : 0);
        addUnknown(id, hour);
    }

    private void addUnknown(long id, HourArrivals hour) {
        int noted = hour.noted();
        long seed = KnownVehicles.seed(id, hour.hour());
        if (scratch.length < noted) {
            scratch = new long[Math.max(noted, 2 * scratch.length)];
        }
        for (int i = 0; i < noted; i++) {
            scratch[i] = KnownVehicles.fingerprint(seed, hour.hash(i));
        }
        if (known.forgetKnown(scratch, noted)) {
            for (int i = 0; i < noted; i++) {
                if (scratch[i] != 0) {
                    fingerprints.add(scratch[i]);
                    seen.merge(hour.vehicle(i), new Seen(hour.hour(), 1), Seen::and);
                }
            }
        }
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

    public ArrivalRows build() {
        return new ArrivalRows(
                arrivals.receivedAt(),
                exactFrom,
                vehicleSeries.toArray(),
                vehicles,
                vehicleHours.toArray(),
                vehicleBits.toArray(),
                hourSeries.toArray(),
                hours.toArray(),
                hourPackets.toArray(),
                minutes.toArray(),
                hourVehicles.toArray(),
                series.toArray(),
                newest.toArray(),
                alive.toArray(),
                packets.toArray(),
                implausible.toArray(),
                lags.toArray());
    }

    /** Of the vehicles and hours that were not known to be counted. */
    public long[] fingerprints() {
        return fingerprints.toArray();
    }
}
