package io.caravan.dag.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.batch.TimeOrderedId;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.ForEach;
import io.caravan.dag.definition.Sensing;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.engine.RunRepository.End;
import io.caravan.dag.engine.RunRepository.Locked;
import io.caravan.dag.engine.RunRepository.NewRun;
import io.caravan.dag.engine.TaskRepository.Awaits;
import io.caravan.dag.engine.TaskRepository.Claimed;
import io.caravan.dag.engine.TaskRepository.Ending;
import io.caravan.dag.engine.TaskRepository.NewTask;
import io.caravan.dag.engine.TaskRepository.Numbers;
import io.caravan.dag.engine.TaskRepository.Standing;
import io.caravan.dag.engine.TaskRepository.Step;
import io.caravan.dag.event.EventKind;
import io.caravan.dag.event.MissRepository;
import io.caravan.dag.event.News;
import io.caravan.dag.run.Branching;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.Move;
import io.caravan.dag.run.RunProgress;
import io.caravan.dag.run.RunProgress.Change;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskFailure;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskOutcome;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.outbox.Notice;
import io.caravan.database.outbox.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records what became of tries, and in the same transaction what follows: the tasks that may run now, those that never will, the items that a task is mapped over, the end of the run and
 * who is told of it. One object is one such transaction; {@link #complete} is its story. Not thread-safe.
 */
public final class Completion {
    private static final Duration UNREADABLE = Duration.ofSeconds(10);

    private final Definitions definitions;
    private final TaskOutcome outcomes;
    private final Instant now;
    private final @Nullable UUID worker;
    private final BooleanSupplier seat;
    private final RunStarter starter;
    private final RunRepository runs;
    private final TaskRepository tasks;
    private final Outbox outbox;
    private final MissRepository misses;

    private final Map<UUID, Locked> locked = new HashMap<>();
    private final Map<UUID, RunProgress> progress = new LinkedHashMap<>();
    private final Map<UUID, RunState> verdicts = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Claim> claimed = new ArrayList<>();
    private final List<Ended> endedRuns = new ArrayList<>();
    private final List<Accepted> accepted = new ArrayList<>();
    private int seats;
    private boolean othersReady;
    private @Nullable Instant nextLook;

    /** A try that has ended. */
    public record Finished(Claim claim, TaskResult result) {}

    /** A result that counted, and where its task went. */
    record Accepted(Finished finished, TaskState state) {}

    /** A run that has ended. */
    record Ended(DagRun run, RunState state) {}

    /**
     * What a transaction has brought about.
     *
     * @param claimed tasks that are this worker's now
     * @param othersReady whether there are more that anybody may claim
     * @param accepted the results that counted; others came too late
     * @param nextLook when something of these is due by the clock at the earliest; null: nothing is
     */
    record Done(
            List<Claim> claimed,
            boolean othersReady,
            List<Accepted> accepted,
            List<Ended> endedRuns,
            @Nullable Instant nextLook) {}

    /** A result with its task's definition, on its way into the table. */
    private record Pending(
            Finished finished,
            TaskDefinition task,
            DagDefinition dag,
            Move move,
            @Nullable NewRun child) {}

    /**
     * @param worker who may take what becomes ready, while {@code seat} gives it a place; null: nobody
     * @param starter of the runs that tasks wait for
     */
    Completion(
            Database database,
            Definitions definitions,
            TaskOutcome outcomes,
            @Nullable UUID worker,
            BooleanSupplier seat,
            RunStarter starter,
            Instant now) {
        this.runs = new RunRepository(database);
        this.tasks = new TaskRepository(database);
        this.outbox = new Outbox(database, News.TOPIC);
        this.misses = new MissRepository(database);
        this.definitions = definitions;
        this.outcomes = outcomes;
        this.worker = worker;
        this.seat = seat;
        this.starter = starter;
        this.now = now;
    }

    Done complete(List<Finished> finished) {
        lock(finished);
        List<Pending> counted = record(finished);
        letGo(finished);
        startChildren(counted);
        look();
        counted.forEach(this::branch);
        for (Pending each : counted) {
            expand(each);
        }
        follow();
        end();
        return done();
    }

    /** Runs again what follows from where these runs stand: after a change by hand, or where a step was lost. */
    Done revisit(List<UUID> ids) {
        lockRuns(ids);
        look();
        follow();
        end();
        return done();
    }

    /** How many places were taken of the worker, also when the transaction fails. */
    int seatsTaken() {
        return seats;
    }

    private Done done() {
        return new Done(claimed, othersReady, accepted, endedRuns, nextLook);
    }

    /** Ends a run so, wherever its tasks stand; they must all be in a final state. */
    Done close(UUID id, RunState verdict) {
        verdicts.put(id, verdict);
        return revisit(List.of(id));
    }

    private void lock(List<Finished> finished) {
        lockRuns(finished.stream()
                .map(each -> each.claim().run().id())
                .distinct()
                .toList());
    }

    /** A run that is queued or over has nothing that could follow, unless it is to end. */
    private void lockRuns(List<UUID> ids) {
        for (Locked each : runs.lock(ids)) {
            if (each.state() == RunState.RUNNING || each.cancelling()) {
                locked.put(each.run().id(), each);
            }
        }
    }

    private List<Pending> record(List<Finished> finished) {
        List<Pending> pending = new ArrayList<>();
        List<Ending> endings = new ArrayList<>();
        for (Finished each : finished) {
            if (locked.containsKey(each.claim().run().id())) {
                pending(each).ifPresentOrElse(pending::add, () -> endings.add(unreadable(each)));
            }
        }
        pending.forEach(each -> endings.add(ending(each)));
        if (endings.isEmpty()) {
            return pending;
        }
        Set<TaskKey> counted = new HashSet<>(tasks.finish(endings, worker, now));
        pending.removeIf(each -> !counted.contains(each.finished().claim().key()));
        for (Pending each : pending) {
            accepted.add(new Accepted(each.finished(), each.move().to()));
            if (!each.move().to().isFinal()) {
                lookAt(each.move().readyAt(now));
            }
        }
        othersReady |= pending.stream()
                .anyMatch(each -> each.move().to() == TaskState.READY || isLimited(each.dag(), each.task()));
        return pending;
    }

    /** A claim that didn't count had been taken away: its task may have been kept from others until now. */
    private void letGo(List<Finished> finished) {
        Set<RunningTasks.Id> counted = new HashSet<>();
        accepted.forEach(each -> counted.add(RunningTasks.Id.of(each.finished().claim())));
        List<Claim> late = finished.stream()
                .map(Finished::claim)
                .filter(claim -> !counted.contains(RunningTasks.Id.of(claim)))
                .toList();
        othersReady |= !late.isEmpty() && tasks.letGo(late);
    }

    private void lookAt(Instant at) {
        if (nextLook == null || at.isBefore(nextLook)) {
            nextLook = at;
        }
    }

    /** What its run goes by can't be read here, so what follows can't be told either: somebody else may do it, or this node later. */
    private Ending unreadable(Finished finished) {
        DagRun run = finished.claim().run();
        Move move = Move.to(TaskState.UP_FOR_RESCHEDULE)
                .after(UNREADABLE)
                .uncounted()
                .withNote("version " + run.version() + " of workflow '" + run.dag() + "' can't be read by this node");
        lookAt(move.readyAt(now));
        accepted.add(new Accepted(finished, move.to()));
        return new Ending(finished.claim(), move, null, null);
    }

    private static Ending ending(Pending pending) {
        boolean awaits = pending.move().to() == TaskState.AWAITING;
        return new Ending(
                pending.finished().claim(),
                pending.move(),
                pending.child() == null ? null : pending.child().run().id(),
                awaits ? pending.task().sensing().map(Sensing::timeout).orElse(null) : null);
    }

    private Optional<Pending> pending(Finished finished) {
        DagRun run = finished.claim().run();
        Optional<DagDefinition> dag = definitions.find(run.dag(), run.version());
        Optional<TaskDefinition> task =
                dag.flatMap(each -> each.task(finished.claim().key().task()));
        if (dag.isEmpty() || task.isEmpty()) {
            return Optional.empty();
        }
        Finished checked = check(finished, dag.get(), task.get());
        Move move = move(checked, task.get());
        boolean starts = task.get().kind() == TaskKind.SUBWORKFLOW && move.to() == TaskState.AWAITING;
        return Optional.of(
                new Pending(checked, task.get(), dag.get(), move, starts ? child(checked, task.get()) : null));
    }

    private Move move(Finished finished, TaskDefinition task) {
        Move move = outcomes.of(task, finished.claim(), finished.result(), now);
        Locked run = locked.get(finished.claim().run().id());
        boolean cancelled = run != null && run.cancelling() && !move.to().isFinal() && task.kind() != TaskKind.TEARDOWN;
        String error =
                finished.result() instanceof TaskResult.Failed failed ? failed.message() : "the run was cancelled";
        return cancelled ? Move.to(TaskState.FAILED).withError(error) : move;
    }

    /** An output that means something must be one that can; else its task has failed. */
    private Finished check(Finished finished, DagDefinition dag, TaskDefinition task) {
        try {
            if (finished.result() instanceof TaskResult.Succeeded succeeded) {
                Branching.leftOut(dag, task, succeeded.output());
                if (task.kind() == TaskKind.SUBWORKFLOW) {
                    child(finished, task);
                }
            }
            return finished;
        } catch (IllegalArgumentException e) {
            return new Finished(finished.claim(), TaskFailure.of(e));
        }
    }

    private NewRun child(Finished finished, TaskDefinition task) {
        DagRun parent = finished.claim().run();
        String workflow = task.awaitedRun().orElseThrow().workflow();
        JsonNode output = ((TaskResult.Succeeded) finished.result()).output();
        return SubworkflowRun.of(
                workflow, definitions, parent, finished.claim().key(), output, TimeOrderedId.at(now), now);
    }

    private void startChildren(List<Pending> counted) {
        List<NewRun> children = new ArrayList<>();
        for (Pending each : counted) {
            if (each.child() != null) {
                children.add(each.child());
            }
        }
        if (!children.isEmpty()) {
            starter.create(children, now);
            othersReady = true;
        }
    }

    private void look() {
        List<UUID> ids = List.copyOf(locked.keySet());
        if (ids.isEmpty()) {
            return;
        }
        for (Locked each : locked.values()) {
            definitions
                    .find(each.run().dag(), each.run().version())
                    .ifPresent(dag -> progress.put(
                            each.run().id(), each.cancelling() ? RunProgress.closing(dag) : new RunProgress(dag)));
        }
        for (Standing standing : tasks.states(ids)) {
            RunProgress run = progress.get(standing.run());
            if (run != null) {
                run.at(standing.instance().task(), standing.instance().mapIndex(), standing.state());
            }
        }
    }

    /** A branch leaves out what it didn't choose, a short circuit that says no everything after it. */
    private void branch(Pending pending) {
        if (!(pending.finished().result() instanceof TaskResult.Succeeded succeeded)) {
            return;
        }
        Set<String> skipped = Branching.leftOut(pending.dag(), pending.task(), succeeded.output());
        UUID run = pending.finished().claim().run().id();
        RunProgress standing = progress.get(run);
        if (standing != null && !skipped.isEmpty()) {
            int index = pending.finished().claim().key().mapIndex();
            standing.skip(skipped, pending.task(), index)
                    .forEach(instance -> steps.add(new Step(
                            run,
                            instance,
                            TaskState.SKIPPED,
                            "left out by " + pending.finished().claim().key(),
                            null,
                            null)));
        }
    }

    /** Makes an instance for each item: of the task itself, ready to run, or of each task of the group. */
    private void expand(Pending pending) {
        if (!(pending.finished().result() instanceof TaskResult.Expanded expanded)) {
            return;
        }
        DagRun run = pending.finished().claim().run();
        RunProgress standing = progress.get(run.id());
        Locked state = locked.get(run.id());
        if (standing == null || state == null || state.cancelling()) {
            return;
        }
        if (pending.task().kind() != TaskKind.EXPAND) {
            if (!expanded.items().isEmpty()) {
                tasks.deleteExpanded(run.id(), pending.task().id());
                standing.expand(pending.task().id(), expanded.items().size(), TaskState.READY);
                insert(pending, List.of(pending.task()), expanded.items(), TaskState.READY);
            }
            return;
        }
        List<TaskDefinition> members = pending.dag().tasks().stream()
                .filter(task ->
                        task.mappedBy().filter(pending.task().id()::equals).isPresent())
                .filter(task -> standing.isUnexpanded(task.id()))
                .toList();
        if (!expanded.items().isEmpty()) {
            tasks.deleteUnexpanded(
                    run.id(), members.stream().map(TaskDefinition::id).toList());
            members.forEach(task -> standing.expand(task.id(), expanded.items().size(), TaskState.WAITING));
            insert(pending, members, expanded.items(), TaskState.WAITING);
        }
    }

    private void insert(Pending pending, List<TaskDefinition> mapped, List<JsonNode> items, TaskState state) {
        Claim claim = pending.finished().claim();
        Numbers before = Numbers.of(claim);
        List<NewTask> instances = new ArrayList<>();
        for (TaskDefinition task : mapped) {
            for (int i = 0; i < items.size(); i++) {
                instances.add(new NewTask(
                        claim.run(), pending.dag(), task, i, state, items.get(i).toString(), null, null, before));
            }
        }
        tasks.insert(instances, now);
        othersReady |= state == TaskState.READY;
    }

    private void follow() {
        for (Map.Entry<UUID, RunProgress> each : progress.entrySet()) {
            Locked run = locked.get(each.getKey());
            if (run != null) {
                each.getValue().follow().forEach(change -> steps.add(step(run, change)));
            }
        }
        if (steps.isEmpty()) {
            return;
        }
        for (Claimed taken : tasks.follow(steps, now)) {
            Locked run = locked.get(taken.key().run());
            if (run != null) {
                claimed.add(taken.of(run.run()));
            }
        }
    }

    private Step step(Locked run, Change change) {
        DagDefinition dag =
                definitions.find(run.run().dag(), run.run().version()).orElseThrow();
        TaskDefinition task = dag.task(change.instance().task()).orElseThrow();
        Awaits awaits = RunStarter.awaits(run.run(), task, change.to(), now);
        if (awaits != null) {
            lookAt(now);
            return new Step(run.run().id(), change.instance(), TaskState.AWAITING, null, null, awaits);
        }
        boolean ready = change.to() == TaskState.READY;
        boolean mine = ready && worker != null && !isLimited(dag, task) && !run.paused() && seat.getAsBoolean();
        seats += mine ? 1 : 0;
        othersReady |= ready && !mine;
        String note = run.cancelling() && change.to() == TaskState.SKIPPED ? Stopped.ENDING : null;
        return new Step(run.run().id(), change.instance(), change.to(), note, mine ? worker : null, null);
    }

    /** What is claimed with its limits locked and counted; what it frees, others may be waiting for. */
    private static boolean isLimited(DagDefinition dag, TaskDefinition task) {
        return dag.maxActiveTasks() > 0
                || task.pool().isPresent()
                || task.forEach().map(ForEach::maxActive).orElse(0) > 0;
    }

    private void end() {
        List<End> ends = new ArrayList<>();
        List<Notice> news = new ArrayList<>();
        List<DagRun> succeeded = new ArrayList<>();
        progress.forEach((id, run) -> {
            Locked standing = locked.get(id);
            if (standing != null && run.isFinished()) {
                RunState outcome = verdicts.getOrDefault(id, outcome(standing, run));
                ends.add(new End(id, outcome, null));
                news.add(News.of(standing.run(), told(outcome)));
                endedRuns.add(new Ended(standing.run(), outcome));
                if (outcome == RunState.SUCCESS) {
                    succeeded.add(standing.run());
                }
            }
        });
        if (ends.isEmpty()) {
            return;
        }
        runs.end(ends, now);
        if (!succeeded.isEmpty()) {
            misses.resolve(succeeded, now).forEach(miss -> news.add(News.resolved(miss)));
        }
        outbox.tell(news, now);
    }

    private static RunState outcome(Locked standing, RunProgress run) {
        if (standing.timedOut()) {
            return RunState.FAILED;
        }
        return standing.cancelling() ? RunState.CANCELLED : run.outcome();
    }

    private static EventKind told(RunState state) {
        return switch (state) {
            case QUEUED, RUNNING -> EventKind.STARTED;
            case SUCCESS -> EventKind.SUCCEEDED;
            case FAILED -> EventKind.FAILED;
            case CANCELLED -> EventKind.CANCELLED;
        };
    }
}
