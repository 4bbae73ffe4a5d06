package io.caravan.dag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.batch.TimeOrderedId;
import io.caravan.calendar.Durations;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.engine.SubworkflowRun;
import io.caravan.dag.engine.TaskExecution;
import io.caravan.dag.engine.TaskRepository.Output;
import io.caravan.dag.engine.TaskRunners;
import io.caravan.dag.run.Branching;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.Move;
import io.caravan.dag.run.RunProgress;
import io.caravan.dag.run.RunProgress.Instance;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskFailure;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskOutcome;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One run in the foreground: where its tasks go is decided by the same rules as in the engine, {@link RunProgress}, {@link TaskOutcome} and {@link Branching}, but nothing is recorded. {@link #play} is
 * its story. For one thread.
 */
final class Rehearsal {
    /** How long a task that was interrupted may take to end. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Stage stage;
    private final DagDefinition dag;
    private final DagRun run;
    private final Optional<String> only;
    private final RunProgress progress;
    private final TaskOutcome outcomes = new TaskOutcome(Rehearsals.noDice());
    private final TaskExecution execution;
    private final List<Standing> standings = new ArrayList<>();
    private boolean stopped;

    /** What it needs of its surroundings. */
    record Stage(
            Database database,
            Clock clock,
            Definitions definitions,
            TaskRunners runners,
            RehearsalEvents events,
            Duration longestPause,
            Optional<Limit> limit) {}

    /** The time of a run, with those that its tasks start. */
    record Limit(Duration length, Instant end) {
        String words() {
            return "stopped after the run's timeout of " + Durations.text(length);
        }
    }

    /** A task's instance on its way. */
    private static final class Standing {
        private final TaskDefinition task;
        private final TaskKey key;
        private final @Nullable String item;
        private TaskState state = TaskState.WAITING;
        private Instant readyAt = Instant.MIN;
        private @Nullable Instant firstStartedAt;
        private int claims;
        private int attempt;
        private Duration took = Duration.ZERO;
        private @Nullable String output;
        private String detail = "";

        Standing(TaskDefinition task, TaskKey key, @Nullable String item) {
            this.task = task;
            this.key = key;
            this.item = item;
        }

        RehearsedTask told() {
            return new RehearsedTask(key, state, attempt, took, detail);
        }

        boolean mayRun() {
            return state == TaskState.READY || state == TaskState.UP_FOR_RETRY || state == TaskState.UP_FOR_RESCHEDULE;
        }
    }

    /** @param only the task to run, as if all others had succeeded; empty: all */
    Rehearsal(Stage stage, DagDefinition dag, DagRun run, Optional<String> only) {
        this.stage = stage;
        this.dag = dag;
        this.run = run;
        this.only = only;
        this.progress = RunProgress.begin(dag);
        this.execution = new TaskExecution(stage.database(), stage.definitions(), stage.runners(), id -> outputs());
    }

    Rehearsals.Ended play() throws InterruptedException {
        stage.events().began(run);
        dag.tasks().forEach(task -> standings.add(new Standing(task, key(task.id(), -1), null)));
        takeOthersAsDone();
        follow();
        Optional<Standing> next = next();
        while (next.isPresent() && !stopped) {
            pauseUntil(next.get().readyAt);
            if (isOver()) {
                giveUp(next.get(), stage.limit().map(Limit::words).orElse(""));
            } else {
                work(next.get());
            }
            follow();
            next = next();
        }
        List<RehearsedTask> tasks =
                standings.stream().filter(this::isMeant).map(Standing::told).toList();
        return new Rehearsals.Ended(run, next.isPresent() ? RunState.FAILED : outcome(), tasks);
    }

    private boolean isOver() {
        return stage.limit()
                .filter(limit -> !stage.clock().instant().isBefore(limit.end()))
                .isPresent();
    }

    /** There is no time for another try, nor for another task. */
    private void giveUp(Standing standing, String why) {
        stopped = true;
        standing.detail = why;
        stand(standing, TaskState.FAILED);
        stage.events().moved(standing.told(), Duration.ZERO);
    }

    private TaskKey key(String task, int index) {
        return new TaskKey(run.id(), task, index);
    }

    private void takeOthersAsDone() {
        standings.stream()
                .filter(standing -> !isMeant(standing))
                .forEach(standing -> stand(standing, TaskState.SUCCESS));
    }

    /** The task itself and what makes its instances, or any task when all are to run. */
    private boolean isMeant(Standing standing) {
        String id = standing.task.id();
        return only.isEmpty()
                || only.get().equals(id)
                || dag.task(only.get())
                        .flatMap(TaskDefinition::mappedBy)
                        .filter(id::equals)
                        .isPresent();
    }

    private RunState outcome() {
        boolean failed = standings.stream().filter(this::isMeant).anyMatch(standing -> standing.state.isFailure());
        return only.isEmpty() ? progress.outcome() : failed ? RunState.FAILED : RunState.SUCCESS;
    }

    private void stand(Standing standing, TaskState state) {
        standing.state = state;
        progress.at(standing.task.id(), standing.key.mapIndex(), state);
    }

    private void follow() {
        progress.follow().forEach(change -> {
            Standing standing = find(change.instance());
            standing.state = change.to();
            if (change.to().isFinal()) {
                stage.events().moved(standing.told(), Duration.ZERO);
            }
        });
    }

    private Standing find(Instance instance) {
        TaskKey key = key(instance.task(), instance.mapIndex());
        return standings.stream()
                .filter(standing -> standing.key.equals(key))
                .findFirst()
                .orElseThrow();
    }

    /** The first of those whose time has come, else the one whose time comes first. */
    private Optional<Standing> next() {
        Instant now = stage.clock().instant();
        List<Standing> open = standings.stream().filter(Standing::mayRun).toList();
        return open.stream()
                .filter(standing -> !standing.readyAt.isAfter(now))
                .findFirst()
                .or(() -> open.stream().min(Comparator.comparing(standing -> standing.readyAt)));
    }

    private void pauseUntil(Instant ready) throws InterruptedException {
        Instant now = stage.clock().instant();
        Instant moment =
                stage.limit().map(Limit::end).filter(end -> end.isBefore(ready)).orElse(ready);
        if (moment.isAfter(now)) {
            TimeUnit.NANOSECONDS.sleep(Duration.between(now, moment).toNanos());
        }
    }

    private void work(Standing standing) throws InterruptedException {
        Instant begin = stage.clock().instant();
        Claim claim = claim(standing, begin);
        TaskResult result = checked(standing.task, execute(standing.task, claim));
        Instant end = stage.clock().instant();
        standing.took = standing.took.plus(Duration.between(begin, end));
        if (result instanceof TaskResult.Failed failed && isOver()) {
            giveUp(standing, failed.message());
            return;
        }
        if (result instanceof TaskResult.Expanded expanded && expand(standing, expanded)) {
            return;
        }
        Move move = outcomes.of(standing.task, claim, result, end);
        if (move.to() == TaskState.AWAITING) {
            move = outcomes.of(standing.task, claim, answer(standing, (TaskResult.Succeeded) result), end);
        }
        settle(standing, move, end);
        if (result instanceof TaskResult.Succeeded succeeded) {
            leaveOut(standing, succeeded.output());
        }
    }

    private Claim claim(Standing standing, Instant now) {
        boolean asksAgain = standing.state == TaskState.UP_FOR_RESCHEDULE;
        standing.attempt += asksAgain ? 0 : 1;
        standing.claims++;
        Instant first = standing.firstStartedAt == null ? now : standing.firstStartedAt;
        standing.firstStartedAt = first;
        return new Claim(
                standing.key, run, standing.claims, standing.attempt, standing.attempt, now, first, now, standing.item);
    }

    /** On a thread of its own where the time is limited: what doesn't end when it is interrupted is left alone. */
    private TaskResult execute(TaskDefinition task, Claim claim) throws InterruptedException {
        Optional<Duration> left = stage.limit().map(limit -> Duration.between(claim.startedAt(), limit.end()));
        if (task.timeout().isEmpty() && left.isEmpty()) {
            return execution.run(claim);
        }
        boolean runEndsFirst = left.isPresent()
                && task.timeout().filter(own -> own.compareTo(left.get()) <= 0).isEmpty();
        Duration time = runEndsFirst ? left.get() : task.timeout().orElseThrow();
        FutureTask<TaskResult> work = new FutureTask<>(() -> execution.run(claim));
        Thread thread = new Thread(work, "caravan-rehearsal");
        thread.setDaemon(true);
        thread.start();
        try {
            // not in milliseconds: rounded down, the run would end the task before its own limit and try it again
            return work.get(Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            work.cancel(true);
            thread.join(GRACE.toMillis());
            return new TaskResult.Failed(
                    List.of("TimeoutException", TimeoutException.class.getName()),
                    runEndsFirst ? stage.limit().orElseThrow().words() : "stopped after its timeout of " + time);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A task's failure is its result", e.getCause());
        }
    }

    /** There is nobody whom a task could be handed back to, and a branch can only choose what is after it. */
    private TaskResult checked(TaskDefinition task, TaskResult result) {
        if (result instanceof TaskResult.HandedBack handedBack) {
            return new TaskResult.Failed(List.of(), handedBack.reason());
        }
        try {
            if (result instanceof TaskResult.Succeeded succeeded) {
                Branching.leftOut(dag, task, succeeded.output());
            }
            return result;
        } catch (IllegalArgumentException e) {
            return TaskFailure.of(e);
        }
    }

    private void settle(Standing standing, Move move, Instant now) {
        Duration pause = move.pause().compareTo(stage.longestPause()) > 0 ? stage.longestPause() : move.pause();
        standing.readyAt = now.plus(pause);
        standing.output = move.output();
        standing.detail = Optional.ofNullable(move.error())
                .or(() -> Optional.ofNullable(move.note()))
                .or(() -> Optional.ofNullable(move.output()))
                .orElse(standing.task.kind() == TaskKind.RUN_SENSOR ? "the other run was not waited for" : "");
        stand(standing, move.to());
        stage.events().moved(standing.told(), move.to().isFinal() ? Duration.ZERO : pause);
    }

    /** What a task waits for after its route: a yes, which is given here, or a run, which is played here. */
    private TaskResult answer(Standing standing, TaskResult.Succeeded asked) throws InterruptedException {
        if (standing.task.kind() == TaskKind.APPROVAL) {
            return new TaskResult.Answered(
                    JsonNodeFactory.instance.objectNode().put("approved", true).put("by", "rehearsal"));
        }
        try {
            String workflow = standing.task.awaitedRun().orElseThrow().workflow();
            Instant now = stage.clock().instant();
            UUID id = TimeOrderedId.at(now);
            DagRun child = SubworkflowRun.of(workflow, stage.definitions(), run, standing.key, asked.output(), id, now)
                    .run();
            DagDefinition definition =
                    stage.definitions().find(workflow, child.version()).orElseThrow();
            RunState ended = new Rehearsal(stage, definition, child, Optional.empty())
                    .play()
                    .state();
            return SubworkflowRun.ended(id, ended);
        } catch (IllegalArgumentException e) {
            return TaskFailure.of(e);
        }
    }

    private void leaveOut(Standing standing, @Nullable JsonNode output) {
        Set<String> left = Branching.leftOut(dag, standing.task, output);
        if (only.isPresent() || left.isEmpty()) {
            return;
        }
        progress.skip(left, standing.task, standing.key.mapIndex()).forEach(instance -> {
            Standing skipped = find(instance);
            skipped.state = TaskState.SKIPPED;
            skipped.detail = "left out by " + standing.key;
            stage.events().moved(skipped.told(), Duration.ZERO);
        });
    }

    /** An instance for each item: of the task itself, which may run, or of each task of the group. False: there are no items. */
    private boolean expand(Standing standing, TaskResult.Expanded expanded) {
        int items = expanded.items().size();
        if (items == 0) {
            return false;
        }
        if (standing.task.kind() != TaskKind.EXPAND) {
            replace(standing.task, expanded.items(), TaskState.READY);
            return true;
        }
        standing.detail = items + " items";
        stand(standing, TaskState.SUCCESS);
        stage.events().moved(standing.told(), Duration.ZERO);
        dag.tasks().stream()
                .filter(task ->
                        task.mappedBy().filter(standing.task.id()::equals).isPresent())
                .filter(task -> progress.isUnexpanded(task.id()))
                .forEach(task -> replace(task, expanded.items(), TaskState.WAITING));
        return true;
    }

    private void replace(TaskDefinition task, List<JsonNode> items, TaskState state) {
        progress.expand(task.id(), items.size(), state);
        int place = standings.indexOf(find(new Instance(task.id(), -1)));
        standings.remove(place);
        for (int i = 0; i < items.size(); i++) {
            Standing instance =
                    new Standing(task, key(task.id(), i), items.get(i).toString());
            instance.state = state;
            standings.add(place + i, instance);
        }
    }

    private List<Output> outputs() {
        return standings.stream()
                .filter(standing -> standing.output != null && standing.state == TaskState.SUCCESS)
                .map(standing -> new Output(
                        standing.task.id(), standing.key.mapIndex(), Objects.requireNonNull(standing.output)))
                .toList();
    }
}
