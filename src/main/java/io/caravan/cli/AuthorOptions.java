package io.caravan.cli;

import io.caravan.dag.steering.Operator;
import io.caravan.watch.episode.Author;
import picocli.CommandLine.Option;

/** Who does something by hand, and why. */
final class AuthorOptions extends ByOption {
    @Option(
            names = "--why",
            paramLabel = "REASON",
            defaultValue = "",
            description = "Why, for the audit log and the notes of runs and tasks.")
    private String why = "";

    Author author() {
        return new Author(by(), why);
    }

    Operator operator() {
        return new Operator(by(), why);
    }
}
