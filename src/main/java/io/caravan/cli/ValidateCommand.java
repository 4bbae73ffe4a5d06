package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.alert.OfferedActs;
import io.caravan.alert.rules.RuleFiles;
import io.caravan.calendar.files.Calendars;
import io.caravan.dag.DagFileCheck;
import io.caravan.routes.Problem;
import io.caravan.routes.RouteValidator;
import io.caravan.routes.RouteValidator.Project;
import io.caravan.watch.cause.CauseFiles;
import io.caravan.watch.fleet.Fleets;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan validate}: every mistake in the project's YAML with its line and its cure, without starting anything. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description =
                "Checks routes, beans and configuration: YAML, steps, endpoint options, bean properties, placeholders and SQL tables.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing to mend",
            "1:problems found, one a line as file:line: what is wrong; how to mend it",
            "2:wrong usage"
        })
public final class ValidateCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = "Files or folders to check; all of the project when none is given.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--json", description = "Print a JSON array of {file, line, what, cure}.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Map<String, String> environment;

    /** {@code environment}: names the project, and what {@code {{placeholders}}} may come from, usually {@link System#getenv()}. */
    public ValidateCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Integer call() throws Exception {
        Checked checked = LogOption.withoutLog(this::check);
        print(checked);
        return checked.problems().isEmpty() ? 0 : 1;
    }

    private record Checked(int files, List<Problem> problems) {}

    private Checked check() throws IOException {
        Path folder = Place.project(environment);
        Calendars calendars = new Calendars(folder.resolve("config/calendars"), Clock.systemUTC());
        DagFileCheck workflows = new DagFileCheck(name -> calendars.find(name).isPresent(), ZoneOffset.UTC);
        RouteValidator validator = new RouteValidator(Project.in(folder, environment), List.of(workflows));
        List<Path> chosen = files.isEmpty() ? validator.files() : expanded(validator);
        List<Problem> problems = new ArrayList<>(validator.validate(chosen));
        addMeaning(calendars.problems(), chosen, problems);
        Fleets fleets = Fleets.ofFile(folder.resolve("config/fleets.yaml"), calendars, Clock.systemUTC());
        addMeaning(fleets.problems(), chosen, problems);
        CauseFiles causes = CauseFiles.in(folder.resolve("config/causes"), Clock.systemUTC());
        addMeaning(causes.problems(), chosen, problems);
        RuleFiles rules = new RuleFiles(folder.resolve("config/rules"), Clock.systemUTC());
        addMeaning(rules.problems(), chosen, problems);
        addMeaning(rules.unjudged(validator.view()), chosen, problems);
        addMeaning(OfferedActs.unheard(validator.view()), chosen, problems);
        return new Checked(chosen.size(), problems);
    }

    /** What only shows when a calendar or the fleets are read, such as a region that doesn't exist; of files in which their schema finds nothing. */
    private static void addMeaning(List<Problem> found, List<Path> chosen, List<Problem> problems) {
        List<Problem> more = found.stream()
                .filter(problem -> chosen.stream().anyMatch(file -> isSame(file, problem.path())))
                .filter(problem -> problems.stream().noneMatch(told -> isSame(told.path(), problem.path())))
                .toList();
        problems.addAll(more);
    }

    /** A folder stands for those of its files that the service would read. */
    private List<Path> expanded(RouteValidator validator) throws IOException {
        List<Path> expanded = new ArrayList<>();
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                validator.files().stream().filter(known -> isBelow(known, file)).forEach(expanded::add);
            } else if (Files.exists(file)) {
                expanded.add(validator.files().stream()
                        .filter(known -> isSame(known, file))
                        .findFirst()
                        .orElse(file));
            } else {
                throw new ParameterException(commandSpec().commandLine(), "There is no file " + file + ".");
            }
        }
        return expanded;
    }

    private static boolean isBelow(Path file, Path folder) {
        return file.toAbsolutePath()
                .normalize()
                .startsWith(folder.toAbsolutePath().normalize());
    }

    private static boolean isSame(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    private void print(Checked checked) {
        PrintWriter out = commandSpec().commandLine().getOut();
        if (json) {
            out.println(asJson(checked.problems()));
        } else if (checked.problems().isEmpty()) {
            out.println(checked.files() + (checked.files() == 1 ? " file" : " files") + " checked, nothing to mend");
        } else {
            checked.problems().forEach(out::println);
        }
        out.flush();
    }

    private static String asJson(List<Problem> problems) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        problems.forEach(problem -> array.addObject()
                .put("file", problem.path().toString())
                .put("line", Math.max(1, problem.line()))
                .put("what", problem.what())
                .put("cure", problem.cure()));
        return array.toPrettyString();
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("A command is called through picocli's CommandLine");
        }
        return spec;
    }
}
