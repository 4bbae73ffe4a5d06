package io.caravan.dag;

import io.caravan.dag.definition.ForEach;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.WrittenTask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The groups of a workflow's tasks: {@code a.b.c} is in the group {@code a.b} in the group {@code a}. Says which of their tasks come first and last, by what the tasks and groups are written to follow. */
final class TaskGroups {
    private static final Pattern DASH = Pattern.compile("-(\\w)");

    private final NavigableMap<String, WrittenTask> tasks;
    private final Set<String> names;
    private final Map<String, Dag.Group> settings;

    TaskGroups(NavigableMap<String, WrittenTask> tasks, Map<String, Dag.Group> settings) {
        this.tasks = tasks;
        this.names = tasks.keySet().stream()
                .flatMap(task -> of(task).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        this.settings = asTheTasksWriteThem(settings);
    }

    /** Camel writes a property {@code extract-all} as {@code extractAll}; the group is the one that the tasks name. */
    private Map<String, Dag.Group> asTheTasksWriteThem(Map<String, Dag.Group> written) {
        Map<String, String> byCamelCase = new LinkedHashMap<>();
        names.forEach(name -> byCamelCase.put(camelCase(name), name));
        Map<String, Dag.Group> named = new LinkedHashMap<>();
        written.forEach((name, group) -> named.put(byCamelCase.getOrDefault(camelCase(name), name), group));
        return named;
    }

    private static String camelCase(String name) {
        return DASH.matcher(name).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
    }

    /** The groups that a task, or a group, is in; the innermost first. */
    static List<String> of(String task) {
        List<String> groups = new ArrayList<>();
        for (int dot = task.lastIndexOf('.'); dot > 0; dot = task.lastIndexOf('.', dot - 1)) {
            groups.add(task.substring(0, dot));
        }
        return groups;
    }

    static boolean isIn(String task, String group) {
        return task.startsWith(group + ".");
    }

    /** All groups that have tasks. */
    Set<String> names() {
        return names;
    }

    /** What the bean says about groups, also about those that have no tasks. */
    Map<String, Dag.Group> settings() {
        return settings;
    }

    Optional<ForEach> forEach(String group) {
        return Optional.ofNullable(settings.get(group)).flatMap(Dag.Group::forEach);
    }

    boolean isMapped(String group) {
        return forEach(group).isPresent();
    }

    /** What comes first in a group. */
    List<String> roots(String group) {
        return members(group)
                .filter(task -> references(task, group).noneMatch(name -> isIn(name, group)))
                .toList();
    }

    /** What comes last in a group: not a teardown, nor a setup that its teardown follows, unless there is nothing else. */
    List<String> leaves(String group) {
        List<String> work = members(group).filter(task -> !isTeardown(task)).toList();
        Set<String> followed =
                work.stream().flatMap(task -> references(task, group)).collect(Collectors.toSet());
        Set<String> tornDown = members(group)
                .filter(this::isTeardown)
                .flatMap(task -> setups(task).stream())
                .collect(Collectors.toSet());
        List<String> last = work.stream()
                .filter(task -> !followed.contains(task) && of(task).stream().noneMatch(followed::contains))
                .toList();
        List<String> lastWork =
                last.stream().filter(task -> !tornDown.contains(task)).toList();
        return !lastWork.isEmpty()
                ? lastWork
                : !last.isEmpty() ? last : members(group).toList();
    }

    private Stream<String> members(String group) {
        return tasks.keySet().stream().filter(task -> isIn(task, group));
    }

    /** What a task is written to follow, itself or by a group that it is in within {@code group}. */
    private Stream<String> references(String task, String group) {
        Stream<String> byGroups = of(task).stream()
                .filter(inner -> isIn(inner, group))
                .flatMap(inner -> Optional.ofNullable(settings.get(inner)).stream())
                .flatMap(inner -> inner.after().stream());
        Stream<String> own = Optional.ofNullable(tasks.get(task)).stream()
                .flatMap(written -> Stream.concat(written.after().stream(), written.setups().stream()));
        return Stream.concat(own, byGroups);
    }

    private boolean isTeardown(String task) {
        return Optional.ofNullable(tasks.get(task))
                .filter(written -> written.kind() == TaskKind.TEARDOWN)
                .isPresent();
    }

    private List<String> setups(String task) {
        return Optional.ofNullable(tasks.get(task)).map(WrittenTask::setups).orElse(List.of());
    }
}
