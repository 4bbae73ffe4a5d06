package io.caravan.dag.engine;

import io.caravan.dag.definition.Definitions;
import io.caravan.dag.engine.Completion.Finished;
import io.caravan.dag.event.DagEvents;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends runs whose timeout is over, and those for which a task has waited too long, each with the runs that they have started. */
final class TimeLimits implements Timekeeper.Duty {
    private static final Logger LOG = LoggerFactory.getLogger(TimeLimits.class);

    private final Database database;
    private final Definitions definitions;
    private final DagEvents events;
    private final RunRepository runs;
    private final Cancelling cancelling;

    TimeLimits(Database database, Definitions definitions, DagEvents events) {
        this.database = database;
        this.definitions = definitions;
        this.events = events;
        this.runs = new RunRepository(database);
        this.cancelling = new Cancelling(database, definitions);
    }

    /** What hasn't begun is skipped, what runs is interrupted, teardowns tidy up, and the run has failed. */
    @Override
    public boolean run(Instant now) {
        List<UUID> due = runs.overdue(now);
        if (due.isEmpty()) {
            return false;
        }
        List<UUID> ended = database.inTransaction(connection -> {
            FollowUp follow = new FollowUp(database, definitions, events, now);
            List<UUID> overdue = cancelling.endOverdue(follow, due);
            follow.finish();
            follow.tell();
            return overdue;
        });
        LOG.warn("{} runs are ended by their timeout: {}", ended.size(), ended);
        return !ended.isEmpty();
    }

    /** A task waits no longer for the run that it has started, so that is ended, too. */
    void giveUp(Finished waited, Instant now) {
        database.runInTransaction(connection -> {
            FollowUp follow = new FollowUp(database, definitions, events, now);
            cancelling.endAwaited(follow, waited);
            follow.finish();
            follow.tell();
        });
    }
}
