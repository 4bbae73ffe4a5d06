package io.caravan.watch.history;

import java.time.Instant;
import java.util.List;

/**
 * What a replay of one series showed.
 *
 * @param from begin of the history
 * @param judgedHours hours in which alarms counted: after the warm-up, known, not excluded
 * @param alarms those that count
 * @param returned how many more came back soon after a recovery; they continue the alarm before and are told as that
 * @param injected the silences that were made up
 */
public record SeriesReport(
        String name,
        Instant from,
        Instant until,
        long judgedHours,
        List<ReplayAlarm> alarms,
        int returned,
        List<InjectedSilence> injected) {
    private static final double HOURS_A_YEAR = 8766;

    public SeriesReport {
        alarms = List.copyOf(alarms);
        injected = List.copyOf(injected);
    }

    public double years() {
        return judgedHours / HOURS_A_YEAR;
    }
}
