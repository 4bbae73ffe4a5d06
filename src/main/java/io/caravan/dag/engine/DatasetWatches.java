package io.caravan.dag.engine;

import io.caravan.dag.engine.DatasetRepository.Watch;
import io.caravan.dag.schedule.DatasetCondition;
import io.caravan.database.Database;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which datasets are watched: those that the conditions of workflows name. Safe for any thread. */
public final class DatasetWatches {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetWatches.class);

    private final DatasetRepository datasets;

    public DatasetWatches(Database database) {
        this.datasets = new DatasetRepository(database);
    }

    /** Compares what is watched with what the conditions name. In the transaction that has changed them. */
    public void follow() {
        Map<String, String> conditions = datasets.conditions();
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
}
