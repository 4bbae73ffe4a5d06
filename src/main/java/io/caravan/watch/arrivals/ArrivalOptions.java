package io.caravan.watch.arrivals;

import io.caravan.batch.RecordTime;
import java.time.Duration;
import java.util.Optional;

/**
 * How a route counts arrivals: the options of {@code to: watch:arrivals} as plain Java.
 *
 * @param time empty: a packet happened when it came
 * @param times how the time is written
 * @param maxAhead later than its arrival by more than that, a packet's time isn't true
 * @param maxAge older than that, a packet of a live batch is none of the present
 * @param provider empty: as the batch's source says
 * @param refusing whether a batch fails that holds records without fleet or time; else these are counted apart
 * @param newFleets how many new fleets of a provider may appear in a day
 * @param live whether batches are signs of life; empty: unless they are marked as fetched again
 */
public record ArrivalOptions(
        RecordField fleet,
        Optional<RecordField> vehicle,
        Optional<RecordField> time,
        Optional<RecordField> tenant,
        Optional<RecordField> region,
        RecordTime times,
        Duration maxAhead,
        Duration maxAge,
        Optional<String> provider,
        boolean refusing,
        int newFleets,
        Optional<Boolean> live) {}
