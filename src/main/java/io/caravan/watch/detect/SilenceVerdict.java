package io.caravan.watch.detect;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a silence is worth at a moment, and when that will change if no packet comes: sleep until then.
 *
 * @param since the last packet
 * @param now the moment of judgement
 * @param score minus the decimal logarithm of the chance of such a silence
 * @param threshold from which score it is an alarm
 * @param exposure how many active minutes were expected since
 * @param busyHours how many hours of at least the week's mean passed since
 * @param yearsBetween once in so many years such a silence happens by chance
 * @param lateAt when the series became or will be late; empty: not within the horizon, nothing is expected
 * @param alarmAt when it became or will be silent
 * @param severeAt when it became or will be severe: its score far above the threshold, or an alarm of four busy hours
 */
public record SilenceVerdict(
        Instant since,
        Instant now,
        double score,
        double threshold,
        double exposure,
        double busyHours,
        double yearsBetween,
        Optional<Instant> lateAt,
        Optional<Instant> alarmAt,
        Optional<Instant> severeAt) {

    public boolean isLate() {
        return hasCome(lateAt);
    }

    public boolean isAlarm() {
        return hasCome(alarmAt);
    }

    public boolean isSevere() {
        return hasCome(severeAt);
    }

    public Duration silence() {
        return Duration.between(since, now);
    }

    /** The next moment at which this verdict changes if nothing comes; empty: never within the horizon. */
    public Optional<Instant> nextChange() {
        return Stream.of(lateAt, alarmAt, severeAt)
                .flatMap(Optional::stream)
                .filter(at -> at.isAfter(now))
                .min(Instant::compareTo);
    }

    private boolean hasCome(Optional<Instant> moment) {
        return moment.filter(at -> !at.isAfter(now)).isPresent();
    }
}
