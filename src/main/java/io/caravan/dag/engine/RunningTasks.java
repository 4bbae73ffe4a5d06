package io.caravan.dag.engine;

import io.caravan.dag.engine.Completion.Finished;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskResult;
import io.caravan.database.Database;
import io.caravan.database.Fence;
import io.caravan.database.WorkStoppedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this node is working on, and the way to stop it. A try that is stopped is interrupted, its statement is cancelled and its transaction not committed; it keeps its slots until its thread has let go of it or {@link #GRACE} is over. Safe for any
 * thread.
 */
final class RunningTasks {
    /** How long an interrupted try may take to end; then it is told without it. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private final Map<Id, Running> running = new ConcurrentHashMap<>();
    private final Database database;
    private final TaskRepository tasks;

    RunningTasks(Database database) {
        this.database = database;
        this.tasks = new TaskRepository(database);
    }

    /** A claim of an instance. */
    record Id(TaskKey key, long number) {
        static Id of(Claim claim) {
            return new Id(claim.key(), claim.number());
        }
    }

    /** A try under way; its thread comes when it begins. */
    private static final class Running {
        private final Claim claim;
        private final Fence fence;
        private @Nullable Instant deadline;
        private @Nullable Thread thread;
        private @Nullable TaskResult verdict;
        private @Nullable Instant reapAt;

        Running(Claim claim, Fence fence) {
            this.claim = claim;
            this.fence = fence;
        }

        TaskResult during(Supplier<TaskResult> work) {
            synchronized (this) {
                if (verdict != null) {
                    return verdict;
                }
                thread = Thread.currentThread();
            }
            @Nullable TaskResult result = null;
            try {
                result = work.get();
            } finally {
                synchronized (this) {
                    thread = null;
                    result = verdict == null || isDoneAnyway(result, verdict) ? result : verdict;
                }
                // An interrupt that came at the last moment was meant for this try, not for the thread's next
                Thread.interrupted();
            }
            return result;
        }

        /** What ended well although it was to be handed back needn't be done again. */
        private static boolean isDoneAnyway(@Nullable TaskResult result, TaskResult verdict) {
            return verdict instanceof TaskResult.HandedBack && result != null && !(result instanceof TaskResult.Failed);
        }

        void stop(TaskResult instead, Instant until) {
            synchronized (this) {
                if (verdict == null) {
                    verdict = instead;
                    reapAt = until;
                    if (thread != null) {
                        thread.interrupt();
                    }
                }
            }
            fence.stop();
        }

        synchronized void limit(Instant until) {
            deadline = until;
        }

        synchronized boolean isOverdue(Instant now) {
            return deadline != null && !now.isBefore(deadline) && verdict == null;
        }

        synchronized boolean isStopped() {
            return verdict != null;
        }

        synchronized Optional<Finished> reaped(Instant now) {
            return reapAt != null && verdict != null && !now.isBefore(reapAt)
                    ? Optional.of(new Finished(claim, verdict))
                    : Optional.empty();
        }

        synchronized Stream<Instant> alarms() {
            @Nullable Instant next = verdict == null ? deadline : reapAt;
            return next == null ? Stream.empty() : Stream.of(next);
        }
    }

    void add(Claim claim) {
        Fence fence = new Fence(connection -> {
            if (!tasks.isStillClaimed(claim)) {
                throw new WorkStoppedException(
                        "Task " + claim.key() + " of workflow '" + claim.run().dag()
                                + "' was taken from this node while it worked on it; what it did is undone.");
            }
        });
        running.put(Id.of(claim), new Running(claim, fence));
    }

    /** It is to be stopped then if it hasn't ended. */
    void limit(Claim claim, Instant deadline) {
        Running one = running.get(Id.of(claim));
        if (one != null) {
            one.limit(deadline);
        }
    }

    /** Runs the work on this thread, where it can be interrupted. The answer is its result, or what {@link #stop} said instead. */
    TaskResult during(Claim claim, Supplier<TaskResult> work) {
        Running one = running.get(Id.of(claim));
        return one == null
                ? new TaskResult.HandedBack("stopped before it began", Duration.ZERO)
                : one.during(() -> database.fenced(one.fence, work));
    }

    /** Takes it out; false: it was reaped, and its result told. */
    boolean remove(Claim claim) {
        return running.remove(Id.of(claim)) != null;
    }

    /** Interrupts a try, whose result is {@code instead} from now on; does nothing when it has ended. */
    void stop(Id id, TaskResult instead, Instant now) {
        Running one = running.get(id);
        if (one != null) {
            one.stop(instead, now.plus(GRACE));
        }
    }

    /** Tries whose time is over and that nobody has stopped. */
    List<Claim> overdue(Instant now) {
        return running.values().stream()
                .filter(one -> one.isOverdue(now))
                .map(one -> one.claim)
                .toList();
    }

    /** Cancels statements that stopped tries may have begun since. */
    void press() {
        running.values().stream().filter(Running::isStopped).forEach(one -> one.fence.stop());
    }

    /** Takes out stopped tries whose threads have not let go in time. */
    List<Finished> reap(Instant now) {
        List<Finished> reaped = new ArrayList<>();
        running.forEach((id, one) -> one.reaped(now).ifPresent(finished -> {
            if (running.remove(id, one)) {
                reaped.add(finished);
            }
        }));
        return reaped;
    }

    boolean isKnown(Id id) {
        return running.containsKey(id);
    }

    Optional<Instant> nextAlarm() {
        return running.values().stream().flatMap(Running::alarms).min(Instant::compareTo);
    }

    List<Claim> all() {
        return running.values().stream().map(one -> one.claim).toList();
    }
}
