package io.caravan.watch.series;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a series stood when it was last looked at.
 *
 * @param arrivedAt the last arrival that was known
 * @param heldSince when a problem that may belong to a merged stream's was first seen
 * @param resumedAt when a silent merged stream was first heard of again
 * @param excusedAt silence before this was explained by that of a merged stream, which is over
 * @param score of the silence
 * @param lateAt when it is late if nothing comes
 * @param alarmAt when it is silent if nothing comes
 * @param partial the score of the lack of vehicles at the last complete hour
 * @param volume the score of the lack of packets at the last complete hour
 * @param lag how old the newest event was
 * @param lagLimit from when that is too old
 * @param reviewedUntil until when silences that nobody saw have been looked for
 */
public record Standing(
        SeriesState state,
        Instant since,
        Optional<Instant> lookedAt,
        Optional<Instant> arrivedAt,
        Optional<Instant> heldSince,
        Optional<Instant> resumedAt,
        Optional<Instant> excusedAt,
        double score,
        Optional<Instant> lateAt,
        Optional<Instant> alarmAt,
        double partial,
        double volume,
        Optional<Duration> lag,
        Optional<Duration> lagLimit,
        Optional<Instant> reviewedUntil) {

    /** Of a series that was never looked at. */
    public static Standing born(Instant at) {
        return new Standing(
                SeriesState.UNKNOWN,
                at,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
