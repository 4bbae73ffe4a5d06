package io.caravan.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the features' checks before a file is taken in or out of a running service. A file answers for its own problems, and for those that it would newly cause in files that run; what is wrong
 * elsewhere already is not its business. Not thread-safe.
 */
final class FileChecks {
    private final List<RouteFileCheck> checks;
    private final Placeholders placeholders;

    /** What runs. */
    private final ProjectView running = new ProjectView();

    /** Files that are about to be taken in. One may need what another has, and the other what the one has. */
    private final Map<Path, String> expected = new LinkedHashMap<>();

    /** What runs, and in its place what is expected; made once a file is not content with what runs. */
    private @Nullable ProjectView soon;

    FileChecks(List<RouteFileCheck> checks, Placeholders placeholders) {
        this.checks = List.copyOf(checks);
        this.placeholders = placeholders;
    }

    /** These files will be loaded one after the other; what they say counts already, until they are refused. */
    void expect(Map<Path, String> texts) {
        expected.clear();
        soon = null;
        if (!checks.isEmpty()) {
            expected.putAll(texts);
        }
    }

    void refuseMistakes(FileView file) throws Refusal {
        refuse(file.path(), file);
    }

    void refuseRemoval(Path path) throws Refusal {
        refuse(path, null);
    }

    void runs(FileView file) {
        running.put(file);
        settle(file.path());
    }

    /** A file that was said to run does not after all; what it says is still expected. */
    void failed(Path path, String text) {
        running.remove(path);
        if (!checks.isEmpty()) {
            expected.put(path, text);
        }
        soon = null;
    }

    void gone(Path path) {
        running.remove(path);
        settle(path);
    }

    /** Nothing more is expected of a file: it is as it runs. */
    private void settle(Path path) {
        expected.remove(path);
        ProjectView known = soon;
        if (known != null) {
            known.remove(path);
            running.file(path).ifPresent(known::put);
        }
    }

    private void refuse(Path path, @Nullable FileView next) throws Refusal {
        if (checks.isEmpty() || (soon != null && problemsSoon(path, next).isEmpty())) {
            return;
        }
        List<Problem> problems = problems(running, path, next);
        if (!problems.isEmpty() && !expected.isEmpty()) {
            problems = problemsSoon(path, next);
        }
        if (!problems.isEmpty()) {
            settle(path);
            throw new Refusal(problems, false, new IllegalStateException(problems.toString()));
        }
    }

    private List<Problem> problemsSoon(Path path, @Nullable FileView next) {
        ProjectView all = soon == null ? runningAndExpected() : soon;
        soon = all;
        Optional<FileView> itself = all.remove(path);
        running.file(path).ifPresent(all::put);
        try {
            return problems(all, path, next);
        } finally {
            all.remove(path);
            itself.ifPresent(all::put);
        }
    }

    private ProjectView runningAndExpected() {
        ProjectView all = new ProjectView();
        running.files().forEach(all::put);
        expected.forEach((path, text) -> all.put(FileView.of(path, text, placeholders)));
        return all;
    }

    /** Own problems, and those in other files of the project which are not there without this change. */
    private List<Problem> problems(ProjectView project, Path path, @Nullable FileView next) {
        Optional<FileView> before = project.remove(path);
        Set<Problem> known = new HashSet<>();
        List<Problem> found = new ArrayList<>();
        if (next != null) {
            project.put(next);
            found.addAll(ask(next, project));
        }
        before.ifPresent(file -> found.addAll(ask(file, project)));
        found.removeIf(problem ->
                !problem.path().equals(path) && project.file(problem.path()).isEmpty());
        project.remove(path);
        if (found.stream().anyMatch(problem -> !problem.path().equals(path))) {
            before.ifPresent(project::put);
            before.ifPresent(file -> known.addAll(ask(file, project)));
            if (next != null) {
                known.addAll(ask(next, project));
            }
            project.remove(path);
        }
        before.ifPresent(project::put);
        return found.stream()
                .filter(problem -> problem.path().equals(path) || !known.contains(problem))
                .filter(problem -> next != null || !problem.path().equals(path))
                .distinct()
                .sorted(Problem.IN_READING_ORDER)
                .toList();
    }

    private List<Problem> ask(FileView file, ProjectView project) {
        return checks.stream()
                .flatMap(check -> check.check(file, project).stream())
                .toList();
    }
}
