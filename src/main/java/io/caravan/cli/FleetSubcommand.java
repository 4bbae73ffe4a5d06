package io.caravan.cli;

/** What the commands of {@code caravan fleet} share: a name that nobody has, or a value that can't be taken, is told in its own words. */
abstract class FleetSubcommand extends Subcommand {
    @Override
    public final Integer call() {
        try {
            return run();
        } catch (IllegalArgumentException e) {
            return failed(e);
        }
    }
}
