package io.caravan.watch.detect;

import java.time.Duration;

/**
 * The detector's parameters; {@link #DEFAULTS} are measured (docs/detection.md) and serve every kind of series that was tried.
 *
 * @param alarmsPerYear how many false alarms a series may give a year by chance: alpha; 0.1
 * @param lateScore from which score a series is late; 3 (one gap in a thousand)
 * @param severeMargin how far above the threshold a score is severe; 3
 * @param severeBusyHours after how many missed busy hours a silence is severe whatever its score; 4
 * @param minSilence no shorter silence is an alarm; 10 minutes
 * @param horizon how far ahead deadlines are looked for; 60 days
 * @param calm how long after its recovery a series must be calm until an alarm is a new one; 24 hours
 * @param relapse the same of a series that hasn't come back to half of its usual level since; 7 days
 * @param learningRate weight of the newest week in an hour's mean once it has been seen often; 0.15, a memory of about six weeks
 * @param alarmWeight how much an hour inside an unconfirmed alarm teaches; 0.25
 * @param trustedWeeks below so many observations an hour of the week learns at full weight even inside an alarm; 4
 * @param classWeight how many observations the mean of the same hour on days of its class (Monday to Friday, Saturday, Sunday) is worth; 1
 * @param levelHalfLife how fast today's level forgets; 8 hours
 * @param dayEffect the Gamma shape of the difference between days until it is learned; 8
 * @param hourEffect the Gamma shape of the difference between hours of a day until it is learned; 32
 * @param weakDayEffect its upper bound on weak days; 1.5
 * @param weakHourEffect the upper bound of the shape between hours on weak days; 4
 * @param holidayEffect the shape between days on holidays; 0.5
 * @param burstPrior how many packets of a burst count as one before bursts are learned; 2
 * @param burstPriorWeight how many gaps that is worth; 20
 * @param shareWindow over how long active vehicles are compared; 6 hours
 * @param volumeWindow over how long volume is compared; 24 hours
 * @param shareChance below which chance a share is an alarm; 1e-5
 * @param shareLimit above which part of the expectation nothing is an alarm; 0.75
 */
public record DetectorSettings(
        double alarmsPerYear,
        double lateScore,
        double severeMargin,
        double severeBusyHours,
        Duration minSilence,
        Duration horizon,
        Duration calm,
        Duration relapse,
        double learningRate,
        double alarmWeight,
        int trustedWeeks,
        double classWeight,
        Duration levelHalfLife,
        double dayEffect,
        double hourEffect,
        double weakDayEffect,
        double weakHourEffect,
        double holidayEffect,
        double burstPrior,
        double burstPriorWeight,
        Duration shareWindow,
        Duration volumeWindow,
        double shareChance,
        double shareLimit) {

    public static final DetectorSettings DEFAULTS = new DetectorSettings(
            0.1,
            3,
            3,
            4,
            Duration.ofMinutes(10),
            Duration.ofDays(60),
            Duration.ofHours(24),
            Duration.ofDays(7),
            0.15,
            0.25,
            4,
            1,
            Duration.ofHours(8),
            8,
            32,
            1.5,
            4,
            0.5,
            2,
            20,
            Duration.ofHours(6),
            Duration.ofHours(24),
            1e-5,
            0.75);

    public DetectorSettings {
        require(alarmsPerYear > 0, "alarmsPerYear", alarmsPerYear, "above 0, such as 0.1");
        require(lateScore > 0, "lateScore", lateScore, "above 0, such as 3");
        require(severeMargin >= 0, "severeMargin", severeMargin, "0 or more, such as 3");
        require(severeBusyHours > 0, "severeBusyHours", severeBusyHours, "above 0, such as 4");
        require(!minSilence.isNegative(), "minSilence", minSilence, "0 or more, such as PT10M");
        require(isPositive(horizon), "horizon", horizon, "longer than nothing, such as P60D");
        require(!calm.isNegative(), "calm", calm, "0 or more, such as PT24H");
        require(relapse.compareTo(calm) >= 0, "relapse", relapse, "of at least calm, " + calm + ", such as P7D");
        require(
                learningRate > 0 && learningRate <= 1,
                "learningRate",
                learningRate,
                "above 0 and up to 1, such as 0.15");
        require(alarmWeight >= 0 && alarmWeight <= 1, "alarmWeight", alarmWeight, "from 0 to 1, such as 0.25");
        require(trustedWeeks >= 0, "trustedWeeks", trustedWeeks, "0 or more, such as 4");
        require(classWeight >= 0, "classWeight", classWeight, "0 or more, such as 1");
        require(isPositive(levelHalfLife), "levelHalfLife", levelHalfLife, "longer than nothing, such as PT8H");
        require(dayEffect > 0, "dayEffect", dayEffect, "above 0, such as 8");
        require(hourEffect > 0, "hourEffect", hourEffect, "above 0, such as 32");
        require(weakDayEffect > 0, "weakDayEffect", weakDayEffect, "above 0, such as 1.5");
        require(weakHourEffect > 0, "weakHourEffect", weakHourEffect, "above 0, such as 4");
        require(holidayEffect > 0, "holidayEffect", holidayEffect, "above 0, such as 0.5");
        require(burstPrior >= 1, "burstPrior", burstPrior, "1 or more, such as 2");
        require(burstPriorWeight >= 0, "burstPriorWeight", burstPriorWeight, "0 or more, such as 20");
        require(isPositive(shareWindow), "shareWindow", shareWindow, "longer than nothing, such as PT6H");
        require(isPositive(volumeWindow), "volumeWindow", volumeWindow, "longer than nothing, such as PT24H");
        require(shareChance > 0 && shareChance < 1, "shareChance", shareChance, "between 0 and 1, such as 1e-5");
        require(shareLimit > 0 && shareLimit <= 1, "shareLimit", shareLimit, "above 0 and up to 1, such as 0.75");
    }

    /** By how much the level fades in an hour. */
    double levelDecay() {
        return Math.pow(0.5, HourCount.SECONDS / (double) levelHalfLife.toSeconds());
    }

    private static boolean isPositive(Duration duration) {
        return duration.toSeconds() > 0;
    }

    private static void require(boolean holds, String name, Object value, String cure) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; give a value " + cure + ".");
        }
    }
}
