package io.caravan.dag;

import io.caravan.batch.TimeOrderedId;
import io.caravan.dag.DatasetCondition.Standing;
import io.caravan.dag.DatasetRepository.Pending;
import io.caravan.dag.DatasetRepository.Watch;
import io.caravan.dag.RunRepository.NewRun;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes runs of workflows whose datasets have been updated. While a run that datasets started is still queued, updates are saved up for the next one, so that a table that is loaded forty
 * times a second doesn't make forty runs.
 */
final class DatasetDuty implements Timekeeper.Duty {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetDuty.class);

    private final Database database;
    private final DatasetRepository datasets;
    private final Definitions definitions;
    private final RunStarter starter;

    /** As they were when what is watched was last compared with them; null: never. */
    private @Nullable Map<String, String> compared;

    DatasetDuty(Database database, Definitions definitions, RunStarter starter) {
        this.definitions = definitions;
        this.database = database;
        this.datasets = new DatasetRepository(database);
        this.starter = starter;
    }

    @Override
    public boolean run(Instant now) {
        Map<String, String> conditions = database.inTransaction(connection -> datasets.conditions());
        if (!conditions.equals(compared)) {
            database.runInTransaction(connection -> watch(conditions));
            compared = conditions;
        }
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

    /** What is watched follows what the workflows' conditions name. */
    private void watch(Map<String, String> conditions) {
        Set<Watch> wanted = new HashSet<>();
        conditions.forEach((dag, condition) -> {
            try {
                DatasetCondition.parse(condition).datasets().forEach(dataset -> wanted.add(new Watch(dag, dataset)));
            } catch (IllegalArgumentException e) {
                LOG.warn("dag={} has a condition that can't be read: {}", dag, e.getMessage());
            }
        });
        Set<Watch> known = new HashSet<>(datasets.watches());
        List<Watch> fresh =
                wanted.stream().filter(each -> !known.contains(each)).toList();
        List<Watch> stale =
                known.stream().filter(each -> !wanted.contains(each)).toList();
        if (!fresh.isEmpty()) {
            datasets.add(fresh);
        }
        if (!stale.isEmpty()) {
            datasets.remove(stale);
        }
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
