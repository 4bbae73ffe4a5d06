package io.caravan.routes;

import io.caravan.routes.DslWalk.EndpointUse;
import io.caravan.routes.DslWalk.Findings;
import io.caravan.routes.RouteFolders.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Finds every mistake in files of routes and beans before they are saved where it matters: YAML, steps and their options, endpoints and theirs, beans and their properties, placeholders, names that
 * are taken, tables that no migration makes, and at last what Camel says when it builds them. Needs no running service. Not thread-safe.
 */
public final class RouteValidator {
    private static final Set<String> LOADS_A_TABLE = Set.of("load");

    private final Project project;
    private final Inspection inspection;
    private final OwnSchemas ownSchemas;
    private final List<RouteFileCheck> checks;

    /**
     * Where the files lie and what they may refer to.
     *
     * @param beanAndRouteFolders the folders that the service loads
     * @param config the folder of our own configuration files and their {@code schemas}
     * @param tables the tables that {@code load:} may name
     */
    public record Project(List<Path> beanAndRouteFolders, Path config, Placeholders placeholders, SqlTables tables) {
        public Project {
            beanAndRouteFolders = List.copyOf(beanAndRouteFolders);
        }

        /** The folders of a project as it is laid out: {@code routes}, {@code config/providers}, {@code sql}; {@code config/application.properties} and {@code config/secrets.properties}. */
        public static Project in(Path folder, Map<String, String> environment) {
            Path config = folder.resolve("config");
            return new Project(
                    List.of(config.resolve("providers"), folder.resolve("routes")),
                    config,
                    Placeholders.of(
                            List.of(config.resolve("application.properties"), config.resolve("secrets.properties")),
                            environment),
                    SqlTables.migratedBy(folder.resolve("sql")));
        }
    }

    public RouteValidator(Project project) {
        this(project, List.of());
    }

    /** {@code checks}: what features know about their own routes and beans. */
    public RouteValidator(Project project, List<RouteFileCheck> checks) {
        this.project = project;
        this.checks = List.copyOf(checks);
        this.inspection = new Inspection(project.placeholders());
        this.ownSchemas = OwnSchemas.in(project.config());
    }

    /** All files of the project that are checked: routes, beans, and our own configuration that has a schema. */
    public List<Path> files() {
        Set<Path> files = new TreeSet<>(
                new RouteFolders(project.beanAndRouteFolders()).look().files().keySet());
        List<Path> roots = new ArrayList<>(project.beanAndRouteFolders());
        roots.add(project.config());
        roots.forEach(root -> yamlBelow(root).filter(ownSchemas::describes).forEach(files::add));
        return List.copyOf(files);
    }

    /** What all routes and beans of the project say. */
    public ProjectView view() {
        ProjectView view = new ProjectView();
        new RouteFolders(project.beanAndRouteFolders()).look().files().forEach((path, content) -> {
            if (content.isReadable()) {
                view.put(FileView.of(path, content.text(), project.placeholders()));
            }
        });
        return view;
    }

    /** Every problem of these files, in reading order; the project's other files are read as what they may refer to. */
    public List<Problem> validate(Collection<Path> files) {
        List<Problem> problems = new ArrayList<>();
        Map<Path, String> routeFiles = new LinkedHashMap<>();
        for (Path file : new TreeSet<>(files)) {
            Content content = RouteFolders.read(file);
            if (!content.isReadable()) {
                problems.add(new Problem(
                        file,
                        0,
                        "The file cannot be read: " + content.unreadable(),
                        "check its name and its permissions"));
            } else if (ownSchemas.describes(file)) {
                problems.addAll(ownSchemas.check(file, content.text()));
            } else if (!file.getFileName().toString().endsWith(".yaml")) {
                problems.add(new Problem(
                        file, 0, "The file's name does not end in .yaml", "rename it; Caravan loads *.yaml only"));
            } else if (content.isEmpty()) {
                problems.add(new Problem(
                        file, 0, "The file is empty", "write routes into it, or delete it if its routes shall go"));
            } else if (!file.getFileName().toString().endsWith(".test.yaml")) {
                routeFiles.put(file, content.text());
            }
        }
        problems.addAll(validateRoutes(routeFiles));
        return problems.stream().distinct().sorted(Problem.IN_READING_ORDER).toList();
    }

    private List<Problem> validateRoutes(Map<Path, String> asked) {
        Map<Path, String> all = new TreeMap<>(asked);
        new RouteFolders(project.beanAndRouteFolders()).look().files().forEach((path, content) -> {
            if (content.isReadable() && !content.isEmpty() && !asked.containsKey(path)) {
                all.put(path, content.text());
            }
        });
        Map<Path, Findings> findings = new TreeMap<>();
        all.forEach((path, text) -> findings.put(path, inspect(path, text)));
        tellTakenNames(findings.values());
        ask(findings);
        List<Problem> problems = new ArrayList<>();
        findings.values().stream()
                .filter(file -> asked.containsKey(file.path()))
                .forEach(file -> problems.addAll(file.problems()));
        problems.addAll(dryRun(all, findings, asked.keySet()));
        problems.addAll(threadHops(findings, asked.keySet()));
        return problems;
    }

    /** A mistake in one file may only show together with another; it is told at the file in which it stands. */
    private void ask(Map<Path, Findings> findings) {
        ProjectView view = new ProjectView();
        List<FileView> files = new ArrayList<>();
        findings.forEach((path, found) -> files.add(FileView.of(path, found.root(), project.placeholders())));
        files.forEach(view::put);
        for (RouteFileCheck check : checks) {
            for (FileView file : files) {
                check.check(file, view).stream()
                        .filter(problem -> problem.path().equals(file.path()))
                        .forEach(problem -> addTo(findings, problem));
            }
        }
    }

    private List<Problem> threadHops(Map<Path, Findings> findings, Set<Path> asked) {
        Map<Path, Node> roots = new TreeMap<>();
        findings.forEach((path, found) -> found.root().ifPresent(root -> roots.put(path, root)));
        return ThreadHops.in(roots, project.placeholders()).stream()
                .filter(problem -> asked.contains(problem.path()))
                .toList();
    }

    private static void addTo(Map<Path, Findings> findings, Problem problem) {
        Findings file = findings.get(problem.path());
        if (file != null) {
            file.add(problem.line(), problem.what(), problem.cure());
        }
    }

    private Findings inspect(Path path, String text) {
        Findings findings = inspection.of(path, text);
        findings.endpoints().forEach(use -> tellMissingTable(use, findings));
        return findings;
    }

    private void tellMissingTable(EndpointUse use, Findings findings) {
        String uri = EndpointUri.withoutQuery(
                project.placeholders().resolve(use.uri().getValue()));
        String scheme = EndpointUri.scheme(uri);
        String table = EndpointUri.remaining(uri);
        boolean known =
                table.isEmpty() || table.contains("{") || project.tables().exists(table);
        if (LOADS_A_TABLE.contains(scheme) && !known) {
            String guess = DidYouMean.closest(table, project.tables().names())
                    .map(name -> "did you mean '" + name + "'? Otherwise ")
                    .orElse("");
            findings.add(
                    YamlTree.line(use.uri()),
                    "No migration makes the table " + table,
                    guess + "create it in sql/<system>/V<n>__<what>.sql");
        }
    }

    private static void tellTakenNames(Collection<Findings> files) {
        Map<String, String> routes = new LinkedHashMap<>();
        Map<String, String> beans = new LinkedHashMap<>();
        for (Findings file : files) {
            file.routeIds().forEach(id -> tellTaken("route id", id, routes, file));
            file.beans()
                    .forEach(bean -> YamlTree.valueAt(bean, "name")
                            .ifPresent(name -> tellTaken("bean name", name, beans, file)));
        }
    }

    private static void tellTaken(String kind, Node name, Map<String, String> places, Findings file) {
        String text = YamlTree.text(name);
        String place = file.path() + ":" + YamlTree.line(name);
        String other = places.putIfAbsent(text, place);
        if (other != null) {
            file.add(
                    YamlTree.line(name),
                    "The " + kind + " '" + text + "' is taken by " + other,
                    "give one of the two another name");
        }
    }

    /** Only what reads well is built: of the rest Camel would repeat the first complaint in its own words. */
    private List<Problem> dryRun(Map<Path, String> all, Map<Path, Findings> findings, Set<Path> asked) {
        Map<Path, String> sound = new LinkedHashMap<>();
        Set<String> unsoundBeans = new TreeSet<>();
        all.forEach((path, text) -> {
            Findings file = findings.get(path);
            if (file != null && file.problems().isEmpty()) {
                sound.put(path, text);
            } else if (file != null) {
                file.beans().forEach(bean -> YamlTree.textAt(bean, "name").ifPresent(unsoundBeans::add));
            }
        });
        List<Problem> problems = new ArrayList<>();
        if (sound.keySet().stream().anyMatch(asked::contains)) {
            new DryRun(project.placeholders()).run(sound).forEach((path, found) -> {
                if (asked.contains(path)) {
                    problems.addAll(found);
                }
            });
        }
        problems.removeIf(
                problem -> unsoundBeans.stream().anyMatch(bean -> RouteFile.containsWord(problem.what(), bean)));
        return problems;
    }

    private static Stream<Path> yamlBelow(Path root) {
        if (!Files.isDirectory(root)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files
                    .filter(file -> file.getFileName().toString().endsWith(".yaml") && Files.isRegularFile(file))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look into " + root, e);
        }
    }
}
