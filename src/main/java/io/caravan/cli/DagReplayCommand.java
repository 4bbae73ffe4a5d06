package io.caravan.cli;

import io.caravan.dag.run.DagRun;
import io.caravan.dag.steering.RunListRepository;
import io.caravan.dag.steering.RunListRepository.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan dag replay}: does a run again, as a new one. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = "Makes a new run with the params and the interval of another, by the workflow's newest version.")
public final class DagReplayCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private RunName run = new RunName();

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public DagReplayCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Row origin = run.find(desk);
        DagRun made = desk.operations().replay(author.operator(), origin.id());
        Row row = new RunListRepository(desk.database()).find(made.id()).orElseThrow();
        if (isJson()) {
            say(DagText.json(row, desk.now()));
        } else {
            say("Run " + made.id() + " of " + made.dag() + " is " + DagText.word(row.state()) + ": a replay of "
                    + origin.id() + ", interval " + DagText.text(made.intervalStart()) + " to "
                    + DagText.text(made.intervalEnd()));
        }
        return 0;
    }
}
