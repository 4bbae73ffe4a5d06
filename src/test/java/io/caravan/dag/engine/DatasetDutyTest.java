package io.caravan.dag.engine;

import static io.caravan.dag.engine.TestWorkflows.dag;
import static io.caravan.dag.engine.TestWorkflows.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.event.DagEvents;
import io.caravan.database.Database;
import io.caravan.database.Datasets;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DatasetDutyTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final Database database;
    private final TestWorkflows workflows;
    private final DatasetDuty duty;

    DatasetDutyTest(Database database) {
        this.database = database;
        this.workflows = new TestWorkflows(database);
        this.duty = new DatasetDuty(database, workflows, new RunStarter(database, workflows, new DagEvents() {}));
    }

    @Test
    void aRunBeginsWhenAllItsDatasetsHaveBeenUpdated() {
        waitsFor("both", "rides.ride and telematics.packet");
        updated("rides.ride", NOON);
        duty.run(NOON);
        assertThat(runs("both")).isEmpty();

        updated("telematics.packet", NOON.plusSeconds(60));
        updated("other.table", NOON.plusSeconds(60));
        duty.run(NOON.plusSeconds(61));
        assertThat(runs("both")).containsExactly("DATASET 2026-03-02T12:00:00Z 2026-03-02T12:01:00Z");

        updated("rides.ride", NOON.plusSeconds(120));
        duty.run(NOON.plusSeconds(121));
        assertThat(runs("both")).hasSize(1);
    }

    @Test
    void whileARunIsQueuedUpdatesAreSavedUpForTheNext() {
        DagDefinition one = dag("busy", task("work"));
        workflows.with(new DagDefinition(
                one.id(),
                "",
                "",
                List.of(),
                one.timing(),
                one.datasets(),
                1,
                0,
                0,
                one.timeout(),
                one.deadline(),
                one.expect(),
                false,
                List.of(),
                one.tasks()));
        waitsFor("busy", "hot.table");
        for (int second = 0; second < 20; second++) {
            updated("hot.table", NOON.plusSeconds(second));
            duty.run(NOON.plusSeconds(second));
        }
        assertThat(runs("busy")).hasSize(2);
    }

    @Test
    void anUpdateThatIsRolledBackIsNoNews() {
        waitsFor("careful", "money.booking");
        Datasets datasets = new Datasets(database, Clock.fixed(NOON, ZoneOffset.UTC));
        try {
            database.runInTransaction(connection -> {
                datasets.updated("money.booking", 3);
                throw new IllegalStateException("the batch failed");
            });
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("the batch failed");
        }
        duty.run(NOON);
        assertThat(runs("careful")).isEmpty();
        datasets.updated("money.booking", 3);
        duty.run(NOON);
        assertThat(runs("careful")).hasSize(1);
    }

    private void waitsFor(String id, String condition) {
        if (!workflows.definitions.containsKey(id)) {
            workflows.with(dag(id, task("work")));
        }
        Query.of("update caravan.dag_workflow set datasets = :condition where dag = :dag")
                .on(database)
                .set("condition", condition)
                .set("dag", id)
                .update();
        database.runInTransaction(connection -> new DatasetWatches(database).follow());
    }

    private void updated(String dataset, Instant at) {
        new Datasets(database, Clock.fixed(at, ZoneOffset.UTC)).updated(dataset, 1);
    }

    private List<String> runs(String dag) {
        return Query.of("select kind, interval_start, interval_end from caravan.dag_run where dag = :dag")
                .on(database)
                .set("dag", dag)
                .list(row -> row.getString(1) + " " + Query.instant(row, "interval_start") + " "
                        + Query.instant(row, "interval_end"));
    }
}
