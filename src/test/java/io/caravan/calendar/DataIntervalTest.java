package io.caravan.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataIntervalTest {

    @ParameterizedTest
    @CsvSource({
        "0 2 * * *, America/New_York, 2024-03-10T07:30:00Z, 2024-03-09T07:00:00Z, 2024-03-10T07:00:00Z",
        "0 2 * * *, Europe/Zurich, 2023-03-26T01:30:00Z, 2023-03-25T01:00:00Z, 2023-03-26T01:00:00Z",
        "0 2 * * *, Australia/Lord_Howe, 2024-10-05T15:30:00Z, 2024-10-04T15:30:00Z, 2024-10-05T15:30:00Z",
        "0 1 * * *, America/New_York, 2024-11-03T05:30:00Z, 2024-11-02T05:00:00Z, 2024-11-03T05:00:00Z",
        "30 16 * * *, UTC, 2021-09-07T00:00:00Z, 2021-09-05T16:30:00Z, 2021-09-06T16:30:00Z",
        "30 16 * * *, UTC, 2021-09-06T16:30:00Z, 2021-09-05T16:30:00Z, 2021-09-06T16:30:00Z",
    })
    void theLatestIntervalHasEnded(String cron, ZoneId zone, Instant now, Instant start, Instant end) {
        assertThat(DataInterval.latest(Schedule.parse(cron, zone), now)).contains(new DataInterval(start, end));
    }

    @Test
    void intervalsFollowWithoutGapOrOverlapThroughAClockChange() {
        Schedule schedule = Schedule.parse("0 2 * * *", ZoneId.of("Europe/Zurich"));
        DataInterval interval = DataInterval.latest(schedule, Instant.parse("2023-03-20T12:00:00Z"))
                .orElseThrow();
        for (int day = 0; day < 300; day++) {
            DataInterval next = interval.following(schedule).orElseThrow();
            assertThat(next.start()).isEqualTo(interval.end());
            assertThat(DataInterval.endingAt(schedule, next.end())).contains(next);
            interval = next;
        }
    }

    @Test
    void theStartBelongsToItAndTheEndDoesNot() {
        DataInterval interval = new DataInterval(Instant.EPOCH, Instant.EPOCH.plusSeconds(1));
        assertThat(interval.contains(interval.start())).isTrue();
        assertThat(interval.contains(interval.end())).isFalse();
        assertThatThrownBy(() -> new DataInterval(Instant.EPOCH.plusNanos(1), Instant.EPOCH))
                .hasMessageContaining("ends before it starts");
    }
}
