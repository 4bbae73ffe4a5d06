package io.caravan.dag.definition;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A task as one route writes it; what it refers to may not exist. {@link io.caravan.dag.DagAssembly} makes the {@link TaskDefinition} of it.
 *
 * @param after names of tasks and groups
 * @param when empty: the usual rule of its kind
 * @param setups for a teardown: what {@code teardownOf} names
 */
public record WrittenTask(
        String workflow,
        String id,
        String route,
        TaskKind kind,
        List<String> after,
        Optional<TriggerRule> when,
        List<String> setups,
        Optional<ForEach> forEach,
        Optional<String> pool,
        int slots,
        int priority,
        Retries retries,
        Optional<Duration> timeout,
        Optional<Sensing> sensing,
        Optional<AwaitedRun> awaitedRun) {
    public static final int DEFAULT_LIMIT = 1000;
    static final Duration DEFAULT_EVERY = Duration.ofMinutes(1);
    static final Duration DEFAULT_WAIT = Duration.ofDays(7);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    /** The words for {@code kind}. */
    static final Map<String, TaskKind> KINDS = kinds();

    private static final Set<TaskKind> WAITING =
            Set.of(TaskKind.SENSOR, TaskKind.RUN_SENSOR, TaskKind.APPROVAL, TaskKind.SUBWORKFLOW);

    public WrittenTask {
        after = List.copyOf(after);
        setups = List.copyOf(setups);
    }

    private static Map<String, TaskKind> kinds() {
        Map<String, TaskKind> kinds = new LinkedHashMap<>();
        kinds.put("task", TaskKind.TASK);
        kinds.put("sensor", TaskKind.SENSOR);
        kinds.put("branch", TaskKind.BRANCH);
        kinds.put("shortCircuit", TaskKind.SHORT_CIRCUIT);
        kinds.put("setup", TaskKind.SETUP);
        kinds.put("teardown", TaskKind.TEARDOWN);
        kinds.put("approval", TaskKind.APPROVAL);
        kinds.put("subworkflow", TaskKind.SUBWORKFLOW);
        kinds.put("runSensor", TaskKind.RUN_SENSOR);
        return kinds;
    }

    /**
     * Reads the options of {@code from: dag:<workflow>/<task>}. Each mistake goes to {@code mistakes}; what is wrong counts as not written.
     *
     * @param options by name, with what was written only
     */
    public static WrittenTask read(
            String workflow, String task, String route, Map<String, String> options, Consumer<Mistake> mistakes) {
        return read(
                workflow,
                task,
                route,
                options,
                (option, what, cure) -> mistakes.accept(Mistake.ofTask(task, option, what, cure)));
    }

    /** As the other, for one who wants to know which values can't be read at all. */
    public static WrittenTask read(
            String workflow, String task, String route, Map<String, String> options, OptionReader.Teller teller) {
        return new Reading(workflow, task, route, new OptionReader(options, teller), teller).task();
    }

    private record Reading(String workflow, String id, String route, OptionReader options, OptionReader.Teller teller) {

        WrittenTask task() {
            if (!NAME.matcher(id).matches()) {
                tell(
                        "",
                        "cannot be called so",
                        "use letters, digits, - and _; a dot separates a group from its task: extract.rides");
            }
            TaskKind kind = options.choice("kind", KINDS).orElse(TaskKind.TASK);
            Optional<String> pool = options.text("pool");
            if (options.has("slots") && pool.isEmpty()) {
                tell("slots", "says how many slots of a pool, and there is none", "add pool, or remove slots");
            }
            Optional<ForEach> forEach = forEach();
            return new WrittenTask(
                    workflow,
                    id,
                    route,
                    kind,
                    options.names("after"),
                    when(kind),
                    setups(kind),
                    forEach,
                    pool,
                    options.whole("slots", 1, 1),
                    options.whole("priority", 0, Integer.MIN_VALUE),
                    retries(),
                    options.duration("timeout"),
                    sensing(kind),
                    awaitedRun(kind));
        }

        private Optional<TriggerRule> when(TaskKind kind) {
            Map<String, TriggerRule> rules = new LinkedHashMap<>();
            for (TriggerRule rule : TriggerRule.values()) {
                rules.put(rule.name(), rule);
            }
            Optional<TriggerRule> when = options.choice("when", rules);
            if (kind == TaskKind.TEARDOWN && when.isPresent()) {
                tell(
                        "when",
                        "is " + when.get()
                                + ", but a teardown has a rule of its own: it runs when all before it is done and one of its setups succeeded",
                        "remove when");
            }
            return when;
        }

        private List<String> setups(TaskKind kind) {
            List<String> setups = options.names("teardownOf");
            if (kind == TaskKind.TEARDOWN && setups.isEmpty()) {
                tell("", "is a teardown of nothing", "name its setups: teardownOf: <task>");
            }
            onlyFor("teardownOf", kind, Set.of(TaskKind.TEARDOWN));
            return setups;
        }

        private Optional<ForEach> forEach() {
            int limit = options.whole("forEachLimit", DEFAULT_LIMIT, 1);
            int maxActive = options.whole("maxActive", 0, 0);
            Optional<ForEach> forEach =
                    options.text("forEach").map(text -> WrittenTask.forEach(text, limit, maxActive));
            for (String option : List.of("forEachLimit", "maxActive")) {
                if (options.has(option) && forEach.isEmpty()) {
                    tell(option, "is about the instances of a task with forEach", "add forEach, or remove it");
                }
            }
            return forEach;
        }

        private Retries retries() {
            Retries usual = Retries.NONE;
            return new Retries(
                    options.whole("retries", usual.limit(), 0),
                    options.duration("retryDelay").orElse(options.has("retryDelay") ? Duration.ZERO : usual.delay()),
                    options.number("retryBackoff", usual.backoff(), 1, Double.MAX_VALUE),
                    options.duration("retryCap").orElse(usual.cap()),
                    options.number("retryJitter", usual.jitter(), 0, 1),
                    options.names("retryOn"),
                    options.names("failOn"));
        }

        private Optional<Sensing> sensing(TaskKind kind) {
            onlyFor("every", kind, Set.of(TaskKind.SENSOR));
            onlyFor("waitTimeout", kind, WAITING);
            onlyFor("softFail", kind, WAITING);
            if (!WAITING.contains(kind)) {
                return Optional.empty();
            }
            return Optional.of(new Sensing(
                    options.duration("every").orElse(DEFAULT_EVERY),
                    options.duration("waitTimeout").orElse(DEFAULT_WAIT),
                    options.flag("softFail", false)));
        }

        private Optional<AwaitedRun> awaitedRun(TaskKind kind) {
            Set<TaskKind> others = Set.of(TaskKind.SUBWORKFLOW, TaskKind.RUN_SENSOR);
            onlyFor("workflow", kind, others);
            onlyFor("offset", kind, Set.of(TaskKind.RUN_SENSOR));
            onlyFor("failWhenFailed", kind, Set.of(TaskKind.RUN_SENSOR));
            Optional<String> other = options.text("workflow");
            if (others.contains(kind) && other.isEmpty()) {
                tell("", "is about the run of another workflow, and names none", "add workflow: <its name>");
            }
            Duration offset = options.signedDuration("offset").orElse(Duration.ZERO);
            boolean failWhenFailed = options.flag("failWhenFailed", false);
            return other.map(name -> new AwaitedRun(name, offset, failWhenFailed));
        }

        private void onlyFor(String option, TaskKind kind, Set<TaskKind> kinds) {
            if (options.has(option) && !kinds.contains(kind)) {
                List<String> words = KINDS.entrySet().stream()
                        .filter(each -> kinds.contains(each.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();
                tell(
                        option,
                        "says nothing about this kind of task",
                        "add kind: " + String.join(" or ", words) + ", or remove it");
            }
        }

        private void tell(String option, String what, String cure) {
            teller.tell(option, what, cure);
        }
    }

    /** {@code sql:select …}, or the id of a task. */
    public static ForEach forEach(String text, int limit, int maxActive) {
        String trimmed = text.strip();
        return trimmed.regionMatches(true, 0, "sql:", 0, 4)
                ? new ForEach(null, trimmed.substring(4).strip(), limit, maxActive)
                : new ForEach(trimmed, null, limit, maxActive);
    }
}
