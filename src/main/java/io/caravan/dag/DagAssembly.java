package io.caravan.dag;

import io.caravan.dag.definition.AwaitedRun;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Expect;
import io.caravan.dag.definition.ForEach;
import io.caravan.dag.definition.Mistake;
import io.caravan.dag.definition.Retries;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.definition.TriggerRule;
import io.caravan.dag.definition.WrittenTask;
import io.caravan.routes.DidYouMean;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts a workflow's bean and its tasks' routes together: resolves names and groups, orders the tasks, and finds everything that can't be. Pure; the same input gives the same definition.
 *
 * <p>A task {@code extract.rides} is in the group {@code extract}, a task {@code a.b.c} in the group {@code a.b} in the group {@code a}. What comes after a group comes after its last tasks, teardowns
 * left out; what a group comes after, its first tasks come after. A group with {@code forEach} gets a task of its name, of kind {@link TaskKind#EXPAND}, before its first tasks. A teardown that
 * names no {@code after} follows all that follows its setups.
 */
final class DagAssembly {
    private final String workflow;
    private final Dag dag;
    private final List<WrittenTask> written;
    private final Surroundings surroundings;
    private final List<Mistake> mistakes = new ArrayList<>();
    private final NavigableMap<String, WrittenTask> tasks = new TreeMap<>();
    private final NavigableMap<String, Set<String>> after = new TreeMap<>();
    private TaskGroups groups = new TaskGroups(tasks, Map.of());

    /**
     * What a workflow may refer to.
     *
     * @param pools slots of a pool by its name; empty: there is no such pool
     * @param poolNames for telling which are meant
     * @param usualZone of a workflow that names none
     */
    record Surroundings(
            Function<String, OptionalInt> pools,
            Collection<String> poolNames,
            Predicate<String> isCalendar,
            Predicate<String> isWorkflow,
            ZoneId usualZone) {

        static Surroundings of(
                Map<String, Integer> pools,
                Predicate<String> isCalendar,
                Predicate<String> isWorkflow,
                ZoneId usualZone) {
            return new Surroundings(
                    name -> pools.containsKey(name) ? OptionalInt.of(pools.get(name)) : OptionalInt.empty(),
                    pools.keySet(),
                    isCalendar,
                    isWorkflow,
                    usualZone);
        }
    }

    /**
     * What became of it.
     *
     * @param definition empty when there are mistakes, or no tasks
     */
    record Assembled(Optional<DagDefinition> definition, List<Mistake> mistakes) {
        Assembled {
            mistakes = List.copyOf(mistakes);
        }
    }

    private DagAssembly(String workflow, Dag dag, Collection<WrittenTask> written, Surroundings surroundings) {
        this.workflow = workflow;
        this.dag = dag;
        this.written = List.copyOf(written);
        this.surroundings = surroundings;
    }

    static Assembled of(String workflow, Dag dag, Collection<WrittenTask> tasks, Surroundings surroundings) {
        return new DagAssembly(workflow, dag, tasks, surroundings).assemble();
    }

    private Assembled assemble() {
        Dag.Facts facts =
                dag.read(surroundings.usualZone(), (property, what, cure) -> tellWorkflow(property, what, cure));
        checkWorkflow(facts);
        collectTasks();
        groups = new TaskGroups(tasks, facts.groups());
        checkGroups();
        resolve();
        followSetups();
        if (mistakes.isEmpty()) {
            tellCycles();
        }
        if (mistakes.isEmpty()) {
            checkTasks();
        }
        if (!mistakes.isEmpty() || tasks.isEmpty()) {
            return new Assembled(Optional.empty(), mistakes);
        }
        return new Assembled(Optional.of(definition(facts)), List.of());
    }

    private void tellWorkflow(String property, String what, String cure) {
        mistakes.add(Mistake.ofWorkflow(property, what, cure));
    }

    private void tell(String task, String option, String what, String cure) {
        mistakes.add(Mistake.ofTask(task, option, what, cure));
    }

    private void checkWorkflow(Dag.Facts facts) {
        facts.timing().flatMap(Timing::calendar).ifPresent(calendar -> checkCalendar("calendar", calendar));
        facts.expect().flatMap(Expect::calendar).ifPresent(calendar -> checkCalendar("expect.calendar", calendar));
    }

    private void checkCalendar(String property, String calendar) {
        if (!surroundings.isCalendar().test(calendar)) {
            tellWorkflow(
                    property,
                    "there is no calendar '" + calendar + "'",
                    "describe it in config/calendars/" + calendar + ".yaml, or mend the name");
        }
    }

    private void collectTasks() {
        for (WrittenTask task : written) {
            WrittenTask other = tasks.putIfAbsent(task.id(), task);
            if (other != null) {
                tell(task.id(), "", "is route '" + other.route() + "' already", "give one of the two another name");
            }
        }
    }

    private void checkGroups() {
        Set<String> names = groups.names();
        for (String task : tasks.keySet()) {
            if (names.contains(task)) {
                tell(task, "", "is the name of a group, too", "give the task or the group another name");
            }
        }
        groups.settings().forEach((name, group) -> {
            if (!names.contains(name)) {
                tellWorkflow(
                        "groups." + name,
                        "no task is in the group '" + name + "'",
                        names.isEmpty()
                                ? "name tasks " + name + ".<task>, or remove it"
                                : DidYouMean.cure(name, names));
            }
        });
    }

    private boolean isTeardown(String task) {
        return Optional.ofNullable(tasks.get(task))
                .filter(each -> each.kind() == TaskKind.TEARDOWN)
                .isPresent();
    }

    /** Names to tasks. */
    private void resolve() {
        tasks.values().forEach(task -> {
            Set<String> before = after(task.id());
            task.after().forEach(name -> {
                if (TaskGroups.isIn(task.id(), name) && groups.names().contains(name)) {
                    tell(
                            task.id(),
                            "after",
                            "'" + task.id() + "' is in the group '" + name + "', so that it would come after itself",
                            "name the tasks of the group that it comes after");
                } else {
                    before.addAll(meant(name, unknown -> tellUnknown(unknown, task.id(), "after")));
                }
            });
            task.setups().forEach(name -> resolveSetup(task, name).ifPresent(before::add));
        });
        groups.names().forEach(this::precede);
    }

    /** The tasks that a name stands for: a task, or the last ones of a group. */
    private List<String> meant(String name, Consumer<String> unknown) {
        if (tasks.containsKey(name)) {
            return List.of(name);
        }
        if (groups.names().contains(name)) {
            return groups.leaves(name);
        }
        unknown.accept(name);
        return List.of();
    }

    private Optional<String> resolveSetup(WrittenTask task, String name) {
        WrittenTask setup = tasks.get(name);
        if (setup == null) {
            tellUnknown(task.id(), "teardownOf", name);
            return Optional.empty();
        }
        if (setup.kind() != TaskKind.SETUP) {
            tell(
                    task.id(),
                    "teardownOf",
                    "'" + name + "' is no setup",
                    "add kind: setup to its route, or name one that is");
        }
        return Optional.of(name);
    }

    private Set<String> after(String task) {
        return after.computeIfAbsent(task, name -> new TreeSet<>());
    }

    private void tellUnknown(String name, String task, String option) {
        tell(task, option, "no route defines '" + name + "'", cureOf(name, task));
    }

    private String cureOf(String name, String task) {
        Set<String> known = new TreeSet<>(tasks.keySet());
        known.addAll(groups.names());
        known.remove(task);
        return known.stream()
                .filter(id -> id.endsWith("." + name))
                .findFirst()
                .map(id -> "did you mean '" + id + "'?")
                .orElseGet(() -> DidYouMean.cure(name, known));
    }

    /** Puts before a group's first tasks what its settings say, by way of its EXPAND when it is mapped. */
    private void precede(String group) {
        String place = "groups." + group + ".after";
        Set<String> before = new TreeSet<>();
        List<String> written = Optional.ofNullable(groups.settings().get(group))
                .map(Dag.Group::after)
                .orElse(List.of());
        written.forEach(name -> before.addAll(meant(
                name, unknown -> tellWorkflow(place, "no route defines '" + unknown + "'", cureOf(unknown, "")))));
        if (before.stream().anyMatch(task -> TaskGroups.isIn(task, group))) {
            tellWorkflow(place, "the group would come after itself", "name tasks outside of it");
            return;
        }
        if (groups.isMapped(group)) {
            after(group).addAll(before);
            groups.roots(group).forEach(task -> after(task).add(group));
        } else {
            groups.roots(group).forEach(task -> after(task).addAll(before));
            groups.names().stream()
                    .filter(inner -> TaskGroups.isIn(inner, group) && groups.isMapped(inner))
                    .forEach(inner -> after(inner).addAll(before));
        }
    }

    /** A teardown that doesn't say what it comes after waits for all that its setups are for. */
    private void followSetups() {
        for (WrittenTask task : tasks.values()) {
            if (task.kind() == TaskKind.TEARDOWN && task.after().isEmpty()) {
                Set<String> scope = new TreeSet<>();
                task.setups().forEach(setup -> scope.addAll(downstream(setup)));
                Set<String> behind = downstream(task.id());
                scope.removeIf(each -> isTeardown(each) || behind.contains(each));
                Set<String> followed =
                        scope.stream().flatMap(each -> after(each).stream()).collect(Collectors.toSet());
                scope.stream().filter(each -> !followed.contains(each)).forEach(after(task.id())::add);
            }
        }
    }

    private Set<String> downstream(String task) {
        Set<String> found = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(task));
        while (!open.isEmpty()) {
            String next = open.pop();
            after.forEach((each, before) -> {
                if (before.contains(next) && found.add(each)) {
                    open.push(each);
                }
            });
        }
        return found;
    }

    private Set<String> upstream(String task) {
        Set<String> found = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(after(task));
        while (!open.isEmpty()) {
            String next = open.pop();
            if (found.add(next)) {
                open.addAll(after(next));
            }
        }
        return found;
    }

    private void tellCycles() {
        Set<String> done = new HashSet<>();
        for (String task : after.keySet()) {
            List<String> cycle = cycle(task, new LinkedHashSet<>(), done);
            if (!cycle.isEmpty()) {
                String told = tasks.containsKey(cycle.get(0)) ? cycle.get(0) : firstTask(cycle);
                // read forward: each is followed by the next
                List<String> forward = new ArrayList<>(cycle);
                Collections.reverse(forward);
                tell(
                        told,
                        "after",
                        "the tasks run in a circle: " + String.join(" -> ", forward),
                        "remove one of these from an after");
                return;
            }
        }
    }

    private String firstTask(List<String> cycle) {
        return cycle.stream().filter(tasks::containsKey).findFirst().orElse("");
    }

    /** A way from the task upstream to itself; empty when there is none. */
    private List<String> cycle(String task, Set<String> path, Set<String> done) {
        if (path.contains(task)) {
            List<String> whole = List.copyOf(path);
            List<String> cycle = new ArrayList<>(whole.subList(whole.indexOf(task), whole.size()));
            cycle.add(task);
            return cycle;
        }
        if (!done.add(task)) {
            return List.of();
        }
        path.add(task);
        for (String before : after(task)) {
            List<String> cycle = cycle(before, path, done);
            if (!cycle.isEmpty()) {
                return cycle;
            }
        }
        path.remove(task);
        return List.of();
    }

    private void checkTasks() {
        tasks.values().forEach(task -> {
            checkPool(task);
            checkFollowers(task);
            checkOtherWorkflow(task);
            task.forEach()
                    .ifPresent(each -> checkForEach(
                            each, task.id(), problem -> tell(task.id(), "forEach", problem.what, problem.cure)));
            checkNesting(task);
        });
        groups.settings()
                .forEach((name, group) -> group.forEach()
                        .ifPresent(each -> checkForEach(
                                each,
                                name,
                                problem -> tellWorkflow("groups." + name + ".forEach", problem.what, problem.cure))));
    }

    private void checkPool(WrittenTask task) {
        task.pool().ifPresent(pool -> {
            OptionalInt slots = surroundings.pools().apply(pool);
            if (slots.isEmpty()) {
                tell(
                        task.id(),
                        "pool",
                        "there is no pool '" + pool + "'",
                        DidYouMean.closest(pool, surroundings.poolNames())
                                .map(name -> "did you mean '" + name + "'?")
                                .orElse("define it: {name: " + pool
                                        + ", type: io.caravan.dag.Pool, properties: {slots: 1}}"));
            } else if (slots.getAsInt() >= 0 && slots.getAsInt() < task.slots()) {
                tell(
                        task.id(),
                        task.slots() == 1 ? "pool" : "slots",
                        "takes " + task.slots() + " slots of pool '" + pool + "', which has " + slots.getAsInt()
                                + ", so that it would wait for ever",
                        "give the pool more slots, or take fewer");
            }
        });
    }

    private void checkFollowers(WrittenTask task) {
        boolean followed = after.values().stream().anyMatch(before -> before.contains(task.id()));
        if (task.kind() == TaskKind.BRANCH && !followed) {
            tell(
                    task.id(),
                    "kind",
                    "chooses among the tasks directly after it, and there are none",
                    "write after: " + task.id() + " at those that it chooses from");
        }
    }

    private void checkOtherWorkflow(WrittenTask task) {
        task.awaitedRun().map(AwaitedRun::workflow).ifPresent(other -> {
            if (task.kind() == TaskKind.SUBWORKFLOW && other.equals(workflow)) {
                tell(task.id(), "workflow", "'" + other + "' would start itself without end", "name another workflow");
            } else if (!surroundings.isWorkflow().test(other)) {
                tell(
                        task.id(),
                        "workflow",
                        "there is no workflow '" + other + "'",
                        "define it as a bean of type io.caravan.dag.Dag, or mend the name");
            }
        });
    }

    private record Found(String what, String cure) {}

    private interface FoundTeller {
        void tell(Found found);
    }

    private void checkForEach(ForEach forEach, String mapped, FoundTeller teller) {
        String list = forEach.task();
        if (list == null) {
            if (String.valueOf(forEach.sql()).isBlank()) {
                teller.tell(new Found("has no SQL", "write forEach: sql:select ..."));
            }
        } else if (!tasks.containsKey(list)) {
            Set<String> known = new TreeSet<>(tasks.keySet());
            known.remove(mapped);
            teller.tell(new Found("no route defines '" + list + "'", DidYouMean.cure(list, known)));
        } else if (!upstream(mapped).contains(list)) {
            teller.tell(new Found(
                    "'" + list + "' is not upstream of '" + mapped + "', so that its list may not be there yet",
                    "add it to after"));
        }
    }

    private void checkNesting(WrittenTask task) {
        List<String> mapped =
                TaskGroups.of(task.id()).stream().filter(groups::isMapped).toList();
        if (task.forEach().isPresent() && !mapped.isEmpty()) {
            tell(
                    task.id(),
                    "forEach",
                    "the group '" + mapped.get(0)
                            + "' is run for each of a list already, and lists in lists are not supported",
                    "remove forEach here or at the group");
        } else if (mapped.size() > 1) {
            tellWorkflow(
                    "groups." + mapped.get(0) + ".forEach",
                    "the group '" + mapped.get(1)
                            + "' is run for each of a list already, and lists in lists are not supported",
                    "remove forEach at one of the two groups");
        }
    }

    private DagDefinition definition(Dag.Facts facts) {
        return new DagDefinition(
                workflow,
                facts.description(),
                facts.owner(),
                facts.tags(),
                facts.timing(),
                facts.datasets(),
                facts.maxActiveRuns(),
                facts.maxActiveTasks(),
                facts.priority(),
                facts.timeout(),
                facts.deadline(),
                facts.expect(),
                facts.dependsOnPast(),
                facts.params(),
                inOrder().map(this::definition).toList());
    }

    /** Each after all that are upstream of it; by name where that leaves a choice. */
    private Stream<String> inOrder() {
        Map<String, Integer> waitsFor = new TreeMap<>();
        after.forEach((task, before) -> waitsFor.put(task, before.size()));
        TreeSet<String> ready = new TreeSet<>();
        waitsFor.forEach((task, count) -> {
            if (count == 0) {
                ready.add(task);
            }
        });
        Map<String, List<String>> followers = new LinkedHashMap<>();
        after.forEach((task, before) -> before.forEach(each ->
                followers.computeIfAbsent(each, name -> new ArrayList<>()).add(task)));
        List<String> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            String next = String.valueOf(ready.pollFirst());
            order.add(next);
            for (String follower : followers.getOrDefault(next, List.of())) {
                if (waitsFor.merge(follower, -1, Integer::sum) == 0) {
                    ready.add(follower);
                }
            }
        }
        return order.stream();
    }

    private TaskDefinition definition(String id) {
        WrittenTask task = tasks.get(id);
        return task == null ? expansion(id) : definition(task);
    }

    private TaskDefinition definition(WrittenTask task) {
        List<String> groupsOf = TaskGroups.of(task.id());
        Optional<String> mappedBy = task.forEach()
                .map(each -> task.id())
                .or(() -> groupsOf.stream().filter(groups::isMapped).findFirst());
        TriggerRule usual = task.kind() == TaskKind.TEARDOWN ? TriggerRule.all_done : TriggerRule.all_success;
        return new TaskDefinition(
                task.id(),
                task.route(),
                task.kind(),
                List.copyOf(after(task.id())),
                task.when().orElse(usual),
                task.setups(),
                groupsOf.stream().findFirst(),
                mappedBy,
                task.forEach(),
                task.pool(),
                task.slots(),
                task.priority(),
                task.retries(),
                task.timeout(),
                task.sensing(),
                task.awaitedRun());
    }

    private TaskDefinition expansion(String group) {
        return new TaskDefinition(
                group,
                "",
                TaskKind.EXPAND,
                List.copyOf(after(group)),
                TriggerRule.all_success,
                List.of(),
                TaskGroups.of(group).stream().findFirst(),
                Optional.of(group),
                groups.forEach(group),
                Optional.empty(),
                1,
                0,
                Retries.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
