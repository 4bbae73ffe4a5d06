package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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
}
