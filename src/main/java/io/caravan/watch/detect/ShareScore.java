package io.caravan.watch.detect;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/**
 * Whether a window of hours had far less than expected: the lower tail of a negative binomial distribution whose spread is that of the series' days and hours. Used for vehicles (partial) and
 * packets (volume drop).
 */
final class ShareScore {
    /** With fewer independent ones expected, nothing is said. */
    private static final double FEWEST = 3;

    private final Pattern pattern;
    private final Expectation expectation;
    private final DetectorSettings settings;

    ShareScore(Pattern pattern, Expectation expectation, DetectorSettings settings) {
        this.pattern = pattern;
        this.expectation = expectation;
        this.settings = settings;
    }

    ShareVerdict vehicles(Collection<HourCount> hours, Instant until) {
        return judge(
                hours,
                until,
                settings.shareWindow(),
                HourCount::vehicles,
                ExpectedWeek::vehicles,
                pattern.get(Trait.VEHICLE_DISPERSION));
    }

    ShareVerdict packets(Collection<HourCount> hours, Instant until) {
        return judge(
                hours,
                until,
                settings.volumeWindow(),
                HourCount::packets,
                ExpectedWeek::packets,
                pattern.get(Trait.PACKET_DISPERSION));
    }

    private ShareVerdict judge(
            Collection<HourCount> hours,
            Instant until,
            Duration window,
            ToDoubleFunction<HourCount> count,
            ToDoubleFunction<ExpectedWeek> mean,
            double dispersion) {
        int last = HourCount.index(until);
        int first = last - (int) window.toHours();
        ExpectedWeek week = new ExpectedWeek(pattern, expectation, settings);
        double effect = pattern.dayEffect();
        double expected = 0;
        for (int hour = first; hour < last; hour++) {
            if (!expectation.isTouchedByWindow(hour)) {
                expected += mean.applyAsDouble(week.at(hour));
                effect = Math.min(effect, effectOf(week.dayType()));
            }
        }
        double observed = hours.stream()
                .filter(hour -> hour.index() >= first && hour.index() < last)
                .filter(hour -> !expectation.isTouchedByWindow(hour.index()))
                .mapToDouble(count)
                .sum();
        double size = Math.max(1, dispersion);
        double chance = Probabilities.atMost(observed / size, effect, expected / size);
        boolean alarm = chance < settings.shareChance()
                && observed < settings.shareLimit() * expected
                && expected / size >= FEWEST;
        return new ShareVerdict(
                HourCount.instant(first),
                HourCount.instant(last),
                observed,
                expected,
                -Math.log10(Math.max(chance, Double.MIN_NORMAL)),
                alarm);
    }

    private double effectOf(DayType type) {
        return switch (type) {
            case ORDINARY -> pattern.dayEffect();
            case WEAK -> settings.weakDayEffect();
            case HOLIDAY -> settings.holidayEffect();
        };
    }
}
