package io.caravan.dag;

import io.caravan.dag.run.DagRun;
import java.time.Duration;

/** Hears how a rehearsal goes, on its thread. */
public interface RehearsalEvents {
    /** A run begins; also that of a workflow which a task starts. */
    void began(DagRun run);

    /**
     * A try has ended, or a task is left out.
     *
     * @param pause how long until it is tried or asked again; zero when it isn't
     */
    void moved(RehearsedTask task, Duration pause);
}
