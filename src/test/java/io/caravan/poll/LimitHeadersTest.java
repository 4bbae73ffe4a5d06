package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitHeadersTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    private static Optional<Duration> pause(int status, String... headers) {
        Map<String, List<String>> named = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            named.put(headers[i], List.of(headers[i + 1]));
        }
        return LimitHeaders.wait(new ProviderResponse(status, named, new byte[0]), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Retry-After           | 17                                    | 17
                    retry-after           | 1.5                                   | 2
                    Retry-After           | Mon, 02 Mar 2026 10:00:30 GMT         | 30
                    RateLimit             | limit=100, remaining=0, reset=30      | 30
                    RateLimit             | "default";r=0;t=45                    | 45
                    RateLimit             | "burst";r=3;t=5, "day";r=0;t=3600     | 3600
                    """)
    void aProviderAsksForAPauseInManyForms(String header, String value, long seconds) {
        assertThat(pause(429, header, value)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    X-RateLimit-Remaining | X-RateLimit-Reset       | 20
                    X-RateLimit-Remaining | X-RateLimit-Reset       | 1772445620
                    X-RateLimit-Remaining | X-RateLimit-Reset       | 1772445620000
                    RateLimit-Remaining   | RateLimit-Reset         | 20
                    X-Rate-Limit-Remaining| X-Rate-Limit-Reset      | 2026-03-02T10:00:20Z
                    X-RateLimit-Remaining | X-RateLimit-Reset-After | 20
                    """)
    void whenNothingRemainsTheResetIsWaitedForAsSecondsOrAsTime(String remaining, String reset, String value) {
        assertThat(pause(200, remaining, "0", reset, value)).contains(Duration.ofSeconds(20));
        assertThat(pause(200, remaining, "1", reset, value)).isEmpty();
    }

    @Test
    void datesAreComparedWithTheProvidersOwnClock() {
        assertThat(pause(503, "Date", "Mon, 02 Mar 2026 11:00:00 GMT", "Retry-After", "Mon, 02 Mar 2026 11:00:10 GMT"))
                .contains(Duration.ofSeconds(10));
    }

    @Test
    void whatCannotBeReadOrIsPastAsksForNothing() {
        assertThat(pause(429)).isEmpty();
        assertThat(pause(429, "Retry-After", "soon")).isEmpty();
        assertThat(pause(429, "Retry-After", "Mon, 02 Mar 2026 09:00:00 GMT")).isEmpty();
        assertThat(pause(200, "RateLimit", "limit=100, remaining=20, reset=30")).isEmpty();
    }
}
