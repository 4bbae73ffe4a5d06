package io.caravan.cli;

/** What the commands of {@code caravan alert} share: what can't be done is told in its own words. */
abstract class AlertSubcommand extends Subcommand {
    @Override
    public final Integer call() {
        try {
            return run();
        } catch (IllegalArgumentException e) {
            return failed(e);
        }
    }
}
