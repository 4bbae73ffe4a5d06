package io.caravan.dag.definition;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Writes a task's definition as a YAML route would: only what differs from the defaults. */
public final class TaskOf {
    private final String id;
    private List<String> after = List.of();
    private TaskKind kind = TaskKind.TASK;
    private TriggerRule when = TriggerRule.all_success;
    private List<String> setups = List.of();
    private Optional<String> group = Optional.empty();
    private Optional<String> mappedBy = Optional.empty();
    private Optional<ForEach> forEach = Optional.empty();
    private Optional<String> pool = Optional.empty();
    private int slots = 1;
    private int priority;
    private Retries retries = Retries.NONE;
    private Optional<Duration> timeout = Optional.empty();
    private Optional<Sensing> sensing = Optional.empty();
    private Optional<AwaitedRun> awaited = Optional.empty();

    private TaskOf(String id) {
        this.id = id;
    }

    public static TaskOf id(String id) {
        return new TaskOf(id);
    }

    public TaskOf after(String... tasks) {
        after = List.of(tasks);
        return this;
    }

    public TaskOf kind(TaskKind is) {
        kind = is;
        return this;
    }

    public TaskOf when(TriggerRule rule) {
        when = rule;
        return this;
    }

    public TaskOf tearsDown(String... of) {
        setups = List.of(of);
        return kind(TaskKind.TEARDOWN);
    }

    /** Once for each item of this task's output. */
    public TaskOf forEach(String of, int limit, int maxActive) {
        mappedBy = Optional.of(id);
        return list(of, limit, maxActive);
    }

    /** Names the items of a group. */
    public TaskOf expands(String of) {
        kind = TaskKind.EXPAND;
        return list(of, 100, 0);
    }

    private TaskOf list(String of, int limit, int maxActive) {
        forEach = Optional.of(new ForEach(of, null, limit, maxActive));
        return this;
    }

    public TaskOf inGroup(String of, String list) {
        group = Optional.of(of);
        mappedBy = Optional.of(list);
        return this;
    }

    public TaskOf pool(String name, int needs) {
        pool = Optional.of(name);
        slots = needs;
        return this;
    }

    public TaskOf priority(int of) {
        priority = of;
        return this;
    }

    public TaskOf retries(int limit, Duration delay) {
        return retries(new Retries(limit, delay, 1, Duration.ofHours(1), 0, List.of(), List.of()));
    }

    TaskOf retries(Retries how) {
        retries = how;
        return this;
    }

    public TaskOf timeout(Duration of) {
        timeout = Optional.of(of);
        return this;
    }

    public TaskOf asks(Duration every, Duration patience, boolean softFail) {
        sensing = Optional.of(new Sensing(every, patience, softFail));
        kind = kind == TaskKind.TASK ? TaskKind.SENSOR : kind;
        return this;
    }

    public TaskOf starts(String workflow) {
        awaited = Optional.of(new AwaitedRun(workflow, Duration.ZERO, false));
        return kind(TaskKind.SUBWORKFLOW);
    }

    public TaskOf awaits(String workflow, Duration patience) {
        awaited = Optional.of(new AwaitedRun(workflow, Duration.ZERO, false));
        return kind(TaskKind.RUN_SENSOR).asks(Duration.ofSeconds(1), patience, false);
    }

    public TaskOf failsWithTheRun() {
        awaited = awaited.map(run -> new AwaitedRun(run.workflow(), run.offset(), true));
        return this;
    }

    TaskDefinition made() {
        return new TaskDefinition(
                id,
                "route-" + id,
                kind,
                after,
                when,
                setups,
                group,
                mappedBy,
                forEach,
                pool,
                slots,
                priority,
                retries,
                timeout,
                sensing,
                awaited);
    }
}
