package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.alert.routing.FlappingRule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlappingTest {
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    @ParameterizedTest(name = "opened at minutes {0}: flaps {1}")
    @CsvSource({
        "0,                  false",
        "0 10 20,            false",
        "0 10 20 30,         true",
        "0 30 59 61,         false",
        "0 20 40 61 70,      true",
        "0 10 20 30 50,      true",
        "0 10 20 30 91,      false"
    })
    void fourOpeningsInAnHourAreFlapping(String minutes, boolean flaps) {
        Flapping flapping = Flapping.NONE;
        Instant now = START;
        for (String minute : minutes.split(" ", -1)) {
            now = START.plus(Duration.ofMinutes(Long.parseLong(minute)));
            flapping = flapping.opened(now, FlappingRule.USUAL);
        }
        assertThat(flapping.holdsAt(now)).isEqualTo(flaps);
    }

    @Test
    void eachChangePutsOffItsEnd() {
        Flapping flapping = Flapping.NONE;
        for (long minute : List.of(0L, 10L, 20L, 30L)) {
            flapping = flapping.opened(at(minute), FlappingRule.USUAL);
        }
        assertThat(flapping.since()).contains(START);
        assertThat(flapping.stableAt()).contains(at(60));
        assertThat(flapping.resolved(at(45), FlappingRule.USUAL).stableAt()).contains(at(75));
        assertThat(flapping.resolved(at(60), FlappingRule.USUAL)).isEqualTo(flapping);
    }

    private static Instant at(long minute) {
        return START.plus(Duration.ofMinutes(minute));
    }
}
