package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.dag.TaskLogs.Chunk;
import io.caravan.dag.TaskLogs.Try;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TryLinesTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Try TRY = new Try(new UUID(0, 1), "load", -1, 1);

    private final TryLines lines = new TryLines();

    private void say(int from, int to) {
        for (int i = from; i <= to; i++) {
            lines.add(NOON.plusMillis(i), "line " + i);
        }
    }

    private List<String> head() {
        return lines.takeHead(TRY).map(Chunk::lines).orElse("").lines().toList();
    }

    private List<String> tail(Instant now) {
        return lines.takeTail(TRY, now, false)
                .map(Chunk::lines)
                .orElse("")
                .lines()
                .toList();
    }

    private static Instant later() {
        return NOON.plusSeconds(60);
    }

    @Test
    void aShortTryIsKeptWholeAsItComes() {
        say(1, 2);
        assertThat(head()).containsExactly("line 1", "line 2");
        say(3, 3);
        assertThat(head()).containsExactly("line 3");
        assertThat(head()).isEmpty();
        assertThat(tail(later())).isEmpty();
    }

    @Test
    void ofALongOneTheFirstAndTheLastLinesAreKeptAndTheGapIsTold() {
        say(1, 2_000);

        assertThat(head()).hasSize(500).endsWith("line 500");
        assertThat(tail(later()))
                .hasSize(501)
                .startsWith("… 1000 lines are in the service's own log only …", "line 1501")
                .endsWith("line 2000");
    }

    @Test
    void whereNothingWasLeftOutThereIsNoGap() {
        say(1, 502);

        assertThat(head()).hasSize(500);
        assertThat(tail(later())).containsExactly("line 501", "line 502");
    }

    @Test
    void charactersAreBoundedToo() {
        for (int i = 0; i < 40; i++) {
            lines.add(NOON, "x".repeat(20_000));
        }

        assertThat(lines.takeHead(TRY).orElseThrow().lines()).hasSizeBetween(80_000, 101_000);
        assertThat(lines.takeTail(TRY, later(), false).orElseThrow().lines()).hasSizeBetween(80_000, 101_000);
    }

    @Test
    void theTailIsWrittenWhenTheTryIsSilentAndNowAndThenWhileItTalks() {
        say(1, 600);
        Instant first = NOON.plusMillis(600);
        assertThat(tail(first)).isNotEmpty();
        say(601, 601);
        assertThat(tail(first.plusMillis(10))).as("just written").isEmpty();
        assertThat(tail(first.plusSeconds(2))).as("silent").endsWith("line 601");
        assertThat(tail(first.plusSeconds(99))).as("nothing new").isEmpty();
        lines.add(first.plusSeconds(11), "still talking");
        assertThat(tail(first.plusSeconds(12))).endsWith("still talking");
    }

    @Test
    void aTryIsForgottenOnceAllIsWritten() {
        say(1, 600);
        assertThat(lines.isOlderThan(later())).isFalse();
        head();
        assertThat(lines.isOlderThan(later())).isFalse();
        tail(later());
        assertThat(lines.isOlderThan(NOON)).isFalse();
        assertThat(lines.isOlderThan(later())).isTrue();
    }
}
