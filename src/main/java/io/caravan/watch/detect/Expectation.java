package io.caravan.watch.detect;

import io.caravan.calendar.BusinessCalendar;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a series beside what it taught: its clock, its calendars, windows in which silence is fine, and what to expect before it was seen. Immutable; keep one per series or share
 * one, since it remembers what it looked up.
 */
public final class Expectation {
    private final ZoneId zone;
    private final SpecialDates specialDates;
    private final List<Window> windows;
    private final boolean worksOnHolidays;
    private final Optional<WeekPrior> prior;
    private final Duration allowance;
    private final Presence presence;
    private final LocalHours hours;
    private final Spans quiet;

    private Expectation(
            ZoneId zone,
            SpecialDates specialDates,
            List<Window> windows,
            boolean worksOnHolidays,
            Optional<WeekPrior> prior,
            Duration allowance,
            Presence presence,
            LocalHours hours) {
        this.zone = zone;
        this.specialDates = specialDates;
        this.windows = List.copyOf(windows);
        this.worksOnHolidays = worksOnHolidays;
        this.prior = prior;
        this.allowance = allowance;
        this.presence = presence;
        this.hours = hours;
        this.quiet = Spans.of(this.windows);
    }

    /** A clock and nothing else. */
    public static Expectation in(ZoneId zone) {
        return new Expectation(
                zone,
                SpecialDates.NONE,
                List.of(),
                false,
                Optional.empty(),
                Duration.ZERO,
                Presence.FULL,
                new LocalHours(zone));
    }

    /** With the special days of these calendars; their shifts and zones don't matter, since a company's week is learned. */
    public Expectation withCalendars(List<BusinessCalendar> calendars) {
        return withSpecialDates(SpecialDates.of(calendars));
    }

    public Expectation withSpecialDates(SpecialDates dates) {
        return new Expectation(zone, dates, windows, worksOnHolidays, prior, allowance, presence, hours);
    }

    /** With these windows instead of any before. */
    public Expectation withWindows(List<Window> quiet) {
        return new Expectation(zone, specialDates, quiet, worksOnHolidays, prior, allowance, presence, hours);
    }

    /** Holidays are days as any other. Without this it is learned: after three holidays with at least 0.7 of an ordinary day. */
    public Expectation worksOnHolidays(boolean works) {
        return new Expectation(zone, specialDates, windows, works, prior, allowance, presence, hours);
    }

    /** With what to expect of hours of the week that weren't seen yet. */
    public Expectation withPrior(WeekPrior week) {
        return new Expectation(
                zone, specialDates, windows, worksOnHolidays, Optional.of(week), allowance, presence, hours);
    }

    /** How long packets may take to arrive, such as three polls or the p99.9 of the provider's lag: no shorter silence is an alarm. */
    public Expectation withAllowance(Duration delivery) {
        return new Expectation(zone, specialDates, windows, worksOnHolidays, prior, delivery, presence, hours);
    }

    /** Of a merged stream: which part of it is to be expected while members of it are off. */
    public Expectation withPresence(Presence members) {
        return new Expectation(zone, specialDates, windows, worksOnHolidays, prior, allowance, members, hours);
    }

    public ZoneId zone() {
        return zone;
    }

    public SpecialDates specialDates() {
        return specialDates;
    }

    public List<Window> windows() {
        return windows;
    }

    public boolean worksOnHolidays() {
        return worksOnHolidays;
    }

    public Optional<WeekPrior> prior() {
        return prior;
    }

    public Duration allowance() {
        return allowance;
    }

    public Presence presence() {
        return presence;
    }

    /** The window that holds a moment. */
    public Optional<Window> windowAt(Instant moment) {
        return windows.stream().filter(window -> window.contains(moment)).findFirst();
    }

    /** Whether any part of this hour lies in a window. */
    boolean isTouchedByWindow(int hour) {
        return !windows.isEmpty() && watchedShare((long) hour * HourCount.SECONDS, (hour + 1L) * HourCount.SECONDS) < 1;
    }

    /** Which part of a time, in seconds since 1970, no window covers. Windows that overlap one another count once. */
    double watchedShare(long from, long until) {
        return windows.isEmpty() ? 1 : quiet.uncoveredShare(from, until);
    }

    LocalHours hours() {
        return hours;
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Expectation that
                && zone.equals(that.zone)
                && specialDates.equals(that.specialDates)
                && windows.equals(that.windows)
                && worksOnHolidays == that.worksOnHolidays
                && prior.equals(that.prior)
                && allowance.equals(that.allowance)
                && presence.equals(that.presence);
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(zone, specialDates, windows, worksOnHolidays, prior, allowance, presence);
    }
}
