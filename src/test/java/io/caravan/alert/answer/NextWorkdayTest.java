package io.caravan.alert.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.alert.routing.Answering;
import io.caravan.alert.routing.Receiver;
import io.caravan.alert.routing.Right;
import io.caravan.calendar.files.Calendars;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NextWorkdayTest {
    private final NextWorkday nextWorkday =
            new NextWorkday(code -> code.equals("nl") ? Optional.of(Calendars.publicHolidays(code)) : Optional.empty());

    @ParameterizedTest(name = "{0} in {1} by calendar {2}: {3}")
    @CsvSource({
        // a Thursday, a Friday, a Saturday, and a Sunday that is a Monday elsewhere
        "2026-03-05T10:00:00Z, Europe/Amsterdam, '',  2026-03-06T08:00:00Z",
        "2026-03-06T10:00:00Z, Europe/Amsterdam, '',  2026-03-09T08:00:00Z",
        "2026-03-07T10:00:00Z, Europe/Amsterdam, '',  2026-03-09T08:00:00Z",
        "2026-03-08T22:30:00Z, Asia/Tokyo,       '',  2026-03-10T00:00:00Z",
        // before work of the same day; over the change to summer time
        "2026-03-05T04:00:00Z, Europe/Amsterdam, '',  2026-03-06T08:00:00Z",
        "2026-03-27T10:00:00Z, Europe/Amsterdam, '',  2026-03-30T07:00:00Z",
        // a calendar that is not there is the usual one
        "2026-03-06T10:00:00Z, Europe/Amsterdam, xx,  2026-03-09T08:00:00Z",
    })
    void isTheFirstMorningOfWorkAfterToday(Instant now, ZoneId zone, String calendar, Instant expected) {
        assertThat(nextWorkday.after(now, receiver(zone, calendar))).isEqualTo(expected);
    }

    @Test
    void aHolidayIsNoBusinessDay() {
        Instant easter =
                nextWorkday.after(Instant.parse("2026-04-04T10:00:00Z"), receiver(ZoneId.of("Europe/Amsterdam"), "nl"));
        assertThat(easter.atZone(ZoneId.of("Europe/Amsterdam")).toLocalDate()).hasToString("2026-04-07");
    }

    private static Receiver receiver(ZoneId zone, String calendar) {
        return new Receiver(
                "ops",
                "own",
                "",
                zone,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                new Answering(
                        Set.of(Right.values()), false, Optional.of(calendar).filter(name -> !name.isEmpty())));
    }
}
