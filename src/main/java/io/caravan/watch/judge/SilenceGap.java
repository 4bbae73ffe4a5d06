package io.caravan.watch.judge;

import io.caravan.watch.arrivals.ArrivalHour;
import io.caravan.watch.episode.Absence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A time between two packets.
 *
 * @param from the minute of the packet before
 * @param until the minute of the packet after
 */
record SilenceGap(Instant from, Instant until) {

    /**
     * The gaps of at least a length that lie in an absence, wholly or in part, in their order.
     *
     * @param hours in their order
     */
    static List<SilenceGap> touching(Absence absence, List<ArrivalHour> hours, Duration least) {
        List<SilenceGap> gaps = new ArrayList<>();
        @Nullable Instant before = null;
        for (ArrivalHour hour : hours) {
            for (long left = hour.minutes(); left != 0; left &= left - 1) {
                Instant minute = hour.start().plusSeconds(60L * Long.numberOfTrailingZeros(left));
                if (before != null
                        && Duration.between(before, minute).compareTo(least) >= 0
                        && absence.touches(before, minute)) {
                    gaps.add(new SilenceGap(before, minute));
                }
                before = minute;
            }
        }
        return gaps;
    }

    /** The first minute with a packet that begins after a moment. */
    static Optional<Instant> firstAfter(Instant moment, List<ArrivalHour> hours) {
        return hours.stream()
                .flatMap(hour -> IntStream.range(0, 60)
                        .filter(minute -> (hour.minutes() >> minute & 1) == 1)
                        .mapToObj(minute -> hour.start().plusSeconds(60L * minute)))
                .filter(minute -> minute.isAfter(moment))
                .findFirst();
    }
}
