package io.caravan.dag.schedule;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.OnHoliday;
import io.caravan.calendar.Schedule;
import io.caravan.dag.definition.Expect;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * When a workflow's {@link Expect} is to be checked and what must be found then, told by its schedule and calendar alone, so that its breach is noticed also when nothing ran at all. Immutable.
 */
public final class Expectations {
    private final Expect expect;
    private final Schedule schedule;

    /**
     * One moment to check.
     *
     * @param expectedAt the tick of the expectation's schedule
     * @param at when it is to be checked: the grace later
     * @param successSince a successful run must have ended from then on and until {@code at}
     */
    public record Check(Instant expectedAt, Instant at, Instant successSince) {

        public boolean isKeptBy(Instant successEndedAt) {
            return !successEndedAt.isBefore(successSince) && !successEndedAt.isAfter(at);
        }
    }

    private Expectations(Expect expect, Schedule schedule) {
        this.expect = expect;
        this.schedule = schedule;
    }

    /**
     * Reads the expectation's schedule. On days on which its calendar is closed nothing is expected.
     *
     * @param zone of the workflow
     * @param calendars the calendar of a name; throws IllegalArgumentException, naming the known ones, for any other
     * @throws IllegalArgumentException telling what is wrong and how to mend it
     */
    public static Expectations of(Expect expect, ZoneId zone, Function<String, BusinessCalendar> calendars) {
        if (expect.within().isNegative() || expect.within().isZero()) {
            throw new IllegalArgumentException("No success can be within " + expect.within()
                    + "; write a time above zero, such as 26h for a daily run.");
        }
        if (expect.grace().isNegative()) {
            throw new IllegalArgumentException("A grace of " + expect.grace() + " is none; write zero or more.");
        }
        Schedule schedule = Schedule.parse(expect.schedule(), zone);
        return new Expectations(
                expect,
                expect.calendar()
                        .map(calendars)
                        .map(calendar -> schedule.onWorkdays(calendar, OnHoliday.SKIP, zone))
                        .orElse(schedule));
    }

    /** How old a success may be. */
    public Duration within() {
        return expect.within();
    }

    /** How long after a tick it is checked. */
    public Duration grace() {
        return expect.grace();
    }

    /** The checks after {@code after} and at or before {@code until}, oldest first, at most so many. */
    public List<Check> between(Instant after, Instant until, int limit) {
        List<Check> checks = new ArrayList<>();
        Optional<Check> check = next(after);
        while (check.filter(found -> !found.at().isAfter(until)).isPresent() && checks.size() < limit) {
            checks.add(check.get());
            check = next(check.get().at());
        }
        return checks;
    }

    /** The first check after a moment. */
    public Optional<Check> next(Instant after) {
        return schedule.next(after.minus(expect.grace()), false).map(this::check);
    }

    private Check check(Instant tick) {
        Instant at = tick.plus(expect.grace());
        return new Check(tick, at, at.minus(expect.within()));
    }
}
