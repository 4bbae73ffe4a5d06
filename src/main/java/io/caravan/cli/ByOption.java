package io.caravan.cli;

import picocli.CommandLine.Option;

/** Who does something by hand. */
class ByOption {
    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who does it, for the audit log. Default: the user of this system (${DEFAULT-VALUE}).")
    private String by = "";

    String by() {
        return by;
    }
}
