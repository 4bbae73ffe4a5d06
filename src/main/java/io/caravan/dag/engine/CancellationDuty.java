package io.caravan.dag.engine;

import io.caravan.dag.definition.Definitions;
import io.caravan.dag.engine.Timekeeper.Duty;
import io.caravan.dag.event.DagEvents;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Ends runs that were cancelled or timed out and whose last task was left behind by a node that died. */
final class CancellationDuty implements Duty {
    private final Database database;
    private final Definitions definitions;
    private final DagEvents events;
    private final RunChangeRepository runs;
    private final Cancelling cancelling;

    CancellationDuty(Database database, Definitions definitions, DagEvents events) {
        this.database = database;
        this.definitions = definitions;
        this.events = events;
        this.runs = new RunChangeRepository(database);
        this.cancelling = new Cancelling(database, definitions);
    }

    @Override
    public boolean run(Instant now) {
        List<UUID> left = runs.cancellable();
        if (left.isEmpty()) {
            return false;
        }
        return database.inTransaction(connection -> {
            FollowUp follow = new FollowUp(database, definitions, events, now);
            follow.lockWorkflows(
                    runs.find(left).stream().map(each -> each.run().dag()).toList());
            runs.lock(left);
            cancelling.settle(follow, left);
            follow.finish();
            return follow.isAnyReady();
        });
    }
}
