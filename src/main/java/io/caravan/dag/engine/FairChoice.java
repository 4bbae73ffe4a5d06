package io.caravan.dag.engine;

import io.caravan.dag.engine.Lanes.Kind;
import io.caravan.dag.engine.Lanes.Wanted;
import io.caravan.dag.engine.Limits.Group;
import io.caravan.dag.engine.TaskRepository.Candidate;
import io.caravan.dag.run.TaskKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Chooses among ready tasks what is claimed: by priority, then by age, as far as limits let. Live work goes first, but where it is the backfills' turn: at the pool or the {@code maxActiveTasks}
 * that is too small for both, else at the workers. Pure; used once.
 */
final class FairChoice {
    private static final Comparator<Candidate> ORDER =
            Comparator.comparingInt(Candidate::priority).reversed().thenComparing(Candidate::readyAt);

    private final Limits limits;
    private final Lanes lanes;
    private final Deque<Candidate> live;
    private final Deque<Candidate> backfill;
    private final Set<Wanted> contested;

    FairChoice(Collection<Candidate> candidates, Limits limits, Lanes lanes) {
        this.limits = limits;
        this.lanes = lanes;
        this.live = inOrder(candidates, Lanes.LIVE);
        this.backfill = inOrder(candidates, Lanes.BACKFILL);
        this.contested = contested();
    }

    private static Deque<Candidate> inOrder(Collection<Candidate> candidates, int lane) {
        return new ArrayDeque<>(candidates.stream()
                .filter(candidate -> candidate.group().lane() == lane)
                .sorted(ORDER)
                .toList());
    }

    private Set<Wanted> contested() {
        Map<Wanted, Integer> byLive = wanted(live);
        Map<Wanted, Integer> byBackfill = wanted(backfill);
        Set<Wanted> both = new HashSet<>(byLive.keySet());
        both.retainAll(byBackfill.keySet());
        both.removeIf(
                each -> limits.isEnough(each, byLive.getOrDefault(each, 0) + (long) byBackfill.getOrDefault(each, 0)));
        return both;
    }

    private static Map<Wanted, Integer> wanted(Collection<Candidate> candidates) {
        Map<Wanted, Integer> wanted = new HashMap<>();
        for (Candidate each : candidates) {
            limitsOf(each.group())
                    .forEach(limit -> wanted.merge(limit, limit.kind() == Kind.POOL ? each.slots() : 1, Integer::sum));
        }
        return wanted;
    }

    private static List<Wanted> limitsOf(Group group) {
        List<Wanted> limits = new ArrayList<>();
        if (group.pool() != null) {
            limits.add(new Wanted(Kind.POOL, group.pool()));
        }
        if (group.dag() != null) {
            limits.add(new Wanted(Kind.DAG, group.dag()));
        }
        return limits;
    }

    /** Up to {@code free} of them. */
    List<TaskKey> take(int free) {
        List<TaskKey> chosen = new ArrayList<>();
        while (chosen.size() < free) {
            Optional<Candidate> next = first(backfill, this::isItsTurn)
                    .or(() -> first(live, each -> true))
                    .or(() -> first(backfill, each -> true));
            if (next.isEmpty()) {
                break;
            }
            next.ifPresent(each -> {
                lanes.took(each.group().lane(), List.of(Lanes.WORKERS));
                lanes.took(each.group().lane(), contestedBy(each));
                chosen.add(each.key());
            });
        }
        return chosen;
    }

    /** What has no room now will have none later: limits only shrink while tasks are chosen. */
    private Optional<Candidate> first(Deque<Candidate> from, Predicate<Candidate> which) {
        for (Iterator<Candidate> each = from.iterator(); each.hasNext(); ) {
            Candidate candidate = each.next();
            if (which.test(candidate)) {
                each.remove();
                if (limits.take(candidate.group(), candidate.slots())) {
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.empty();
    }

    private boolean isItsTurn(Candidate candidate) {
        List<Wanted> narrow = contestedBy(candidate);
        return lanes.isBackfillsTurn(narrow.isEmpty() ? List.of(Lanes.WORKERS) : narrow);
    }

    private List<Wanted> contestedBy(Candidate candidate) {
        return limitsOf(candidate.group()).stream().filter(contested::contains).toList();
    }
}
