package io.caravan.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimeOrderedIdTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00.123Z");

    @Test
    void idsOfOneMomentAreInTheOrderInWhichTheyWereMade() {
        List<String> made = Stream.generate(() -> TimeOrderedId.at(NOW))
                .limit(2_000)
                .map(UUID::toString)
                .toList();

        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void anIdTellsItsMillisecondWhateverWasMadeBefore() {
        UUID later = TimeOrderedId.at(NOW.plusMillis(1));
        Stream.generate(() -> TimeOrderedId.at(NOW)).limit(10_000).forEach(id -> {
            assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(id.toString()).isLessThan(later.toString());
        });
    }
}
