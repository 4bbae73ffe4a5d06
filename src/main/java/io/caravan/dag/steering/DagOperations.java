package io.caravan.dag.steering;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Definitions.Current;
import io.caravan.dag.engine.Cancelling;
import io.caravan.dag.engine.ClearedTask;
import io.caravan.dag.engine.Clearing;
import io.caravan.dag.engine.FollowUp;
import io.caravan.dag.engine.RelayedEvents;
import io.caravan.dag.engine.RunChangeRepository;
import io.caravan.dag.engine.RunChangeRepository.Standing;
import io.caravan.dag.engine.RunStarter;
import io.caravan.dag.engine.Stopped;
import io.caravan.dag.engine.TaskSelection;
import io.caravan.dag.engine.WorkflowRepository;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import io.caravan.dag.schedule.Timetable;
import io.caravan.dag.steering.Triggering.Wish;
import io.caravan.database.Database;
import io.caravan.database.TemporaryDatabaseException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What people do to workflows by hand. Each deed is one transaction, with what follows from it and its entry in the audit log; it is safe while nodes work, and they hear of it at once. What can't be
 * done is told as {@link RefusedException}, and nothing is changed. Safe for any thread.
 */
public final class DagOperations {
    /** Runs move between tables while they are being changed; PostgreSQL then asks to try again. */
    private static final int TRIES = 5;

    private static final Set<String> MOVED = Set.of("40001", "40P01");

    private final Database database;
    private final Clock clock;
    private final Definitions definitions;
    private final WorkflowRepository workflows;
    private final RunChangeRepository runs;
    private final PoolRepository pools;
    private final AuditRepository audit;
    private final DagEvents events;
    private final Triggering triggering;
    private final Clearing clearing;
    private final Marking marking;
    private final Cancelling cancelling;
    private final Answering answering;

    /** @param timetables when a workflow's runs are due */
    public DagOperations(
            Database database, Clock clock, Definitions definitions, Function<DagDefinition, Timetable> timetables) {
        this.database = database;
        this.clock = clock;
        this.definitions = definitions;
        this.workflows = new WorkflowRepository(database);
        this.runs = new RunChangeRepository(database);
        this.pools = new PoolRepository(database);
        this.audit = new AuditRepository(database);
        this.events = new RelayedEvents(database);
        this.triggering = new Triggering(database, new RunStarter(database, definitions, events), timetables);
        this.clearing = new Clearing(database, definitions);
        this.marking = new Marking(database, definitions);
        this.cancelling = new Cancelling(database, definitions);
        this.answering = new Answering(database);
    }

    /** Begins no more runs and tasks of a workflow; what runs goes on. False: it was paused already. */
    public boolean pause(Operator by, String dag) {
        return setPaused(by, dag, true);
    }

    /** Goes on, with what its catch-up makes of the ticks that passed. False: it wasn't paused. */
    public boolean unpause(Operator by, String dag) {
        return setPaused(by, dag, false);
    }

    private boolean setPaused(Operator by, String dag, boolean paused) {
        return deed(follow -> {
            require(dag);
            boolean changed = workflows.pause(dag, paused, follow.now());
            if (changed) {
                audit.record(follow.now(), by, paused ? "pause" : "unpause", dag, null, null, "");
                follow.start(dag);
            }
            return changed;
        });
    }

    /**
     * Makes a run. It begins when its workflow has room and isn't paused.
     *
     * @param params an object; null: the defaults
     * @param logicalTime empty: now
     * @param note for people
     */
    public DagRun trigger(
            Operator by, String dag, @Nullable JsonNode params, Optional<Instant> logicalTime, @Nullable String note) {
        return deed(follow -> {
            DagRun run = triggering.trigger(follow.now(), active(dag), new Wish(by.name(), params, logicalTime, note));
            audit.record(follow.now(), by, "trigger", dag, run.id(), null, run.logicalTime() + " " + run.params());
            return run;
        });
    }

    /** Makes a run with the params and the interval of another, by the workflow's newest version. */
    public DagRun replay(Operator by, UUID run) {
        return deed(follow -> {
            DagRun origin = find(run).run();
            DagRun replayed = triggering.replay(follow.now(), by.name(), active(origin.dag()), origin);
            audit.record(follow.now(), by, "replay", origin.dag(), replayed.id(), null, "of run " + run);
            return replayed;
        });
    }

    /** What {@link #clear} would clear. */
    public List<ClearedTask> planClear(List<UUID> ids, TaskSelection selection, boolean failedOnly) {
        List<ClearedTask> planned = new ArrayList<>();
        database.runInTransaction(connection -> {
            for (Standing run : runs.find(ids)) {
                planned.addAll(Clearing.told(run, clearing.plan(run, selection, failedOnly)));
            }
        });
        return planned;
    }

    /**
     * Lets tasks run again, and their runs go on where they ended; their tries are forgiven, and what runs is stopped first. Setups and teardowns around them are cleared with them.
     *
     * @param failedOnly only what failed, couldn't run since something failed, or was stopped with its run
     */
    public List<ClearedTask> clear(Operator by, List<UUID> ids, TaskSelection selection, boolean failedOnly) {
        return deed(follow -> clear(follow, by, "clear", ids, selection, failedOnly));
    }

    /** Lets a run go on where it failed or was stopped: clears what failed, and what couldn't run. */
    public List<ClearedTask> restart(Operator by, UUID run) {
        return deed(follow -> {
            List<ClearedTask> cleared = clear(follow, by, "restart", List.of(run), TaskSelection.ALL, true);
            if (cleared.isEmpty()) {
                throw new RefusedException(
                        "Nothing in run " + run + " has failed or was stopped, so nothing was changed."
                                + " To do again what succeeded: caravan dag clear, or caravan dag replay.");
            }
            return cleared;
        });
    }

    private List<ClearedTask> clear(
            FollowUp follow, Operator by, String action, List<UUID> ids, TaskSelection selection, boolean failedOnly) {
        List<ClearedTask> all = new ArrayList<>();
        for (Standing run : lock(follow, ids)) {
            List<ClearedTask> cleared = clearing.clear(follow, run, clearing.plan(run, selection, failedOnly));
            if (!cleared.isEmpty()) {
                audit(
                        follow,
                        by,
                        action,
                        run,
                        String.join(", ", selection.patterns()),
                        cleared.stream().map(ClearedTask::key).toList());
            }
            all.addAll(cleared);
        }
        return all;
    }

    /**
     * Says that tasks have succeeded or failed.
     *
     * @param followUp whether what comes after them and failed, or couldn't run, is cleared
     * @return the instances that were not so before
     */
    public List<TaskKey> markTasks(Operator by, UUID id, TaskSelection selection, boolean success, boolean followUp) {
        TaskState to = success ? TaskState.SUCCESS : TaskState.FAILED;
        return deed(follow -> {
            Standing run = lock(follow, List.of(id)).get(0);
            List<TaskKey> marked = marking.tasks(follow, by, run, selection, to, followUp);
            if (!marked.isEmpty()) {
                audit(follow, by, "mark " + word(to), run, String.join(", ", selection.patterns()), marked);
            }
            return marked;
        });
    }

    /** Ends a run so, or says that it has ended so. */
    public void markRun(Operator by, UUID id, boolean success) {
        RunState to = success ? RunState.SUCCESS : RunState.FAILED;
        deed(follow -> {
            Standing run = lock(follow, List.of(id)).get(0);
            marking.run(follow, by, run, to);
            audit.record(follow.now(), by, "mark " + word(to), run.run().dag(), id, null, "was " + word(run.state()));
            return run;
        });
    }

    /**
     * Ends a run and the runs that its tasks have started: what runs is interrupted, the rest is skipped.
     *
     * @return all runs that are cancelled
     */
    public List<UUID> cancel(Operator by, UUID id) {
        return deed(follow -> {
            Standing run = find(id);
            List<UUID> cancelled = cancelling.cancel(follow, List.of(id), by.says(Stopped.CANCELLED));
            if (cancelled.isEmpty()) {
                throw new RefusedException("Run " + id + " of workflow '"
                        + run.run().dag() + "' has ended (" + word(run.state()) + "); there is nothing to cancel.");
            }
            audit.record(
                    follow.now(),
                    by,
                    "cancel",
                    run.run().dag(),
                    id,
                    null,
                    cancelled.size() == 1 ? "" : "with " + (cancelled.size() - 1) + " that it started");
            return cancelled;
        });
    }

    /**
     * Answers a task that waits for an approval.
     *
     * @param task empty: the only one that waits
     */
    public TaskKey answer(Operator by, UUID id, String task, boolean yes) {
        return deed(follow -> {
            Standing run = lock(follow, List.of(id)).get(0);
            TaskKey answered = answering.answer(follow, by, run, task, yes);
            audit.record(follow.now(), by, yes ? "approve" : "reject", run.run().dag(), id, answered.toString(), "");
            return answered;
        });
    }

    /**
     * Gives a pool so many slots; tasks that hold more go on. A pool that a file defines gets the file's number again when that is saved; a restart keeps what was set.
     *
     * @param slots -1: no limit
     */
    public void setSlots(Operator by, String pool, int slots) {
        if (slots < -1) {
            throw new RefusedException("A pool can't have " + slots + " slots; give 0 or more, or -1 for no limit.");
        }
        deed(follow -> {
            int before = pools.lock(pool)
                    .orElseThrow(() -> new RefusedException("There is no pool '" + pool + "'. There are: "
                            + String.join(
                                    ", ",
                                    pools.list().stream()
                                            .map(PoolRepository.Standing::name)
                                            .toList())));
            pools.set(pool, slots);
            audit.record(
                    follow.now(),
                    by,
                    "set slots",
                    AuditRepository.ANY_DAG,
                    null,
                    null,
                    "pool " + pool + ": " + before + " -> " + slots);
            return before;
        });
    }

    /** One deed in one transaction. */
    <T> T deed(Function<FollowUp, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return database.inTransaction(connection -> {
                    FollowUp follow = new FollowUp(database, definitions, events, clock.instant());
                    T result = work.apply(follow);
                    follow.finish();
                    follow.tell();
                    return result;
                });
            } catch (TemporaryDatabaseException e) {
                boolean again = e.sqlState().filter(MOVED::contains).isPresent()
                        && attempt < TRIES
                        && !database.isInTransaction();
                if (!again) {
                    throw e;
                }
            }
        }
    }

    /** Runs to be changed, locked after their workflows. */
    private List<Standing> lock(FollowUp follow, List<UUID> ids) {
        List<Standing> found = runs.find(ids);
        follow.lockWorkflows(found.stream().map(each -> each.run().dag()).toList());
        List<Standing> locked = runs.lock(ids);
        for (UUID id : ids) {
            if (locked.stream().noneMatch(each -> each.run().id().equals(id))) {
                throw noSuch(id);
            }
        }
        return locked;
    }

    private Standing find(UUID id) {
        return runs.find(List.of(id)).stream().findFirst().orElseThrow(() -> noSuch(id));
    }

    private static RefusedException noSuch(UUID run) {
        return new RefusedException("There is no run " + run + "; see: caravan dag runs");
    }

    private void audit(FollowUp follow, Operator by, String action, Standing run, String tasks, List<TaskKey> touched) {
        audit.record(
                follow.now(),
                by,
                action,
                run.run().dag(),
                run.run().id(),
                tasks.isEmpty() ? null : tasks,
                Clearing.summary(touched));
    }

    private WorkflowRepository.Standing require(String dag) {
        return workflows
                .standing(dag)
                .orElseThrow(() -> new RefusedException(
                        "There is no workflow '" + dag + "'. There are: " + String.join(", ", workflows.names())));
    }

    /** A workflow that may get new runs. */
    Current active(String dag) {
        if (!require(dag).active()) {
            throw new RefusedException("No file defines workflow '" + dag
                    + "' any more, so it gets no new runs; those that it had are kept.");
        }
        return definitions
                .current(dag)
                .orElseThrow(() -> new RefusedException("Workflow '" + dag + "' has no version that can be read."));
    }

    private static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
