package io.caravan.dag.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.dag.engine.Limits.Group;
import io.caravan.dag.engine.TaskRepository.Candidate;
import io.caravan.dag.run.TaskKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FairChoiceTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UUID RUN = new UUID(0, 1);

    private final Lanes lanes = new Lanes();

    private static Group group(int lane, @Nullable String pool, @Nullable Integer free) {
        return new Group(lane, pool, null, null, null, free, null, null);
    }

    private static List<Candidate> ready(String task, int count, Group group) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            candidates.add(new Candidate(new TaskKey(RUN, task, i), group, 1, 0, NOON.plusSeconds(i)));
        }
        return candidates;
    }

    private List<String> take(int free, List<Group> groups, List<List<Candidate>> candidates) {
        List<Candidate> all = candidates.stream().flatMap(List::stream).toList();
        return new FairChoice(all, new Limits(groups), lanes)
                .take(free).stream().map(TaskKey::task).toList();
    }

    @Test
    void ofFiveSlotsThatBothWantOneIsTheBackfills() {
        Group live = group(Lanes.LIVE, "p", 10);
        Group old = group(Lanes.BACKFILL, "p", 10);

        List<String> taken = take(16, List.of(live, old), List.of(ready("live", 16, live), ready("old", 16, old)));

        assertThat(taken).hasSize(10).filteredOn("old"::equals).hasSize(2);
    }

    @Test
    void whereThereIsEnoughForBothAllAreTaken() {
        Group live = group(Lanes.LIVE, "p", 10);
        Group old = group(Lanes.BACKFILL, "p", 10);

        List<String> taken = take(16, List.of(live, old), List.of(ready("live", 2, live), ready("old", 3, old)));

        assertThat(taken).containsExactly("live", "live", "old", "old", "old");
    }

    @Test
    void aBackfillWithoutLimitsHasItsTurnAtTheWorkersThoughAPoolKeepsLiveWorkComing() {
        Group live = group(Lanes.LIVE, "p", 5);
        Group inPool = group(Lanes.BACKFILL, "p", 5);
        Group free = group(Lanes.BACKFILL, null, null);

        List<String> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.addAll(take(
                    1,
                    List.of(live, inPool),
                    List.of(ready("live", 9, live), ready("free", 1, free), ready("pooled", 9, inPool))));
        }

        assertThat(all).filteredOn("free"::equals).hasSizeGreaterThanOrEqualTo(3);
        assertThat(all).filteredOn("live"::equals).hasSizeGreaterThanOrEqualTo(12);
    }

    @Test
    void theTurnIsKeptUntilABackfillHasTakenIt() {
        Group live = group(Lanes.LIVE, "p", 1);
        Group old = group(Lanes.BACKFILL, "p", 1);
        for (int i = 0; i < 9; i++) {
            take(1, List.of(live), List.of(ready("live", 1, live)));
        }

        List<String> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.addAll(take(1, List.of(live, old), List.of(ready("live", 9, live), ready("old", 9, old))));
        }

        assertThat(all).filteredOn("old"::equals).hasSize(2);
    }
}
