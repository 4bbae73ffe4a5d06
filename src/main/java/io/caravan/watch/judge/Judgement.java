package io.caravan.watch.judge;

import io.caravan.watch.detect.LagVerdict;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.ShareVerdict;
import io.caravan.watch.detect.SilenceVerdict;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.SeriesState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a look at one series has found.
 *
 * @param state that follows
 * @param signals that led to it
 * @param pattern as learned so far
 * @param profile with all windows that count
 * @param lastArrival empty: it never sent
 * @param partial of vehicles, to be kept until the next complete hour
 * @param volume of packets, likewise
 * @param lag of the newest event
 * @param severe whether it is worse than its severity says
 * @param nextLook when that may change if nothing comes
 */
public record Judgement(
        SeriesState state,
        Signals signals,
        Pattern pattern,
        Profile profile,
        Optional<Instant> lastArrival,
        SilenceVerdict silence,
        Shares shares,
        double partial,
        double volume,
        Optional<LagVerdict> lag,
        Optional<Duration> lagLimit,
        boolean severe,
        Instant nextLook) {

    /** Of the last complete hours; empty: they were judged at an earlier look. */
    record Shares(Optional<ShareVerdict> vehicles, Optional<ShareVerdict> volume) {
        static final Shares UNKNOWN = new Shares(Optional.empty(), Optional.empty());

        boolean isUnknown() {
            return vehicles().isEmpty() && volume().isEmpty();
        }
    }

    /**
     * How many fleets of a merged stream are quiet.
     *
     * @param score of so many at once; 0 where a smaller stream has nearly all of them
     */
    public record Spread(int fleets, int quiet, double score) {
        static final Spread NONE = new Spread(0, 0, 0);
    }
}
