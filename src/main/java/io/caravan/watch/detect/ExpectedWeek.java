package io.caravan.watch.detect;

/** What a pattern expects of each hour, completed by the prior and bent by the calendar. Not for several threads. */
final class ExpectedWeek {
    /** After so many holidays in a row with at least this share of an ordinary day a series counts as one that works on them. */
    private static final int TELLING_HOLIDAYS = 3;

    static final double WORKING_SHARE = 0.7;

    /** An hour counts as no fuller than that, since nothing could be told of what lies beyond. */
    private static final double FULLEST = 57;

    private final Pattern pattern;
    private final Expectation expectation;
    private final double classWeight;
    private final DayType holidays;

    private int hour = Integer.MIN_VALUE;
    private int day = Integer.MIN_VALUE;
    private int hourOfWeek;
    private DayType calendarType = DayType.ORDINARY;
    private DayType dayType = DayType.ORDINARY;
    private Presence.Share present = Presence.FULL.at(0);

    ExpectedWeek(Pattern pattern, Expectation expectation, DetectorSettings settings) {
        this.pattern = pattern;
        this.expectation = expectation;
        this.classWeight = settings.classWeight();
        this.holidays = holidays(pattern, expectation);
    }

    /** Who says that it works on holidays does; of who only did so far it is likely, since holidays differ. */
    private static DayType holidays(Pattern pattern, Expectation expectation) {
        if (expectation.worksOnHolidays()) {
            return DayType.ORDINARY;
        }
        return pattern.get(Trait.WORKED_HOLIDAYS) >= TELLING_HOLIDAYS ? DayType.WEAK : DayType.HOLIDAY;
    }

    /** Turns to an hour since 1970. */
    ExpectedWeek at(int utcHour) {
        if (utcHour != hour) {
            hour = utcHour;
            int local = expectation.hours().local(utcHour);
            hourOfWeek = LocalHours.ofWeek(local);
            present = expectation.presence().at(utcHour);
            int date = LocalHours.dayOf(local);
            if (date != day) {
                day = date;
                calendarType = expectation.specialDates().on(date).type();
                dayType = calendarType == DayType.HOLIDAY ? holidays : calendarType;
            }
        }
        return this;
    }

    int day() {
        return day;
    }

    int hourOfWeek() {
        return hourOfWeek;
    }

    boolean isWeekend() {
        return hourOfWeek >= LocalHours.SATURDAY;
    }

    DayType dayType() {
        return dayType;
    }

    /** What the calendar says, whether or not the series cares. */
    DayType calendarType() {
        return calendarType;
    }

    /** Active minutes in a whole hour of such a day. */
    double minutes() {
        double ordinary = minutesOf(hourOfWeek);
        return present(
                dayType == DayType.HOLIDAY
                        ? Math.min(ordinary, minutesOf(LocalHours.SUNDAY + hourOfWeek % 24))
                        : ordinary);
    }

    /** Arrivals in a whole hour of such a day. */
    double arrivals() {
        return arrivalsOf(minutes());
    }

    /** How many independent arrivals make so many minutes of an hour active: the share of silent minutes is {@code exp(-arrivals / 60)}. */
    static double arrivalsOf(double minutes) {
        return -HourCount.MINUTES * Math.log1p(-Math.min(minutes, FULLEST) / HourCount.MINUTES);
    }

    /** Active minutes in a whole hour if the day weren't special. */
    double ordinaryMinutes() {
        return present(minutesOf(hourOfWeek));
    }

    /** Of a merged stream whose members aren't all there. */
    private double present(double minutes) {
        return present.arrivals() == 1
                ? minutes
                : HourCount.MINUTES * -Math.expm1(-present.arrivals() * arrivalsOf(minutes) / HourCount.MINUTES);
    }

    double packets() {
        double ordinary = pattern.packets(hourOfWeek);
        return present.packets()
                * (dayType == DayType.HOLIDAY
                        ? Math.min(ordinary, pattern.packets(LocalHours.SUNDAY + hourOfWeek % 24))
                        : ordinary);
    }

    double ordinaryPackets() {
        return present.packets() * pattern.packets(hourOfWeek);
    }

    double vehicles() {
        double ordinary = pattern.vehicles(hourOfWeek);
        return present.vehicles()
                * (dayType == DayType.HOLIDAY
                        ? Math.min(ordinary, pattern.vehicles(LocalHours.SUNDAY + hourOfWeek % 24))
                        : ordinary);
    }

    double ordinaryVehicles() {
        return present.vehicles() * pattern.vehicles(hourOfWeek);
    }

    /** Which part of the stream's members is there. */
    Presence.Share present() {
        return present;
    }

    /** The mean of an hour, drawn towards its class: one Friday seen is worth as much as all other days of work. */
    double minutesOf(int bucket) {
        int weeks = pattern.weeks(bucket);
        if (weeks == 0) {
            return expectation.prior().map(week -> week.minutes(bucket)).orElse(0.0);
        }
        double own = pattern.minutes(bucket);
        if (bucket >= LocalHours.SATURDAY) {
            return own;
        }
        double group = Math.min(classMean(bucket % 24), 4 * own + 0.5);
        return (weeks * own + classWeight * group) / (weeks + classWeight);
    }

    private double classMean(int hourOfDay) {
        double sum = 0;
        int seen = 0;
        for (int bucket = hourOfDay; bucket < LocalHours.SATURDAY; bucket += 24) {
            if (pattern.weeks(bucket) > 0) {
                sum += pattern.minutes(bucket);
                seen++;
            }
        }
        return sum / seen;
    }
}
