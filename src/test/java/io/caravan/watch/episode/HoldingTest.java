package io.caravan.watch.episode;

import static io.caravan.watch.episode.EpisodeKind.ERRORS;
import static io.caravan.watch.episode.EpisodeKind.LAGGING;
import static io.caravan.watch.episode.EpisodeKind.PARTIAL;
import static io.caravan.watch.episode.EpisodeKind.SILENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.watch.episode.Holding.Join;
import io.caravan.watch.episode.Holding.Parent;
import io.caravan.watch.episode.Holding.Patience;
import io.caravan.watch.episode.Holding.Tell;
import io.caravan.watch.episode.Holding.Wait;
import io.caravan.watch.series.SeriesState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HoldingTest {
    private static final Instant SEEN = Instant.parse("2026-03-03T09:00:00Z");
    private static final Optional<Instant> JUDGED = Optional.of(SEEN.plusSeconds(1));
    private static final Parent CALM =
            new Parent(SeriesState.ON_TIME, Optional.empty(), Optional.empty(), Optional.empty(), JUDGED);
    private static final Parent LATE =
            new Parent(SeriesState.LATE, Optional.empty(), Optional.empty(), Optional.empty(), JUDGED);
    private static final Parent ASLEEP =
            new Parent(SeriesState.ON_TIME, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(SEEN));

    @Test
    void whoIsPartOfNothingIsToldAtOnce() {
        assertThat(decide(SILENT, 0)).isEqualTo(new Tell());
    }

    @Test
    void aMemberWaitsHalfAMinuteForItsMergedStreams() {
        assertThat(decide(SILENT, 0, CALM)).isEqualTo(new Wait(SEEN.plusSeconds(30)));
        assertThat(decide(SILENT, 30, CALM)).isEqualTo(new Tell());
    }

    @Test
    void aMemberWaitsWhileAMergedStreamIsLateButNotForEver() {
        assertThat(decide(SILENT, 60, CALM, LATE)).isEqualTo(new Wait(SEEN.plusSeconds(90)));
        assertThat(decide(SILENT, 1_790, LATE)).isEqualTo(new Wait(SEEN.plusSeconds(1_800)));
        assertThat(decide(SILENT, 1_800, LATE)).isEqualTo(new Tell());
    }

    @Test
    void aMemberWaitsUntilAMergedStreamHasBeenJudgedSinceButNotForEver() {
        assertThat(decide(SILENT, 60, ASLEEP)).isEqualTo(new Wait(SEEN.plusSeconds(90)));
        assertThat(decide(SILENT, 1_800, ASLEEP)).isEqualTo(new Tell());
    }

    @Test
    void aMemberJoinsWhatExplainsIt() {
        Parent silent = open(SILENT);
        assertThat(decide(SILENT, 0, CALM, silent))
                .isEqualTo(new Join(silent.episode().orElseThrow()));
        Parent failing = open(ERRORS);
        assertThat(decide(PARTIAL, 0, failing))
                .isEqualTo(new Join(failing.episode().orElseThrow()));
        assertThat(decide(SILENT, 30, open(LAGGING)))
                .as("late events explain no silence")
                .isEqualTo(new Tell());
    }

    @Test
    void aPartialTroubleExplainsWhatBeganWithinAnHourOfIt() {
        Parent partial = open(PARTIAL);
        Instant anHourAfterIt = SEEN.minusSeconds(3_600);
        assertThat(Holding.decide(SILENT, anHourAfterIt, List.of(partial), SEEN, SEEN, Patience.DEFAULT))
                .isEqualTo(new Join(partial.episode().orElseThrow()));
        assertThat(decide(SILENT, 30, partial)).isEqualTo(new Tell());
    }

    private static Parent open(EpisodeKind kind) {
        return new Parent(
                SeriesState.ON_TIME,
                Optional.of(new UUID(0, kind.name().length())),
                Optional.of(kind),
                Optional.of(SEEN.minusSeconds(7_200)),
                JUDGED);
    }

    private static Holding decide(EpisodeKind kind, long secondsLater, Parent... parents) {
        return Holding.decide(
                kind, SEEN.minusSeconds(60), List.of(parents), SEEN, SEEN.plusSeconds(secondsLater), Patience.DEFAULT);
    }
}
