package io.caravan.watch.detect;

import static io.caravan.watch.detect.Trait.BORN_HOUR;
import static io.caravan.watch.detect.Trait.BURST_COUNT;
import static io.caravan.watch.detect.Trait.BURST_SUM;
import static io.caravan.watch.detect.Trait.DAY;
import static io.caravan.watch.detect.Trait.DAY_EXPECTED;
import static io.caravan.watch.detect.Trait.DAY_OBSERVED;
import static io.caravan.watch.detect.Trait.DAY_VARIANCE;
import static io.caravan.watch.detect.Trait.EXPECTED;
import static io.caravan.watch.detect.Trait.EXPECTED_AT_LAST;
import static io.caravan.watch.detect.Trait.GAP;
import static io.caravan.watch.detect.Trait.HOLIDAY_SHARE;
import static io.caravan.watch.detect.Trait.HOUR_VARIANCE;
import static io.caravan.watch.detect.Trait.LAST_ACTIVE_HOUR;
import static io.caravan.watch.detect.Trait.LEARNED_HOUR;
import static io.caravan.watch.detect.Trait.MEAN_ARRIVALS;
import static io.caravan.watch.detect.Trait.MEAN_MINUTES;
import static io.caravan.watch.detect.Trait.OBSERVED;
import static io.caravan.watch.detect.Trait.OBSERVED_AT_LAST;
import static io.caravan.watch.detect.Trait.PACKET_DISPERSION;
import static io.caravan.watch.detect.Trait.REST_EXPECTED;
import static io.caravan.watch.detect.Trait.REST_EXPECTED_AT_LAST;
import static io.caravan.watch.detect.Trait.REST_OBSERVED;
import static io.caravan.watch.detect.Trait.VEHICLE_DISPERSION;
import static io.caravan.watch.detect.Trait.WEEKEND_VARIANCE;
import static io.caravan.watch.detect.Trait.WORKED_HOLIDAYS;

/**
 * A pattern while it learns, hour after hour. Each hour updates its mean in the week, today's level, the difference between days and the size of bursts; formulas and their sources are in
 * docs/detection.md. For one thread.
 */
final class PatternLearner {
    /** Gaps longer than this, in expected arrivals, tell how bursty a series is. */
    private static final double LONG_GAP = 2;
    /** So many long gaps are remembered. */
    private static final double MOST_GAPS = 2000;
    /** How much a day tells of the difference between days. */
    private static final double DAY_RATE = 0.05;
    /** A day's deviation counts at most so much, so that one outage doesn't make all days wild. */
    private static final double MOST_DEVIATION = 1;
    /** A day tells of its level only when so many bursts were expected. */
    private static final double TELLING_BURSTS = 3;

    /** An hour that was seen twice counts at most so many times its mean, and so many standard deviations. */
    private static final double SPIKE_MEANS = 1.5;

    private static final double SPIKE_DEVIATIONS = 3;
    private static final int SEEN_OFTEN = 2;
    private static final double HOUR_RATE = 0.005;
    private static final double DISPERSION_RATE = 0.01;

    private final DetectorSettings settings;
    private final Expectation expectation;
    private final double decay;
    private final char[] cells;
    private final float[] traits;
    private final Pattern pattern;
    private final ExpectedWeek week;

    PatternLearner(Pattern before, Expectation expectation, DetectorSettings settings) {
        this.settings = settings;
        this.expectation = expectation;
        this.decay = settings.levelDecay();
        this.cells = before.copyOfCells();
        this.traits = before.isBorn() ? before.copyOfTraits() : Trait.initial(settings);
        // a view of the same arrays, so that what is expected is always as of now
        this.pattern = new Pattern(cells, traits);
        this.week = new ExpectedWeek(pattern, expectation, settings);
    }

    /** What was learned; the learner is not to be used any more. */
    Pattern learned() {
        double minutes = 0;
        double arrivals = 0;
        for (int bucket = 0; bucket < LocalHours.WEEK; bucket++) {
            double mean = week.minutesOf(bucket);
            minutes += mean;
            arrivals += ExpectedWeek.arrivalsOf(mean);
        }
        set(MEAN_MINUTES, minutes / LocalHours.WEEK);
        set(MEAN_ARRIVALS, arrivals / LocalHours.WEEK);
        return pattern;
    }

    /** Goes over hours without packets and those with, in their order; what came before the first packet ever teaches nothing. */
    void learn(HourCount count, HourTrust trust) {
        int hour = count.index();
        if (Float.isNaN(get(BORN_HOUR))) {
            if (count.minutes() == 0) {
                return;
            }
            set(BORN_HOUR, hour);
        }
        week.at(hour);
        turnDayTo(week.day());
        boolean watched = !expectation.isTouchedByWindow(hour);
        boolean trusted = trust == HourTrust.NORMAL && watched;
        double minutes = week.minutes();
        learnGaps(count.minutes(), minutes, trusted);
        learnDispersion(count, trusted);
        learnHourEffect(count.activeMinutes(), minutes, watched && trust != HourTrust.OUTAGE);
        learnLevel(count.activeMinutes(), minutes, watched && trust != HourTrust.OUTAGE);
        if (week.dayType() != DayType.HOLIDAY && watched) {
            learnBucket(count, trust);
        }
        set(LEARNED_HOUR, hour + 1);
        if (count.minutes() != 0) {
            set(LAST_ACTIVE_HOUR, hour);
            set(OBSERVED_AT_LAST, get(OBSERVED));
            set(EXPECTED_AT_LAST, get(EXPECTED));
            set(REST_EXPECTED_AT_LAST, get(REST_EXPECTED));
        }
    }

    private void learnBucket(HourCount count, HourTrust trust) {
        int bucket = week.hourOfWeek();
        int weeks = pattern.weeks(bucket);
        boolean doubted = trust == HourTrust.ALARM && count.minutes() == 0;
        if (trust == HourTrust.OUTAGE) {
            return;
        }
        int lived = (int) ((count.index() - get(BORN_HOUR)) / LocalHours.WEEK);
        boolean young = lived < settings.trustedWeeks();
        int next = Math.min(weeks + 1, Pattern.MOST_WEEKS);
        int seen = doubted && !young ? Math.max(1, weeks / 2) : next;
        // what is doubted for the second time may have changed for good
        boolean again = seen < next && 2 * weeks < Math.min(lived, Pattern.MOST_WEEKS);
        boolean full = trust == HourTrust.NORMAL || (again ? seen < settings.trustedWeeks() : young);
        double rate =
                (full ? 1 : settings.alarmWeight()) * Math.max(1.0 / (again ? seen : next), settings.learningRate());
        double minutes = Math.min(count.activeMinutes(), most(bucket, weeks));
        Presence.Share present = week.present();
        double mean = pattern.minutes(bucket);
        Pattern.setMinutes(cells, bucket, towards(mean, complete(minutes, mean, present.arrivals()), rate));
        double packets = pattern.packets(bucket);
        Pattern.setPackets(
                cells, bucket, towards(packets, complete((double) count.packets(), packets, present.packets()), rate));
        double vehicles = pattern.vehicles(bucket);
        Pattern.setVehicles(
                cells, bucket, towards(vehicles, complete(count.vehicles(), vehicles, present.vehicles()), rate), seen);
    }

    /** What a merged stream would have sent with those of its members who were off. */
    private static double complete(double seen, double mean, double present) {
        return seen + (1 - present) * mean;
    }

    /** One spike must not raise what is expected of the weeks to come. */
    private double most(int bucket, int weeks) {
        double mean = pattern.minutes(bucket);
        return weeks < SEEN_OFTEN
                ? HourCount.MINUTES
                : SPIKE_MEANS * mean + SPIKE_DEVIATIONS * Math.sqrt(pattern.burst() * Math.max(1, mean));
    }

    /** Hours inside alarms count too: who comes back with a tenth of its packets is not expected to send all of them at once. */
    private void learnLevel(int active, double minutes, boolean mayTell) {
        scale(OBSERVED, decay);
        scale(EXPECTED, decay);
        if (week.dayType() == DayType.HOLIDAY) {
            add(REST_OBSERVED, active);
            add(REST_EXPECTED, minutes);
        } else if (mayTell) {
            add(OBSERVED, active);
            add(EXPECTED, minutes);
        }
        if (mayTell) {
            add(DAY_OBSERVED, active);
            add(DAY_EXPECTED, week.ordinaryMinutes());
        }
    }

    /** The excess of long gaps is exponential, and its mean the size of a burst. A gap is of silent minutes, so those with a packet are no part of it. */
    private void learnGaps(long mask, double minutes, boolean trusted) {
        if (!trusted || week.dayType() == DayType.HOLIDAY) {
            set(GAP, 0);
            return;
        }
        double perMinute = ExpectedWeek.arrivalsOf(minutes) / HourCount.MINUTES * pattern.level();
        double gap = get(GAP);
        int done = 0;
        for (long left = mask; left != 0; left &= left - 1) {
            int minute = Long.numberOfTrailingZeros(left);
            gap += (minute - done) * perMinute;
            if (gap > LONG_GAP) {
                learnGap(gap - LONG_GAP);
            }
            gap = 0;
            done = minute + 1;
        }
        set(GAP, gap + (HourCount.MINUTES - done) * perMinute);
    }

    private void learnGap(double excess) {
        if (get(BURST_COUNT) >= MOST_GAPS) {
            scale(BURST_SUM, 1 - 1 / MOST_GAPS);
            scale(BURST_COUNT, 1 - 1 / MOST_GAPS);
        }
        add(BURST_SUM, excess);
        add(BURST_COUNT, 1);
    }

    /** How far an hour is from what its mean and the level before it say, beyond what chance explains. */
    private void learnHourEffect(int active, double minutes, boolean mayTell) {
        double mean = minutes * pattern.level();
        if (mayTell && week.dayType() == DayType.ORDINARY && minutes >= TELLING_BURSTS * pattern.burst()) {
            double off = active - mean;
            double variance = (off * off - pattern.burst() * mean) / (mean * mean);
            set(HOUR_VARIANCE, towards(get(HOUR_VARIANCE), Math.min(variance, MOST_DEVIATION), HOUR_RATE));
        }
    }

    private void learnDispersion(HourCount count, boolean trusted) {
        if (trusted && week.dayType() == DayType.ORDINARY) {
            learnDispersion(PACKET_DISPERSION, (double) count.packets(), week.packets());
            learnDispersion(VEHICLE_DISPERSION, count.vehicles(), week.vehicles());
        }
    }

    private void learnDispersion(Trait dispersion, double seen, double mean) {
        if (mean >= 1) {
            double ofDay = mean * mean / pattern.dayEffect();
            double excess = Math.max(0, (seen - mean) * (seen - mean) - ofDay) / mean;
            set(dispersion, towards(get(dispersion), excess, DISPERSION_RATE));
        }
    }

    private void turnDayTo(int day) {
        if (get(DAY) == day) {
            return;
        }
        if (!Float.isNaN(get(DAY))) {
            int closed = (int) get(DAY);
            closeDay(closed, expectation.specialDates().on(closed).type());
        }
        if (week.dayType() != DayType.HOLIDAY) {
            set(REST_OBSERVED, 0);
            set(REST_EXPECTED, 0);
            set(REST_EXPECTED_AT_LAST, 0);
        }
        set(DAY, day);
        set(DAY_OBSERVED, 0);
        set(DAY_EXPECTED, 0);
    }

    private void closeDay(int day, DayType type) {
        double bursts = get(DAY_EXPECTED) / pattern.burst();
        if (bursts < TELLING_BURSTS) {
            return;
        }
        boolean weekend = LocalHours.isWeekend(day);
        switch (type) {
            case ORDINARY -> learnDayEffect(weekend ? WEEKEND_VARIANCE : DAY_VARIANCE);
            case HOLIDAY -> learnHoliday(weekend);
            case WEAK -> {}
        }
    }

    /** Hours inside alarms count too: a series that is often wildly below its mean is one of wild days, until somebody confirms an outage. */
    private void learnDayEffect(Trait trait) {
        double mean = get(DAY_EXPECTED);
        double off = get(DAY_OBSERVED) - mean;
        double variance = (off * off - pattern.burst() * mean) / (mean * mean);
        set(trait, towards(get(trait), Math.min(variance, MOST_DEVIATION), DAY_RATE));
    }

    /** A holiday on a weekend tells nothing of who works on holidays. */
    private void learnHoliday(boolean weekend) {
        if (!weekend) {
            set(HOLIDAY_SHARE, get(DAY_OBSERVED) / get(DAY_EXPECTED));
            set(WORKED_HOLIDAYS, get(HOLIDAY_SHARE) >= ExpectedWeek.WORKING_SHARE ? get(WORKED_HOLIDAYS) + 1 : 0);
        }
    }

    private static double towards(double mean, double value, double rate) {
        return mean + rate * (value - mean);
    }

    private float get(Trait trait) {
        return traits[trait.index()];
    }

    private void set(Trait trait, double value) {
        traits[trait.index()] = (float) value;
    }

    private void add(Trait trait, double value) {
        set(trait, get(trait) + value);
    }

    private void scale(Trait trait, double factor) {
        set(trait, get(trait) * factor);
    }
}
