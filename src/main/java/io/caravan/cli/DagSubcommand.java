package io.caravan.cli;

import io.caravan.dag.run.RefusedException;

/** What the commands of {@code caravan dag} share: what can't be done is told in its own words. */
abstract class DagSubcommand extends Subcommand {
    @Override
    public Integer call() {
        try {
            return run();
        } catch (RefusedException e) {
            return failed(e);
        }
    }
}
