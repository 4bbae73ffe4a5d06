package io.caravan.cli;

import io.caravan.calendar.Moments;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.steering.RunListRepository;
import io.caravan.dag.steering.RunListRepository.Row;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan dag trigger}: a run by hand. */
@Command(
        name = "trigger",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Makes a run of a workflow; it begins as soon as a service has room for it.",
        footer = {"", "Example: caravan dag trigger rides -p city=Utrecht --why \"tariff corrected\""})
public final class DagTriggerCommand extends DagSubcommand {
    private final DagDesk desk;

    @Parameters(paramLabel = "WORKFLOW", description = "Such as rides.")
    private String dag = "";

    @Mixin
    private ParamOptions params = new ParamOptions();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description =
                    "Its logical time, such as 2026-03-01T02:00 by the workflow's clock; its interval is the newest that had ended then. Default: now.")
    private @Nullable String at;

    @Option(names = "--note", paramLabel = "TEXT", description = "A note that the run bears.")
    private @Nullable String note;

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public DagTriggerCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        desk.workflow(dag);
        DagRun made = desk.operations().trigger(author.operator(), dag, params.given(), logicalTime(), note);
        Row row = new RunListRepository(desk.database()).find(made.id()).orElseThrow();
        if (isJson()) {
            say(DagText.json(row, desk.now()));
        } else {
            say("Run " + row.id() + " of " + dag + " is " + DagText.word(row.state()) + ": interval "
                    + DagText.text(row.intervalStart()) + " to " + DagText.text(row.intervalEnd()) + ", params "
                    + row.params());
            desk.tellUnlessServed(this::say);
        }
        return 0;
    }

    private Optional<Instant> logicalTime() {
        try {
            return at == null ? Optional.empty() : Optional.of(Moments.parse(at, desk.zone(dag)));
        } catch (IllegalArgumentException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
    }
}
