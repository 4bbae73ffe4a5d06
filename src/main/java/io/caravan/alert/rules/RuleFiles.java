package io.caravan.alert.rules;

import io.caravan.routes.DidYouMean;
import io.caravan.routes.LiveFile;
import io.caravan.routes.OwnYaml;
import io.caravan.routes.Problem;
import io.caravan.routes.ProjectView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code config/rules/**.yaml}, as {@link LiveFile}s: a saved file counts within a second, one that is removed within ten, a broken one leaves what it last said. Safe for any thread.
 */
public final class RuleFiles {
    private static final Logger LOG = LoggerFactory.getLogger(RuleFiles.class);

    private final Path folder;
    private final Clock clock;
    private final Map<Path, LiveFile<List<Rule>>> files = new TreeMap<>();
    private InForce inForce = new InForce(RuleSet.EMPTY, Map.of(), Map.of(), List.of());

    /**
     * What holds now.
     *
     * @param files of which file each rule is
     * @param written what each file says, by its path
     */
    private record InForce(
            RuleSet rules, Map<String, String> files, Map<Path, List<Rule>> written, List<Problem> duplicates) {}

    /** A folder, which need not exist. */
    public RuleFiles(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** The rules as they are now; the same object as long as nothing has changed. */
    public synchronized RuleSet current() {
        look();
        return inForce.rules();
    }

    /** By the rules' names: the file below the folder in which each stands. */
    synchronized Map<String, String> fileOfEach() {
        look();
        return inForce.files();
    }

    /** Whether it is known for sure which rules this file has: it could be read as it is, or is gone. A broken one may hold more, and one that is away may come back. */
    synchronized boolean isCertain(String file) {
        look();
        LiveFile<List<Rule>> live = files.computeIfAbsent(folder.resolve(file), this::live);
        return live.isGone() || (live.isThere() && live.problem().isEmpty());
    }

    /** The mistakes in the files as they are now. */
    public synchronized List<Problem> problems() {
        look();
        List<Problem> problems = new ArrayList<>(inForce.duplicates());
        files.values().forEach(file -> file.problem().ifPresent(problems::add));
        return problems.stream().sorted(Problem.IN_READING_ORDER).toList();
    }

    /** Datasets whose rules no record meets, as no route of the project names them. Where a route's dataset is known only when it runs, it may be any. */
    public List<Problem> unjudged(ProjectView project) {
        List<String> judged = project.producers("alert", "rules").stream()
                .map(step -> step.options().getOrDefault("dataset", ""))
                .toList();
        return judged.stream().anyMatch(name -> name.contains("{{") || name.contains("${"))
                ? List.of()
                : unjudged(judged);
    }

    private synchronized List<Problem> unjudged(List<String> judged) {
        look();
        List<Problem> problems = new ArrayList<>();
        inForce.written()
                .forEach((path, rules) -> rules.stream()
                        .map(Rule::dataset)
                        .distinct()
                        .filter(dataset -> !judged.contains(dataset))
                        .forEach(dataset -> problems.add(
                                OwnYaml.mistake(path, unjudged(dataset, judged)).problem())));
        return problems;
    }

    private static String unjudged(String dataset, List<String> judged) {
        return "'" + dataset + "' is judged by no route, so its rules never fire; "
                + DidYouMean.closest(dataset, judged)
                        .map(name -> "did you mean '" + name + "'? Otherwise ")
                        .orElse("")
                + "add a step to: alert:rules?dataset=" + dataset + ", or say enabled: false";
    }

    private void look() {
        list().forEach(path -> files.computeIfAbsent(path, this::live));
        Map<Path, List<Rule>> written = new TreeMap<>();
        files.forEach((path, file) -> written.put(path, file.current()));
        if (!written.equals(inForce.written())) {
            inForce = gather(written);
            inForce.duplicates().forEach(problem -> LOG.error("{}; the first one holds", problem));
            LOG.info("{} rules of {} are in force", inForce.rules().all().size(), folder);
        }
    }

    private LiveFile<List<Rule>> live(Path path) {
        return new LiveFile<>(path, List.of(), RulesFile::read, clock);
    }

    private InForce gather(Map<Path, List<Rule>> written) {
        Map<String, Rule> rules = new TreeMap<>();
        Map<String, String> fileOf = new HashMap<>();
        List<Problem> duplicates = new ArrayList<>();
        written.forEach((path, own) -> own.forEach(rule -> {
            String file = folder.relativize(path).toString();
            Optional<String> other = Optional.ofNullable(fileOf.putIfAbsent(rule.name(), file));
            rules.putIfAbsent(rule.name(), rule);
            other.ifPresent(first -> duplicates.add(new Problem(
                    path,
                    0,
                    "The rule '" + rule.name() + "' is also in " + first,
                    "rename one of them: a rule's name is its own in all files")));
        }));
        return new InForce(new RuleSet(List.copyOf(rules.values())), Map.copyOf(fileOf), written, duplicates);
    }

    private List<Path> list() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(file -> file.toString().endsWith(".yaml")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look into " + folder, e);
        }
    }
}
