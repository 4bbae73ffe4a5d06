package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workflows of routes in a process that works. */
@ExtendWith(PostgresExtension.class)
class DagNodeTest {
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Database database;

    DagNodeTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        camel.getRegistry().bind("database", database);
        camel.start();
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("rides.camel.yaml", """
                - beans:
                    - name: rides
                      type: io.caravan.dag.Dag
                      properties: {schedule: "0 2 * * *", timezone: Europe/Amsterdam, catchup: none}
                - route: {id: rides-stage, from: {uri: "dag:rides/stage", steps: [{log: hello}]}}
                """));
        camel.getComponent("dag", DagComponent.class).node().start();
    }

    @AfterEach
    void stop() {
        camel.getComponent("dag", DagComponent.class).node().close();
        camel.stop();
    }

    @Test
    void aRouteThatGivesALogicalTimeGetsTheIntervalThatHadEndedThen() throws Exception {
        try (ProducerTemplate route = camel.createProducerTemplate()) {
            route.sendBodyAndHeaders(
                    "dag:rides", null, Map.of(DagHeaders.TRIGGER_LOGICAL_TIME, Instant.parse("2026-03-01T12:00:00Z")));
        }

        assertThat(intervals()).containsExactly("2026-02-28T01:00:00Z to 2026-03-01T01:00:00Z");
    }

    private List<String> intervals() {
        return Query.of(
                        "select interval_start, interval_end from caravan.dag_run where logical_time = '2026-03-01T12:00:00Z'")
                .on(database)
                .list(row -> Query.instant(row, "interval_start") + " to " + Query.instant(row, "interval_end"));
    }
}
