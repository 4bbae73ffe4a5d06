package io.caravan.watch.detect;

import java.time.Instant;
import java.util.Optional;

/**
 * How unlikely a silence is: minus the decimal logarithm of the chance of no packet, by a Gamma mixture of Poisson streams on the clock of expected arrivals. It walks over hours from
 * the last packet; within an hour everything is closed, so that it tells now at which moment the score will reach a threshold. For one thread, one walk.
 */
final class SilenceScore {
    /** The present level raises expectations by so much at most: an unusually busy hour must not make the next quiet one an alarm. */
    private static final double MOST_LEVEL = 1.25;

    private static final double LEAST_LEVEL = 1;
    /** Fewer independent chances of a false alarm a year are not counted: nobody is silent before it is late. */
    private static final double LEAST_CHANCES = 100;

    private static final double HOURS_A_YEAR = 8760;
    private static final long MINUTE = 60;

    private final Pattern pattern;
    private final Expectation expectation;
    private final DetectorSettings settings;
    private final ExpectedWeek week;
    private final double burst;
    private final double threshold;

    private double observed;
    private double expected;
    private double restObserved;
    private double restExpected;
    private double score;
    private double missedOfHour;
    private double exposure;
    private double busyHours;

    private long lateAt = Long.MAX_VALUE;
    private long alarmAt = Long.MAX_VALUE;
    private long severeAt = Long.MAX_VALUE;

    SilenceScore(Pattern pattern, Expectation expectation, DetectorSettings settings) {
        this.pattern = pattern;
        this.expectation = expectation;
        this.settings = settings;
        this.week = new ExpectedWeek(pattern, expectation, settings);
        this.burst = pattern.burst();
        this.threshold = threshold(pattern, settings);
    }

    /** From which score a silence is an alarm: so many chances a year as the series has bursts, and only so many false alarms. */
    static double threshold(Pattern pattern, DetectorSettings settings) {
        return Math.log10(chancesPerYear(pattern) / settings.alarmsPerYear());
    }

    private static double chancesPerYear(Pattern pattern) {
        return Math.max(HOURS_A_YEAR * pattern.meanArrivals() / pattern.burst(), LEAST_CHANCES);
    }

    /** The minute of the last packet isn't silent; the next one is the first. */
    SilenceVerdict verdict(Instant lastArrival, Instant now) {
        startAt(lastArrival);
        long last = lastArrival.getEpochSecond();
        long from = MINUTE * (Math.floorDiv(last, MINUTE) + 1);
        long present = Math.max(from, now.getEpochSecond());
        walk(from, present, true);
        double scoreNow = score;
        double exposureNow = exposure;
        double busyNow = busyHours;
        if (mayEverSend()) {
            walk(present, present + settings.horizon().toSeconds(), false);
        }
        long earliest = last
                + Math.max(
                        settings.minSilence().toSeconds(),
                        expectation.allowance().toSeconds());
        return new SilenceVerdict(
                lastArrival,
                now,
                scoreNow,
                threshold,
                exposureNow,
                busyNow,
                Math.pow(10, scoreNow) / chancesPerYear(pattern),
                moment(lateAt, last),
                moment(alarmAt, earliest),
                moment(severeAt, earliest));
    }

    private boolean mayEverSend() {
        return pattern.meanMinutes() > 0 || expectation.prior().isPresent();
    }

    /** The level as it was with the last packet. */
    private void startAt(Instant lastArrival) {
        int hour = HourCount.index(lastArrival);
        boolean learnedBefore = hour >= pattern.get(Trait.LEARNED_HOUR);
        float since = learnedBefore ? pattern.get(Trait.LEARNED_HOUR) : pattern.get(Trait.LAST_ACTIVE_HOUR) + 1;
        double faded = pattern.isBorn() ? Math.pow(settings.levelDecay(), Math.max(0, hour - since)) : 0;
        expected = faded * pattern.get(learnedBefore ? Trait.EXPECTED : Trait.EXPECTED_AT_LAST);
        observed = Math.min(
                faded * pattern.get(learnedBefore ? Trait.OBSERVED : Trait.OBSERVED_AT_LAST),
                MOST_LEVEL * expected + LEAST_LEVEL);
        restExpected = pattern.get(learnedBefore ? Trait.REST_EXPECTED : Trait.REST_EXPECTED_AT_LAST);
        restObserved = Math.min(pattern.get(Trait.REST_OBSERVED), restExpected);
        week.at(hour);
        if (pattern.get(Trait.DAY) != week.day()) {
            forgetRest();
        }
    }

    private void forgetRest() {
        restObserved = 0;
        restExpected = 0;
    }

    /** Adds the score hour by hour. What is ahead ends when nothing is left to find. */
    private void walk(long from, long until, boolean past) {
        long at = from;
        while (at < until && (past || severeAt == Long.MAX_VALUE)) {
            int hour = (int) Math.floorDiv(at, (long) HourCount.SECONDS);
            long hourEnd = (hour + 1L) * HourCount.SECONDS;
            long end = Math.min(hourEnd, until);
            int dayBefore = week.day();
            week.at(hour);
            if (week.day() != dayBefore && week.dayType() != DayType.HOLIDAY) {
                forgetRest();
            }
            step(at, end);
            if (end == hourEnd) {
                missedOfHour = 0;
            }
            at = end;
        }
    }

    private void step(long from, long until) {
        double minutes = week.minutes();
        if (minutes <= 0) {
            return;
        }
        double hours = (until - from) / (double) HourCount.SECONDS * expectation.watchedShare(from, until);
        double missed = minutes * hours;
        if (missed <= 0) {
            return;
        }
        boolean holiday = week.dayType() == DayType.HOLIDAY;
        double effect = dayEffect();
        double arrivals = week.arrivals() * hours;
        double level = effect + (holiday ? restObserved : observed) / burst;
        double shape = holiday ? level : 1 / (1 / level + 1 / hourEffect());
        double rate = (effect + (holiday ? restExpected : expected) / burst) * shape / level + missedOfHour;
        double bursts = arrivals / burst;
        double gained = shape * Math.log1p(bursts / rate) / Math.log(10);
        note(from, until, new Step(score, gained, shape, rate, bursts));
        score += gained;
        exposure += missed;
        if (holiday) {
            restExpected += missed;
        } else {
            missedOfHour += bursts;
            countBusy(from, until, minutes, hours);
        }
    }

    private double dayEffect() {
        return switch (week.dayType()) {
            case ORDINARY -> pattern.dayEffect(week.isWeekend());
            case WEAK -> Math.min(pattern.dayEffect(week.isWeekend()), settings.weakDayEffect());
            case HOLIDAY -> settings.holidayEffect();
        };
    }

    /** On a weak day nobody knows how an hour follows from those before. */
    private double hourEffect() {
        return week.dayType() == DayType.WEAK
                ? Math.min(pattern.hourEffect(), settings.weakHourEffect())
                : pattern.hourEffect();
    }

    /** One piece of an hour: from a score of {@code before} it gains as much in {@code bursts} expected ones. */
    private record Step(double before, double gained, double shape, double rate, double bursts) {
        boolean reaches(double goal) {
            return before + gained >= goal;
        }

        /** Which part of the piece it takes to reach the goal: the score solved for the exposure. */
        double partUntil(double goal) {
            double needed = rate * Math.expm1(Math.max(0, goal - before) * Math.log(10) / shape);
            return Math.min(1, needed / bursts);
        }
    }

    private void note(long from, long until, Step step) {
        lateAt = Math.min(lateAt, reached(from, until, step, settings.lateScore(), lateAt));
        alarmAt = Math.min(alarmAt, reached(from, until, step, threshold, alarmAt));
        severeAt = Math.min(severeAt, reached(from, until, step, threshold + settings.severeMargin(), severeAt));
    }

    private static long reached(long from, long until, Step step, double goal, long known) {
        return known != Long.MAX_VALUE || !step.reaches(goal)
                ? known
                : from + (long) Math.ceil(step.partUntil(goal) * (until - from));
    }

    /** Busy is an hour of at least the week's mean. A silence of four of them is severe once it is an alarm at all. */
    private void countBusy(long from, long until, double minutes, double hours) {
        if (minutes < pattern.meanMinutes()) {
            return;
        }
        double before = busyHours;
        busyHours += hours;
        if (busyHours >= settings.severeBusyHours() && alarmAt != Long.MAX_VALUE) {
            double part = Math.max(0, (settings.severeBusyHours() - before) / hours);
            long enough = from + (long) Math.ceil(part * (until - from));
            severeAt = Math.min(severeAt, Math.max(enough, alarmAt));
        }
    }

    private static Optional<Instant> moment(long second, long earliest) {
        return second == Long.MAX_VALUE
                ? Optional.empty()
                : Optional.of(Instant.ofEpochSecond(Math.max(second, earliest)));
    }
}
