package io.caravan.dag;

import io.caravan.dag.DagConsumer.SourceFile;
import io.caravan.routes.YamlEntries;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The text that workflows are made of: the files of their routes, or what is theirs in a file that holds several workflows. One look at the routes; not thread-safe. */
final class TaskSources {
    private final Map<String, Map<String, SourceFile>> filesOf = new HashMap<>();
    private final Map<String, Map<String, Set<String>>> routesOf = new HashMap<>();
    private final Map<String, Set<String>> workflowsIn = new HashMap<>();
    private final Map<String, YamlEntries> entries = new HashMap<>();

    TaskSources(TaskRoutes routes) {
        for (String workflow : routes.workflows()) {
            for (DagConsumer route : routes.routes(workflow)) {
                route.source().ifPresent(file -> add(workflow, route.task().route(), file));
            }
        }
    }

    private void add(String workflow, String route, SourceFile file) {
        filesOf.computeIfAbsent(workflow, name -> new TreeMap<>()).put(file.location(), file);
        routesOf.computeIfAbsent(workflow, name -> new HashMap<>())
                .computeIfAbsent(file.location(), name -> new TreeSet<>())
                .add(route);
        workflowsIn.computeIfAbsent(file.location(), name -> new TreeSet<>()).add(workflow);
    }

    /** The bean's properties stand first where its file is none of the routes'. */
    String of(String workflow, Dag dag) {
        Map<String, SourceFile> files = filesOf.getOrDefault(workflow, Map.of());
        String routes =
                files.values().stream().map(file -> text(workflow, file)).collect(Collectors.joining("\n"));
        boolean hasBean = files.values().stream()
                .anyMatch(file -> entries(file).bean(workflow).isPresent());
        return hasBean ? routes : "# " + workflow + ": " + dag.asWritten() + "\n" + routes;
    }

    private String text(String workflow, SourceFile file) {
        if (workflowsIn.getOrDefault(file.location(), Set.of()).size() == 1) {
            return file.text();
        }
        YamlEntries all = entries(file);
        String bean =
                all.bean(workflow).map(text -> "- beans:\n    - " + text + "\n").orElse("");
        return bean
                + routesOf.getOrDefault(workflow, Map.of()).getOrDefault(file.location(), Set.of()).stream()
                        .flatMap(route -> all.route(route).stream())
                        .map(text -> "- " + text + "\n")
                        .collect(Collectors.joining());
    }

    private YamlEntries entries(SourceFile file) {
        return entries.computeIfAbsent(file.location(), name -> YamlEntries.of(file.text()));
    }
}
