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

    FileChecks(List<RouteFileCheck> checks, Placeholders placeholders) {
        this.checks = List.copyOf(checks);
        this.placeholders = placeholders;
    }

    /** These files will be loaded one after the other; what they say counts already, until they are refused. */
    void expect(Map<Path, String> texts) {
        expected.clear();
        if (!checks.isEmpty()) {
            expected.putAll(texts);
        }
    }

    void refuseMistakes(Path path, String text) throws Refusal {
        if (!checks.isEmpty()) {
            refuse(path, view(path, text));
        }
    }

    void refuseRemoval(Path path) throws Refusal {
        if (!checks.isEmpty()) {
            refuse(path, null);
        }
    }

    void runs(Path path, String text) {
        if (!checks.isEmpty()) {
            running.put(view(path, text));
            expected.remove(path);
        }
    }

    void gone(Path path) {
        running.remove(path);
        expected.remove(path);
    }

    private FileView view(Path path, String text) {
        return FileView.of(path, text, placeholders);
    }

    private void refuse(Path path, @Nullable FileView next) throws Refusal {
        List<Problem> problems = problems(path, next);
        if (!problems.isEmpty() && !expected.isEmpty()) {
            problems = withExpectedBesides(path, () -> problems(path, next));
        }
        if (!problems.isEmpty()) {
            expected.remove(path);
            throw new Refusal(problems, false, new IllegalStateException(problems.toString()));
        }
    }

    private interface Question {
        List<Problem> ask();
    }

    private List<Problem> withExpectedBesides(Path own, Question question) {
        Map<Path, Optional<FileView>> replaced = new LinkedHashMap<>();
        Map<Path, String> others = new LinkedHashMap<>(expected);
        others.remove(own);
        others.forEach((path, text) -> {
            replaced.put(path, running.remove(path));
            running.put(view(path, text));
        });
        try {
            return question.ask();
        } finally {
            replaced.forEach((path, before) -> {
                running.remove(path);
                before.ifPresent(running::put);
            });
        }
    }

    /** Own problems, and those in files that run which are not there without this change. */
    private List<Problem> problems(Path path, @Nullable FileView next) {
        Optional<FileView> before = running.remove(path);
        Set<Problem> known = new HashSet<>();
        List<Problem> found = new ArrayList<>();
        if (next != null) {
            running.put(next);
            found.addAll(ask(next));
        }
        before.ifPresent(file -> found.addAll(ask(file)));
        found.removeIf(problem -> !problem.path().equals(path) && !running.has(problem.path()));
        running.remove(path);
        if (found.stream().anyMatch(problem -> !problem.path().equals(path))) {
            before.ifPresent(running::put);
            before.ifPresent(file -> known.addAll(ask(file)));
            if (next != null) {
                known.addAll(ask(next));
            }
            running.remove(path);
        }
        before.ifPresent(running::put);
        return found.stream()
                .filter(problem -> problem.path().equals(path) || !known.contains(problem))
                .filter(problem -> next != null || !problem.path().equals(path))
                .distinct()
                .sorted(Problem.IN_READING_ORDER)
                .toList();
    }

    private List<Problem> ask(FileView file) {
        return checks.stream()
                .flatMap(check -> check.check(file, running).stream())
                .toList();
    }
}
