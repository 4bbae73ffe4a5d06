package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.calendar.Durations;
import io.caravan.calendar.Moments;
import io.caravan.dag.run.RunState;
import io.caravan.dag.steering.RunListRepository;
import io.caravan.dag.steering.RunListRepository.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan dag runs}: runs in progress and ended. */
@Command(
        name = "runs",
        mixinStandardHelpOptions = true,
        description = "Lists runs, those of the newest logical times first.")
public final class DagRunsCommand extends DagSubcommand {
    /** Before and after any logical time. */
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    private final DagDesk desk;

    @Parameters(arity = "0..1", paramLabel = "WORKFLOW", description = "Such as rides. Default: all.")
    private @Nullable String dag;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = "Only those that are ${COMPLETION-CANDIDATES}; several with commas.")
    private List<RunState> states = new ArrayList<>();

    @Option(names = "--from", paramLabel = "TIME", description = "From this logical time on, included.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Up to this logical time, included.")
    private @Nullable String to;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "At most so many. Default: ${DEFAULT-VALUE}.")
    private int limit = 20;

    public DagRunsCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        if (dag != null) {
            desk.workflow(dag);
        }
        String workflow = dag == null ? "" : dag;
        List<Row> runs = new RunListRepository(desk.database())
                .list(workflow, states, moment(from, FIRST), moment(to, LAST), limit);
        Instant now = desk.now();
        if (isJson()) {
            ArrayNode array = array();
            runs.forEach(run -> array.add(DagText.json(run, now)));
            say(array);
            return 0;
        }
        if (runs.isEmpty()) {
            say("No such runs.");
            return 0;
        }
        Table table = new Table("WORKFLOW", "LOGICAL TIME", "RUN", "KIND", "STATE", "STARTED", "TOOK", "NOTE");
        for (Row run : runs) {
            table.row(
                    run.dag(),
                    DagText.text(run.logicalTime()),
                    run.id().toString(),
                    DagText.word(run.kind()),
                    DagText.state(run),
                    DagText.text(run.startedAt()),
                    run.took(now).map(Durations::text).orElse("-"),
                    run.note().map(DagText::brief).orElse(""));
        }
        table.print(out());
        return 0;
    }

    private Instant moment(@Nullable String text, Instant otherwise) {
        try {
            return text == null ? otherwise : Moments.parse(text, desk.zone(dag == null ? "" : dag));
        } catch (IllegalArgumentException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
    }
}
