package io.caravan.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What peers do in their weeks; 5 January 2026 is a Monday. */
class WeekPriorTest {
    private static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");
    private static final int TUESDAY_AT_TEN = 24 + 10;
    private static final int TUESDAY_AT_NIGHT = 24 + 2;

    private final Detector detector = new Detector(DetectorSettings.DEFAULTS);

    /** One that is active for so many minutes of each hour from 8 to 18. */
    private Pattern peer(int minutes, int days) {
        List<HourCount> hours = new ArrayList<>();
        Instant end = MONDAY.plus(Duration.ofDays(days));
        for (Instant at = MONDAY; at.isBefore(end); at = at.plus(Duration.ofHours(1))) {
            int hour = at.atZone(ZoneOffset.UTC).getHour();
            boolean works = hour >= 8 && hour < 18;
            hours.add(new HourCount(at, works ? (1L << minutes) - 1 : 0, works ? minutes : 0, 0));
        }
        return detector.learn(Pattern.EMPTY, Expectation.in(ZoneOffset.UTC), hours, end);
    }

    @Test
    void theWeekOfPeersIsTheirMeanAtTheSizeOfTheSmaller() {
        WeekPrior week = WeekPrior.ofPeers(List.of(peer(4, 21), peer(40, 21), peer(40, 21), peer(40, 21)));
        assertThat(week.source()).isEqualTo(WeekPrior.Source.PEERS);
        assertThat(week.minutes(TUESDAY_AT_TEN)).isEqualTo(40, within(1.0));
        assertThat(week.minutes(TUESDAY_AT_NIGHT)).isZero();

        WeekPrior smaller = WeekPrior.ofPeers(List.of(peer(4, 21), peer(4, 21), peer(40, 21), peer(40, 21)));
        assertThat(smaller.minutes(TUESDAY_AT_TEN)).isEqualTo(4, within(0.5));
    }

    @Test
    void aPeerThatIsYoungerThanAWeekCountsForNothing() {
        assertThat(WeekPrior.ofPeers(List.of(peer(4, 6), peer(4, 6))).minutes(TUESDAY_AT_TEN))
                .isZero();
        assertThat(WeekPrior.ofPeers(List.of(peer(4, 21), peer(40, 6))).minutes(TUESDAY_AT_TEN))
                .isEqualTo(4, within(0.5));
    }

    @Test
    void withoutPeersNothingIsExpected() {
        assertThat(WeekPrior.ofPeers(List.of()).minutes(TUESDAY_AT_TEN)).isZero();
    }
}
