package io.caravan.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    @Test
    void aLaterBatchHasAGreaterId() {
        Batch first = Batch.of("poll:acme/packets", NOON, List.of());
        Batch second = Batch.of("poll:acme/packets", NOON.plusMillis(1), List.of());

        assertThat(first.id().version()).isEqualTo(7);
        assertThat(first.id().variant()).isEqualTo(2);
        assertThat(first.id()).isLessThan(second.id());
    }

    @Test
    void aStepThatDropsRecordsKeepsTheBatchesIdentity() {
        Batch batch = Batch.of(
                "poll:acme/packets", NOON, List.of(RawRecord.of(Map.of("a", 1)), RawRecord.of(Map.of("a", 2))));
        Batch remaining = batch.withRecords(batch.records().subList(1, 2));

        assertThat(remaining.id()).isEqualTo(batch.id());
        assertThat(remaining.size()).isEqualTo(1);
    }

    @Test
    void whatTheCallerDoesToItsListLaterDoesNotReachTheBatch() {
        List<RawRecord> mine = new ArrayList<>(List.of(RawRecord.of("{}")));
        Batch batch = Batch.of("poll:acme/packets", NOON, mine);
        mine.clear();

        assertThat(batch.size()).isEqualTo(1);
    }

    @Test
    void aBatchFromNowhereIsRefused() {
        assertThatThrownBy(() -> Batch.of(" ", NOON, List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
