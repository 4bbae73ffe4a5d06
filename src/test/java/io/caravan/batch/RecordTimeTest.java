package io.caravan.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.batch.RecordTime.Unit;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTimeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-02T10:00:20Z",
                "2026-03-02T11:00:20+01:00",
                "2026-03-02 10:00:20",
                "2026-03-02T10:00:20",
                "1772445620",
                "1772445620000",
                "1772445620000000",
                "1772445620000000000"
            })
    void oneInstantInItsManyForms(String text) {
        assertThat(RecordTime.of(text)).contains(Instant.parse("2026-03-02T10:00:20Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-02-29T23:59:59Z",
                "2026-03-02T10:00:20.5Z",
                "2026-03-02T10:00:20.123Z",
                "2026-03-02T10:00:20.000001Z",
                "2026-03-02T10:00:20.123456789Z"
            })
    void fractionsCountToTheNanosecond(String text) {
        assertThat(RecordTime.of(text)).contains(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-13-45T00:00:00Z", "2026-02-29T00:00:00Z", "12:30"})
    void whatIsNoTimeIsNone(String text) {
        assertThat(RecordTime.of(text)).isEmpty();
    }

    @Test
    void aTimeWithoutOffsetIsOfTheZone() {
        RecordTime dutch = new RecordTime(ZoneId.of("Europe/Amsterdam"), Unit.auto);

        assertThat(dutch.read("2026-03-02 11:00:20")).contains(Instant.parse("2026-03-02T10:00:20Z"));
        assertThat(dutch.read("2026-03-02T11:00:20Z")).contains(Instant.parse("2026-03-02T11:00:20Z"));
    }

    @Test
    void aNumberCountsWhatItIsSaidTo() {
        assertThat(new RecordTime(ZoneOffset.UTC, Unit.millis).read("90000")).contains(Instant.ofEpochSecond(90));
        assertThat(new RecordTime(ZoneOffset.UTC, Unit.seconds).read("90000")).contains(Instant.ofEpochSecond(90_000));
    }
}
