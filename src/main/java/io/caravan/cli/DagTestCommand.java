package io.caravan.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.dag.RehearsalEvents;
import io.caravan.dag.Rehearsals;
import io.caravan.dag.RehearsedTask;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunState;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan dag test}: runs a workflow in the foreground, without recording. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a workflow in the foreground: its routes work for real on the project's database, one task after the other,",
            "and nothing of it is recorded as a run. No service is needed; one that runs is not disturbed. Retries, branches,",
            "sensors and mapped tasks go as in the service; a workflow that a task starts is run here, too. Approvals are given,",
            "runs of other workflows are not waited for, slots of pools are not taken."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the run succeeded", "1:it failed", "2:it could not begin; the message says why"},
        footer = {"", "Example: caravan dag test rides --param city=Utrecht --logical-time 2026-01-31"})
public final class DagTestCommand implements Callable<Integer> {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration NO_LIMIT = Duration.ofDays(36_500);
    private static final int LONGEST_DETAIL = 100;

    private final Supplier<Rehearsals> rehearsals;

    @Mixin
    private final LogOption log = new LogOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "WORKFLOW", description = "Such as rides.")
    private String workflow = "";

    @Option(
            names = {"-p", "--param"},
            paramLabel = "NAME=VALUE",
            description = "A param of the run; may be given again.")
    private Map<String, String> params = new LinkedHashMap<>();

    @Option(
            names = "--logical-time",
            paramLabel = "TIME",
            description =
                    "As 2026-01-31, or 2026-01-31T01:00:00Z. The start of one of its intervals means that interval, any other time the last one that had ended by then. Default: now.")
    private @Nullable String logicalTime;

    @Option(
            names = {"-t", "--task"},
            paramLabel = "TASK",
            description = "Runs this one only, as if all others had succeeded without an output.")
    private @Nullable String task;

    @Option(
            names = "--pauses",
            description =
                    "Waits between tries, and between a sensor's questions, as long as the workflow says. Default: a second at most.")
    private boolean pauses;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            description =
                    "After so long, such as 10m, the run has failed: its task is interrupted, and none begins. Default: none.")
    private @Nullable Duration timeout;

    @Option(names = "--json", description = "Prints the run and its tasks as a JSON object at the end, and no log.")
    private boolean json;

    /** @param rehearsals the project's workflows, loaded when it is asked */
    public DagTestCommand(Supplier<Rehearsals> rehearsals) {
        this.rehearsals = rehearsals;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (json) {
            LogOption.setLevel("off");
        } else {
            log.apply();
        }
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        params.forEach(given::put);
        Rehearsals.Request request = new Rehearsals.Request(
                workflow,
                given,
                Optional.ofNullable(logicalTime),
                Optional.ofNullable(task),
                pauses ? NO_LIMIT : LONGEST_PAUSE,
                Optional.ofNullable(timeout));
        Rehearsals.Ended ended;
        try {
            ended = rehearsals.get().run(request, new Told());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandSpec().commandLine(), String.valueOf(e.getMessage()));
        }
        if (json) {
            out().println(json(ended).toPrettyString());
        } else {
            summary(ended);
        }
        out().flush();
        return ended.state() == RunState.SUCCESS ? 0 : 1;
    }

    /** A line for each thing that happens. */
    private final class Told implements RehearsalEvents {
        @Override
        public void began(DagRun run) {
            tell("dag=%s logicalTime=%s interval=%s..%s params=%s"
                    .formatted(run.dag(), run.logicalTime(), run.intervalStart(), run.intervalEnd(), run.params()));
        }

        @Override
        public void moved(RehearsedTask moved, Duration pause) {
            String tries = moved.attempt() > 1 ? " attempt=" + moved.attempt() : "";
            String again = pause.isZero() ? "" : " again in " + text(pause);
            String detail = moved.detail().isEmpty() ? "" : " " + moved.detail();
            tell("task=%s state=%s%s%s%s".formatted(moved.key(), moved.state(), tries, again, detail));
        }

        private void tell(String line) {
            if (!json) {
                out().println(line);
                out().flush();
            }
        }
    }

    private void summary(Rehearsals.Ended ended) {
        out().println();
        Table table = new Table("TASK", "STATE", "TRIES", "TOOK", "DETAIL");
        for (RehearsedTask each : ended.tasks()) {
            table.row(
                    each.key().toString(),
                    each.state().toString(),
                    String.valueOf(each.attempt()),
                    each.attempt() == 0 ? "-" : text(each.took()),
                    shortened(each.detail()));
        }
        table.print(out());
        out().println();
        out().println("Workflow " + ended.run().dag() + ": " + ended.state() + ". Nothing of it was recorded.");
    }

    private static String shortened(String detail) {
        String line = detail.replaceAll("\\s+", " ").strip();
        return line.length() > LONGEST_DETAIL ? line.substring(0, LONGEST_DETAIL - 1) + "…" : line;
    }

    private static String text(Duration time) {
        return time.toMillis() < 1_000
                ? time.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1_000.0);
    }

    private static ObjectNode json(Rehearsals.Ended ended) {
        ObjectNode root = JsonMapper.builder().build().createObjectNode();
        root.put("workflow", ended.run().dag())
                .put("state", ended.state().toString())
                .put("logicalTime", ended.run().logicalTime().toString())
                .put("intervalStart", ended.run().intervalStart().toString())
                .put("intervalEnd", ended.run().intervalEnd().toString());
        ArrayNode tasks = root.putArray("tasks");
        ended.tasks()
                .forEach(each -> tasks.addObject()
                        .put("task", each.key().task())
                        .put("mapIndex", each.key().mapIndex())
                        .put("state", each.state().toString())
                        .put("attempt", each.attempt())
                        .put("milliseconds", each.took().toMillis())
                        .put("detail", each.detail()));
        return root;
    }

    private PrintWriter out() {
        return commandSpec().commandLine().getOut();
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("A DagTestCommand is run by picocli's CommandLine.");
        }
        return spec;
    }
}
