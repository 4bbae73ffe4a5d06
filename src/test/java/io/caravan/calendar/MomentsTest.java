package io.caravan.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentsTest {
    private static final ZoneId ZURICH = ZoneId.of("Europe/Zurich");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2023-03-26T01:30:00Z                | 2023-03-26T01:30:00Z",
                "2023-03-26T01:30Z                   | 2023-03-26T01:30:00Z",
                "2023-03-26t01:30:00z                | 2023-03-26T01:30:00Z",
                "2023-03-26T01:30:00.123456789Z      | 2023-03-26T01:30:00.123456789Z",
                "2016-03-13T01:45:00-05:00           | 2016-03-13T06:45:00Z",
                "2016-03-13 01:45 -05:00             | 2016-03-13T06:45:00Z",
                "2016-03-13 01:45-0500               | 2016-03-13T06:45:00Z",
                "2016-03-13 01:45:30+05              | 2016-03-12T20:45:30Z",
                "2016-03-13T01:45:00-05:00[America/New_York] | 2016-03-13T06:45:00Z",
                "2023-07-01T12:00                    | 2023-07-01T10:00:00Z",
                "2023-07-01 12:00:00                 | 2023-07-01T10:00:00Z",
                "2023-07-01                          | 2023-06-30T22:00:00Z",
                // in the gap its end, in the hour that comes twice the first pass
                "2023-03-26T02:30                    | 2023-03-26T01:00:00Z",
                "2023-10-29T02:30                    | 2023-10-29T00:30:00Z",
            })
    void aMomentHasAnOffsetOrGoesByTheClockOnTheWall(String text, Instant moment) {
        assertThat(Moments.parse(text, ZURICH)).isEqualTo(moment);
    }

    @Test
    void theClockOfUtcIsCalledSo() {
        assertThatThrownBy(() -> Moments.parse("noon", ZoneOffset.UTC)).hasMessageEndingWith("by the clock of UTC.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "noon", "2023-02-30", "2023-07-01T25:00", "2023-07-01T12", "1688205600", "01.07.2023"})
    void whatIsNoMomentIsToldWithTheCure(String text) {
        assertThatThrownBy(() -> Moments.parse(text, ZURICH))
                .hasMessageContaining("'" + text + "' is no moment; write it such as 2026-03-29T01:30:00Z");
    }

    @Test
    void aZoneIsOfTheTzDatabase() {
        assertThat(Moments.zone(" Europe/Zurich ")).isEqualTo(ZURICH);
        assertThatThrownBy(() -> Moments.zone("Zurich")).hasMessageContaining("'Zurich' is no time zone");
        assertThatThrownBy(() -> Moments.zone("")).hasMessageContaining("'' is no time zone");
    }

    @Test
    void aTimeNamesItsClockInAFormThatIsReadElsewhere() {
        assertThat(Moments.inZone("09:12", ZoneId.of("Europe/Amsterdam"))).isEqualTo("09:12 (Europe/Amsterdam)");
        assertThat(Moments.inZone("09:12", ZoneId.of("Etc/UTC"))).isEqualTo("09:12 UTC");
        assertThat(Moments.inZone("09:12", ZoneId.of("+05:30"))).isEqualTo("09:12 UTC+05:30");
    }
}
