package io.caravan.dag.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.NamedDays;
import io.caravan.calendar.Shift;
import io.caravan.dag.definition.Expect;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.schedule.Deadlines.Deadline;
import io.caravan.dag.schedule.Expectations.Check;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What falls due when nothing runs at all. */
class DeadlinesTest {
    private static final ZoneId AMSTERDAM = ZoneId.of("Europe/Amsterdam");
    private static final BusinessCalendar WORKDAYS = new BusinessCalendar(
            "workdays",
            AMSTERDAM,
            List.of(Shift.parse("MON-FRI 00:00-24:00")),
            NamedDays.closed(List.of("2026-04-06")));

    private final Deadlines daily =
            new Deadlines(Timetable.of(Timing.of("0 2 * * *", AMSTERDAM), name -> WORKDAYS), Duration.ofMinutes(45));

    @Test
    void aDeadlineFallsDueSoLongAfterTheTickAndIsToldOnce() {
        Instant before = local("2026-05-04T02:45").minusNanos(1);
        assertThat(daily.between(before, local("2026-05-04T02:45"), 10))
                .extracting(Deadline::at)
                .containsExactly(local("2026-05-04T02:45"));
        assertThat(daily.between(local("2026-05-04T02:45"), local("2026-05-05T02:44"), 10))
                .isEmpty();
        assertThat(daily.next(before).map(deadline -> deadline.tick().dueAt())).contains(local("2026-05-04T02:00"));
    }

    @Test
    void whatFellDueWhileNobodyLookedIsToldAfterwards() {
        List<Deadline> missed = daily.between(local("2026-05-01T12:00"), local("2026-05-04T12:00"), 10);
        assertThat(missed)
                .extracting(Deadline::at)
                .containsExactly(local("2026-05-02T02:45"), local("2026-05-03T02:45"), local("2026-05-04T02:45"));
        assertThat(missed.get(0).tick().logicalTime()).isEqualTo(local("2026-05-01T02:00"));
    }

    @Test
    void aDeadlineIsOfElapsedTimeThroughAChangeOfTheClocks() {
        Deadlines long4 = new Deadlines(daily.timetable(), Duration.ofHours(4));
        assertThat(long4.next(local("2026-03-28T12:00")).map(Deadline::at)).contains(local("2026-03-29T07:00"));
        assertThatThrownBy(() -> new Deadlines(daily.timetable(), Duration.ZERO))
                .hasMessageContaining("above zero");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "last success         | kept",
                "2026-05-04T08:59:59  | true",
                "2026-05-04T09:30:00  | true",
                "2026-05-04T09:30:01  | false", // too late: it was checked before
                "2026-05-03T09:30:00  | true",
                "2026-05-03T09:29:59  | false",
            })
    void aSuccessMustBeFoundAtTheTickPlusItsGrace(LocalDateTime success, boolean kept) {
        Check check = expectations("workdays").next(local("2026-05-04T09:00")).orElseThrow();
        assertThat(check.expectedAt()).isEqualTo(local("2026-05-04T09:00"));
        assertThat(check.at()).isEqualTo(local("2026-05-04T09:30"));
        assertThat(check.isKeptBy(success.atZone(AMSTERDAM).toInstant())).isEqualTo(kept);
    }

    @Test
    void nothingIsExpectedOnAClosedDay() {
        assertThat(expectations("workdays").between(local("2026-04-03T12:00"), local("2026-04-08T12:00"), 10))
                .extracting(Check::expectedAt)
                .containsExactly(local("2026-04-07T09:00"), local("2026-04-08T09:00"));
        assertThat(expectations(null).between(local("2026-04-03T12:00"), local("2026-04-08T12:00"), 10))
                .hasSize(5);
        assertThat(expectations(null).between(local("2026-04-03T12:00"), local("2026-04-08T12:00"), 2))
                .hasSize(2);
    }

    @Test
    void whatCannotBeExpectedIsToldWithTheCure() {
        Expect never = new Expect("@daily", Duration.ZERO, Duration.ZERO, Optional.empty());
        assertThatThrownBy(() -> Expectations.of(never, AMSTERDAM, name -> WORKDAYS))
                .hasMessageContaining("No success can be within PT0S");
        Expect early = new Expect("@daily", Duration.ofHours(1), Duration.ofHours(-1), Optional.empty());
        assertThatThrownBy(() -> Expectations.of(early, AMSTERDAM, name -> WORKDAYS))
                .hasMessageContaining("zero or more");
    }

    private static Expectations expectations(@Nullable String calendar) {
        Expect expect =
                new Expect("0 9 * * *", Duration.ofDays(1), Duration.ofMinutes(30), Optional.ofNullable(calendar));
        return Expectations.of(expect, AMSTERDAM, name -> WORKDAYS);
    }

    private static Instant local(String text) {
        return LocalDateTime.parse(text).atZone(AMSTERDAM).toInstant();
    }
}
