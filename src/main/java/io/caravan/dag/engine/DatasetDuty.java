package io.caravan.dag.engine;

import io.caravan.batch.TimeOrderedId;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Params;
import io.caravan.dag.engine.DatasetRepository.Pending;
import io.caravan.dag.engine.RunRepository.NewRun;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.schedule.DatasetCondition;
import io.caravan.dag.schedule.DatasetCondition.Standing;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Makes runs of workflows whose datasets have been updated. While a run that datasets started is still queued, updates are saved up for the next one, so that a table that is loaded forty
 * times a second doesn't make forty runs.
 */
final class DatasetDuty implements Timekeeper.Duty {
    private final Database database;
    private final DatasetRepository datasets;
    private final Definitions definitions;
    private final RunStarter starter;

    DatasetDuty(Database database, Definitions definitions, RunStarter starter) {
        this.definitions = definitions;
        this.database = database;
        this.datasets = new DatasetRepository(database);
        this.starter = starter;
    }

    @Override
    public boolean run(Instant now) {
        database.runInTransaction(connection -> {
            if (datasets.isNews()) {
                datasets.take();
            }
        });
        boolean made = false;
        for (Pending each : datasets.pending()) {
            made |= database.inTransaction(connection -> start(each, now));
        }
        return made;
    }

    private boolean start(Pending pending, Instant now) {
        Map<String, Instant> updates = datasets.updates(pending.dag());
        Standing standing = DatasetCondition.parse(pending.condition()).evaluate(updates);
        if (!standing.isSatisfied()) {
            return false;
        }
        List<Instant> used = new ArrayList<>();
        standing.used().forEach(dataset -> used.add(updates.getOrDefault(dataset, now)));
        used.sort(Comparator.naturalOrder());
        DagRun run = new DagRun(
                TimeOrderedId.at(now),
                pending.dag(),
                pending.version(),
                RunKind.DATASET,
                now,
                used.get(0),
                used.get(used.size() - 1),
                now,
                definitions
                        .find(pending.dag(), pending.version())
                        .map(dag -> Params.defaults(dag).toString())
                        .orElse("{}"),
                0,
                now);
        datasets.use(pending.dag(), standing.used());
        String note = "updated: "
                + String.join(", ", standing.used().stream().sorted().toList());
        return !starter.create(List.of(new NewRun(run, "datasets", null, null, note)), now)
                .isEmpty();
    }
}
