package io.caravan.cli;

import io.caravan.watch.episode.Episode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code caravan fleet confirm}: a trouble was real. */
@Command(
        name = "confirm",
        mixinStandardHelpOptions = true,
        description =
                "Says that the open, else the latest, trouble of a fleet, or of a provider, credential, region or tenant with the fleets that it was about, was real: its hours teach nothing. Else they count a quarter, since they may be a new way of working.")
public final class FleetConfirmCommand extends Subcommand {
    private final FleetDesk desk;

    @Parameters(
            paramLabel = "FLEET",
            description =
                    "Such as acme/north, or north where only one fleet has that name; acme, acme:main, a region or a tenant.")
    private String fleet = "";

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public FleetConfirmCommand(FleetDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Episode episode = desk.operations().confirm(author.author(), fleet);
        if (isJson()) {
            say(FleetText.json(episode));
        } else {
            say("Confirmed: " + episode.kind().word() + " since " + episode.since() + ". Its hours teach nothing.");
        }
        return 0;
    }
}
