package io.caravan.watch.arrivals;

import java.time.Instant;
import java.util.List;

/**
 * A batch's counts as the columns that {@link ArrivalRepository} sends; hours are counted since 1970.
 *
 * @param exactFrom for hours before this one, vehicles are not remembered one by one: they count as distinct in the batch
 * @param vehicleHours each vehicle's newest hour
 * @param vehicleBits bit n: it sent n hours before that
 * @param newest milliseconds since 1970 of the newest plausible packet; -1 where there is none
 * @param alive 1 where the packets are a sign of life
 * @param lags milliseconds by which the newest packet is old; -1 where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // made for one statement and never compared
public record ArrivalRows(
        Instant receivedAt,
        long exactFrom,
        long[] vehicleSeries,
        List<String> vehicles,
        long[] vehicleHours,
        long[] vehicleBits,
        long[] hourSeries,
        long[] hours,
        long[] hourPackets,
        long[] minutes,
        long[] hourVehicles,
        long[] series,
        long[] newest,
        long[] alive,
        long[] packets,
        long[] implausible,
        long[] lags) {}
