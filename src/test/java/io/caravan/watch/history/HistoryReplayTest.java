package io.caravan.watch.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Families of series that a detector may stumble over, made with fixed seeds. */
class HistoryReplayTest {
    private static final ZoneId AMSTERDAM = ZoneId.of("Europe/Amsterdam");

    private final HistoryReplay replay = new HistoryReplay(new Detector(DetectorSettings.DEFAULTS));

    @Test
    void aFleetThatChangesFromWeekToWeekendWorkIsToldAFewTimesOnly() {
        SeriesReport report = run(400, AMSTERDAM, at -> {
            boolean weekend = at.getDayOfWeek().getValue() > 5;
            boolean moved = at.isAfter(ZonedDateTime.of(2026, 6, 1, 0, 0, 0, 0, AMSTERDAM));
            return at.getHour() >= 7 && at.getHour() < 18 && weekend == moved ? 20 : 0;
        });
        assertThat(report.alarms()).hasSizeBetween(1, 5);
        assertThat(report.alarms().get(report.alarms().size() - 1).at())
                .isBefore(Instant.parse("2026-07-06T00:00:00Z"));
    }

    @Test
    void aSeriesThatSleepsForWeeksIsToldOncePerSleep() {
        SeriesReport report = run(365, AMSTERDAM, at -> {
            int day = at.getDayOfYear();
            boolean sleeps = (day > 120 && day < 136) || (day > 190 && day < 232);
            return sleeps || at.getHour() < 7 || at.getHour() > 18 ? 0 : 15;
        });
        assertThat(report.alarms()).hasSize(2);
    }

    @Test
    void longZerosAtTheStartAreNoOutage() {
        SeriesReport report = run(300, AMSTERDAM, at -> at.getDayOfYear() < 120 ? 0 : 10);
        assertThat(report.alarms()).isEmpty();
    }

    @Test
    void aLevelThatFallsToAFifthIsNotSilence() {
        SeriesReport report = run(300, AMSTERDAM, at -> (at.getDayOfYear() < 150 ? 30 : 6) * daily(at));
        assertThat(report.alarms()).hasSizeLessThan(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Amsterdam", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "UTC"})
    void clocksThatChangeOrStandOnHalfHoursGiveNoAlarm(String zone) {
        ZoneId clock = ZoneId.of(zone);
        SeriesReport report = run(760, clock, at -> (at.getDayOfWeek().getValue() > 5 ? 0 : 25) * working(at));
        assertThat(report.alarms()).isEmpty();
        assertThat(Delays.of(report.injected()).within24Hours()).isGreaterThan(0.5);
    }

    @Test
    void aRareSeriesIsPatientlyWaitedFor() {
        SeriesReport report = run(700, AMSTERDAM, at -> 0.1);
        assertThat(report.alarms()).isEmpty();
    }

    @Test
    void spikesDoNotRaiseWhatIsExpectedOfQuietHours() {
        SeriesReport report = run(400, AMSTERDAM, at -> at.getHour() == 12 && at.getDayOfMonth() % 9 == 0 ? 900 : 4);
        assertThat(report.alarms()).hasSizeLessThan(2);
    }

    @Test
    void hoursThatNobodyKnowsProveNothing() {
        ArrivalHistory history = Thinning.NONE.arrivals(counts(200, AMSTERDAM, at -> 20), 1);
        Instant from = history.startOf(100 * 24);
        ArrivalHistory torn = new ArrivalHistory(history.startOf(0), history.startOf(history.hours()));
        for (int hour = 0; hour < history.hours(); hour++) {
            if (hour < 100 * 24 || hour >= 110 * 24) {
                torn.add(history.hour(hour));
            }
        }
        Expectation expectation = Expectation.in(AMSTERDAM);
        assertThat(replay.run("torn", torn, expectation, ReplaySettings.DEFAULTS)
                        .alarms())
                .hasSize(1);
        torn.forget(from, from.plus(Duration.ofDays(10)));
        assertThat(replay.run("torn", torn, expectation, ReplaySettings.DEFAULTS)
                        .alarms())
                .isEmpty();
    }

    private SeriesReport run(int days, ZoneId zone, ToDoubleFunction<ZonedDateTime> rate) {
        ArrivalHistory history = Thinning.to(counts(days, zone, rate).perHour()).arrivals(counts(days, zone, rate), 7);
        return replay.run("test", history, Expectation.in(zone), ReplaySettings.DEFAULTS.withInjected(20, 7));
    }

    private static double daily(ZonedDateTime at) {
        return 1 + 0.8 * Math.sin((at.getHour() - 8) * Math.PI / 12);
    }

    private static double working(ZonedDateTime at) {
        return at.getHour() >= 8 && at.getHour() < 18 ? 1 : 0;
    }

    /** Hourly expectations from 2026-01-01 local time on. */
    private static Counts counts(int days, ZoneId zone, ToDoubleFunction<ZonedDateTime> rate) {
        long start = LocalDateTime.of(2026, 1, 1, 0, 0).atZone(zone).toEpochSecond();
        long[] starts = new long[24 * days];
        double[] values = new double[24 * days];
        for (int hour = 0; hour < starts.length; hour++) {
            starts[hour] = start + 3600L * hour;
            values[hour] =
                    rate.applyAsDouble(Instant.ofEpochSecond(starts[hour]).atZone(zone));
        }
        return new Counts("test", starts, values, Duration.ofHours(1), false);
    }
}
