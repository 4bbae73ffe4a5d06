package io.caravan.dag.engine;

import io.caravan.dag.definition.AwaitedRun;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Sensing;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.engine.RunRepository.End;
import io.caravan.dag.engine.RunRepository.NewRun;
import io.caravan.dag.engine.RunRepository.Started;
import io.caravan.dag.engine.TaskRepository.Awaits;
import io.caravan.dag.engine.TaskRepository.NewTask;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.event.EventKind;
import io.caravan.dag.event.News;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunProgress;
import io.caravan.dag.run.RunProgress.Change;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskOutcome;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.outbox.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes runs, and starts them when their workflow has room: then all their tasks are rows. Works in the caller's transaction. Safe for any thread. */
public final class RunStarter {
    private final Database database;
    private final DagEvents events;
    private final Definitions definitions;
    private final RunRepository runs;
    private final TaskRepository tasks;
    private final Outbox outbox;

    /** @param events hears of the runs that start, after the commit; routes hear of them in any case */
    public RunStarter(Database database, Definitions definitions, DagEvents events) {
        this.database = database;
        this.events = events;
        this.runs = new RunRepository(database);
        this.tasks = new TaskRepository(database);
        this.outbox = new Outbox(database, News.TOPIC);
        this.definitions = definitions;
    }

    /** Makes those runs whose logical time has none yet, and starts what has room. The answer is the runs that were made. */
    public List<NewRun> create(List<NewRun> wanted, Instant now) {
        List<NewRun> made = wanted.isEmpty() ? List.of() : runs.create(wanted, now);
        if (!made.isEmpty()) {
            start(made.stream().map(each -> each.run().dag()).toList(), now);
        }
        return made;
    }

    /** Starts queued runs of these workflows, the oldest first, as far as there is room. The answer is the runs that were started. */
    List<DagRun> start(Collection<String> dags, Instant now) {
        List<Started> admitted = runs.start(List.copyOf(new TreeSet<>(dags)), now);
        List<DagRun> started = admitted.stream().map(Started::run).toList();
        database.afterCommit(() -> started.forEach(run -> events.runStarted(run, Duration.between(run.dueAt(), now))));
        List<UUID> reopened = admitted.stream()
                .filter(Started::reopened)
                .map(each -> each.run().id())
                .toList();
        List<NewTask> all = new ArrayList<>();
        List<End> stillborn = new ArrayList<>();
        List<DagRun> timed = new ArrayList<>();
        List<Instant> timeouts = new ArrayList<>();
        for (DagRun run : started) {
            Optional<DagDefinition> definition = definitions.find(run.dag(), run.version());
            if (definition.isEmpty()) {
                stillborn.add(new End(
                        run.id(), RunState.FAILED, "version " + run.version() + " of the workflow is not known"));
                continue;
            }
            if (!reopened.contains(run.id())) {
                List<NewTask> first = begin(run, definition.get(), now);
                all.addAll(first);
                if (first.isEmpty()) {
                    stillborn.add(new End(run.id(), RunState.SUCCESS, "the workflow has no tasks"));
                }
            }
            definition.get().timeout().ifPresent(timeout -> {
                timed.add(run);
                timeouts.add(now.plus(timeout));
            });
        }
        if (!all.isEmpty()) {
            tasks.insert(all, now);
        }
        if (!timed.isEmpty()) {
            runs.setTimeouts(timed.stream().map(DagRun::id).toList(), timeouts);
        }
        if (!stillborn.isEmpty()) {
            runs.end(stillborn, now);
        }
        if (!reopened.isEmpty()) {
            new Completion(
                            database,
                            definitions,
                            new TaskOutcome(ThreadLocalRandom.current()),
                            null,
                            () -> false,
                            this,
                            now)
                    .revisit(reopened);
        }
        outbox.tell(started.stream().map(run -> News.of(run, EventKind.STARTED)).toList(), now);
        return started;
    }

    private static List<NewTask> begin(DagRun run, DagDefinition definition, Instant now) {
        List<NewTask> first = new ArrayList<>();
        List<Change> changes = RunProgress.begin(definition).follow();
        for (TaskDefinition task : definition.tasks()) {
            TaskState state = changes.stream()
                    .filter(change -> change.instance().task().equals(task.id()))
                    .map(Change::to)
                    .findFirst()
                    .orElse(TaskState.WAITING);
            Awaits awaits = awaits(run, task, state, now);
            first.add(new NewTask(
                    run, definition, task, -1, awaits == null ? state : TaskState.AWAITING, null, null, awaits));
        }
        return first;
    }

    /** What a task that could run waits for before: another workflow's run. */
    static @Nullable Awaits awaits(DagRun run, TaskDefinition task, TaskState state, Instant now) {
        if (state != TaskState.READY || task.kind() != TaskKind.RUN_SENSOR) {
            return null;
        }
        AwaitedRun awaited = task.awaitedRun().orElseThrow();
        Duration patience = task.sensing().map(Sensing::timeout).orElse(Duration.ofDays(7));
        return new Awaits(
                awaited.workflow(),
                run.logicalTime().plus(awaited.offset()),
                now.plus(patience),
                awaited.failWhenFailed());
    }
}
