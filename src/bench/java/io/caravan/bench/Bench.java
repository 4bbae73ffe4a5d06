package io.caravan.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code caravan bench}: measures, and judges nothing: it succeeds when it could measure. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Measures Caravan on this machine.")
public final class Bench {
    private Bench() {}

    public static void main(String[] args) {
        System.setProperty("caravan.log.level", System.getProperty("caravan.log.level", "error"));
        System.exit(commands().execute(args));
    }

    static CommandLine commands() {
        return new CommandLine(new Bench())
                .addSubcommand(new LoadBench())
                .addSubcommand(new DagBench())
                .addSubcommand(new WatchBench())
                .addSubcommand(new AlertBench());
    }
}
