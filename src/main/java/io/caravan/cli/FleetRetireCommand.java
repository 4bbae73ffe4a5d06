package io.caravan.cli;

import io.caravan.watch.series.Series;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code caravan fleet retire}: a fleet is gone. */
@Command(
        name = "retire",
        mixinStandardHelpOptions = true,
        description = "Misses a fleet no more. Its next packet brings it back, as if it were new.")
public final class FleetRetireCommand extends Subcommand {
    private final FleetDesk desk;

    @Parameters(paramLabel = "FLEET", description = "Such as acme/north, or north where only one fleet has that name.")
    private String fleet = "";

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public FleetRetireCommand(FleetDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Series retired = desk.operations().retire(author.author(), fleet);
        if (isJson()) {
            say(object().put("retired", retired.name()));
        } else {
            say("Retired " + retired.name() + ". Its next packet brings it back.");
        }
        return 0;
    }
}
