package io.caravan.watch.detect;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The front of detection: learns a series' pattern from its hours, and judges silence, vehicles, volume and lag against it. Fleets and merged streams are the same to it. Without state, safe
 * for any thread.
 *
 * <pre>{@code
 * Pattern pattern = detector.learn(before, expectation, hours, until, hour -> HourTrust.NORMAL);
 * SilenceVerdict verdict = detector.silence(pattern, expectation, lastArrival, now);
 * }</pre>
 */
public final class Detector {
    private static final Duration PROBATION = Duration.ofDays(28);

    /** Of so many fleets in a hundred a score above 2 is chance. */
    private static final double CHANCE_OF_TWO = 0.01;

    private static final double SCORE_OF_INTEREST = 2;

    /** With less than so much of its usual level a series isn't well again, though packets arrive. */
    private static final double WELL = 0.5;

    private final DetectorSettings settings;

    public Detector(DetectorSettings settings) {
        this.settings = settings;
    }

    public DetectorSettings settings() {
        return settings;
    }

    /**
     * A pattern that knows all hours before {@code until}. Hours that were learned before are passed over, hours that aren't among the counts had no packet; call it when an hour is complete and
     * late events had their time.
     *
     * @param trust of an hour's start; asked for every hour
     */
    public Pattern learn(
            Pattern before,
            Expectation expectation,
            Collection<HourCount> counts,
            Instant until,
            Function<Instant, HourTrust> trust) {
        Map<Integer, HourCount> byHour = new HashMap<>();
        counts.forEach(count -> byHour.put(count.index(), count));
        Optional<Integer> first = before.learnedUntil()
                .map(HourCount::index)
                .or(() -> byHour.values().stream()
                        .filter(count -> count.minutes() != 0)
                        .map(HourCount::index)
                        .min(Integer::compare));
        int end = HourCount.index(until);
        if (first.isEmpty() || first.get() >= end) {
            return before;
        }
        PatternLearner learner = new PatternLearner(before, expectation, settings);
        for (int hour = first.get(); hour < end; hour++) {
            Instant start = HourCount.instant(hour);
            HourCount count = byHour.get(hour);
            learner.learn(count == null ? HourCount.empty(start) : count, trust.apply(start));
        }
        return learner.learned();
    }

    /** All hours trusted. */
    public Pattern learn(Pattern before, Expectation expectation, Collection<HourCount> counts, Instant until) {
        return learn(before, expectation, counts, until, start -> HourTrust.NORMAL);
    }

    /**
     * What the silence since the last packet is worth, and when that changes.
     *
     * @param lastArrival when the newest live packet came, by the clock of its arrival
     */
    public SilenceVerdict silence(Pattern pattern, Expectation expectation, Instant lastArrival, Instant now) {
        return new SilenceScore(pattern, expectation, settings).verdict(lastArrival, now);
    }

    /**
     * Whether an alarm is the trouble before come back rather than a new one: it comes within a day of the recovery, or within a week without that the series had come back to half of its level.
     *
     * @param pattern at the alarm
     * @param recoveredAt when packets came again after the alarm before
     */
    public boolean isRelapse(Pattern pattern, Instant recoveredAt, Instant alarmAt) {
        boolean limping = pattern.levelAtLast() < WELL;
        return alarmAt.isBefore(recoveredAt.plus(limping ? settings.relapse() : settings.calm()));
    }

    /** Whether far fewer vehicles were active in the complete hours before {@code until} than should be. */
    public ShareVerdict vehicles(
            Pattern pattern, Expectation expectation, Collection<HourCount> recent, Instant until) {
        return new ShareScore(pattern, expectation, settings).vehicles(recent, until);
    }

    /** Whether far fewer packets came in the complete hours before {@code until} than should have. */
    public ShareVerdict volume(Pattern pattern, Expectation expectation, Collection<HourCount> recent, Instant until) {
        return new ShareScore(pattern, expectation, settings).packets(recent, until);
    }

    /** How old the newest event was when the last packet arrived. An event that claims to be of the future has no lag. */
    public LagVerdict lag(Instant newestEvent, Instant lastArrival, Duration limit) {
        Duration lag = Duration.between(newestEvent, lastArrival);
        return new LagVerdict(lag.isNegative() ? Duration.ZERO : lag, limit);
    }

    /** What a series typically sends between two moments. */
    public Typical typical(Pattern pattern, Expectation expectation, Instant from, Instant until) {
        return Typical.of(pattern, new ExpectedWeek(pattern, expectation, settings), from, until);
    }

    /** Active minutes to expect in the hour of a moment, on its day of the calendar. */
    public double expectedMinutes(Pattern pattern, Expectation expectation, Instant moment) {
        return new ExpectedWeek(pattern, expectation, settings)
                .at(HourCount.index(moment))
                .minutes();
    }

    /** What the calendar makes of the day of a moment for this series, which may work on holidays. */
    public DayType dayType(Pattern pattern, Expectation expectation, Instant moment) {
        return new ExpectedWeek(pattern, expectation, settings)
                .at(HourCount.index(moment))
                .dayType();
    }

    /**
     * Whether a series is too young for its pattern to be trusted: its prior, if any, speaks for hours of the week that it hasn't lived through. An hour that was never learned in four weeks, as one of weekly
     * maintenance, keeps nobody young.
     */
    public boolean isYoung(Pattern pattern) {
        return !hasLivedFor(pattern, PROBATION) && hasUnseenHours(pattern);
    }

    private static boolean hasLivedFor(Pattern pattern, Duration time) {
        return pattern.bornAt()
                .flatMap(born -> pattern.learnedUntil()
                        .map(until -> Duration.between(born, until).compareTo(time) >= 0))
                .orElse(false);
    }

    private static boolean hasUnseenHours(Pattern pattern) {
        for (int hour = 0; hour < LocalHours.WEEK; hour++) {
            if (pattern.weeks(hour) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether a series has lived through all hours of the week that lie between two moments. */
    boolean knows(Pattern pattern, Expectation expectation, Instant from, Instant until) {
        int first = HourCount.index(from);
        int last = Math.min(HourCount.index(until), first + LocalHours.WEEK);
        for (int hour = first; hour <= last; hour++) {
            if (pattern.weeks(LocalHours.ofWeek(expectation.hours().local(hour))) == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * How unlikely it is that so many series that share something are quiet at once, each by chance: minus the decimal logarithm. Count those with a score above {@link #isQuiet 2}.
     */
    public double together(int quiet, int all) {
        return -Math.log10(Math.max(Probabilities.atLeast(quiet, all, CHANCE_OF_TWO), Double.MIN_NORMAL));
    }

    /** Whether a series counts as quiet for {@link #together}. */
    public boolean isQuiet(SilenceVerdict verdict) {
        return verdict.score() > SCORE_OF_INTEREST;
    }
}
