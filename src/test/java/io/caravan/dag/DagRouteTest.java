package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.dag.DagAssembly.Assembled;
import io.caravan.dag.DagAssembly.Surroundings;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Param;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.event.EventKind;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Consumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Camel makes of YAML. */
class DagRouteTest {
    private static final String RIDES = """
            - beans:
                - name: rides
                  type: io.caravan.dag.Dag
                  properties:
                    description: Load yesterday's rides
                    schedule: "0 2 * * *"
                    timezone: Europe/Amsterdam
                    maxActiveRuns: 2
                    deadline: 45m
                    params:
                      city: {type: string, default: Amsterdam, enum: "Amsterdam, Utrecht"}
                      limit: {type: integer, default: 5}
                    groups: {extract-all: {forEach: list, after: list}}
                    expect: {schedule: "0 8 * * *", within: 24h}
                - {name: staging, type: io.caravan.dag.Pool, properties: {slots: 3}}
            """;
    private static final String ROUTES = """
            - route:
                id: rides-list
                from: {uri: "dag:rides/list", parameters: {retries: 3, retryDelay: 30s, retryBackoff: 2, timeout: 10m}, steps: [{log: hello}]}
            - route:
                id: rides-fetch
                from: {uri: "dag:rides/extract-all.fetch", parameters: {pool: staging, slots: 2}, steps: [{log: hello}]}
            - route:
                id: rides-tell
                from: {uri: "dag:rides?on=failed,deadline", steps: [{log: hello}]}
            """;

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void aSecondRouteOfATaskIsRefused() throws Exception {
        load(RIDES);
        load(ROUTES);
        assertThatThrownBy(() -> load("""
                - route:
                    id: another
                    from: {uri: "dag:rides/list", steps: [{log: hello}]}
                """))
                .hasMessage(
                        "Task 'list' of workflow 'rides' is route 'rides-list' already; give route 'another' another task name.");
    }

    /** Camel stops the consumers of a file that it can't load, also those that it never started. */
    @Test
    void aRouteThatNeverStartedIsStoppedInPeace() throws Exception {
        load(RIDES);
        DagEndpoint endpoint = camel.getEndpoint("dag:rides/list", DagEndpoint.class);
        Consumer consumer = endpoint.createConsumer(exchange -> {});

        consumer.stop();

        assertThat(component().taskRoutes().workflows()).isEmpty();
    }

    @Test
    void aBeanAndItsRoutesAreAWorkflow() throws Exception {
        load(RIDES);
        load(ROUTES);

        Dag dag = camel.getRegistry().lookupByNameAndType("rides", Dag.class);
        Assembled assembled = DagAssembly.of(
                "rides",
                dag,
                component().taskRoutes().tasks("rides"),
                Surroundings.of(Map.of("staging", 3), name -> false, name -> false, ZoneOffset.UTC));

        assertThat(assembled.mistakes()).isEmpty();
        DagDefinition rides = assembled.definition().orElseThrow();
        assertThat(rides.maxActiveRuns()).isEqualTo(2);
        assertThat(rides.params()).extracting(Param::name).containsExactly("city", "limit");
        assertThat(rides.params().get(1).defaultValue()).hasToString("5");
        assertThat(rides.params().get(0).choices()).hasSize(2);
        assertThat(rides.expect().orElseThrow().within()).isEqualTo(Duration.ofDays(1));
        assertThat(rides.tasks())
                .extracting(TaskDefinition::id)
                .containsExactly("list", "extract-all", "extract-all.fetch");
        assertThat(rides.tasks().get(0).retries().delay()).isEqualTo(Duration.ofSeconds(30));
        assertThat(rides.tasks().get(0).timeout()).contains(Duration.ofMinutes(10));
        assertThat(rides.tasks().get(2).slots()).isEqualTo(2);
        assertThat(rides.tasks().get(2).route()).isEqualTo("rides-fetch");
        assertThat(camel.getRegistry()
                        .lookupByNameAndType("staging", Pool.class)
                        .getSlots())
                .isEqualTo(3);
    }

    @Test
    void routesComeAndGo() throws Exception {
        List<String> changed = new ArrayList<>();
        component().taskRoutes().onChange(changed::add);
        load(RIDES);
        load(ROUTES);

        assertThat(component().taskRoutes().find("rides", "list")).isPresent();
        assertThat(component().taskRoutes().find("rides", "other")).isEmpty();

        camel.getRouteController().stopRoute("rides-list");
        assertThat(component().taskRoutes().find("rides", "list")).isEmpty();
        assertThat(changed).containsExactly("rides", "rides", "rides");
    }

    @Test
    void aRouteMayBeToldOfEvents() throws Exception {
        load(RIDES);
        load(ROUTES);

        DagEventConsumer tell =
                (DagEventConsumer) component().eventRoutes().find("rides-tell").orElseThrow();
        assertThat(tell.workflow()).isEqualTo("rides");
        assertThat(tell.kinds()).isEqualTo(Set.of(EventKind.FAILED, EventKind.DEADLINE));
    }

    @Test
    void whatCannotBeIsRefusedByTheRoute() throws Exception {
        load(RIDES);

        refuses("dag:rides/stage?when=all_sucess", "did you mean 'all_success'?");
        refuses("dag:ridez/stage", "Known workflows: rides");
        refuses("dag:rides?on=fail", "did you mean 'failed'?");
        refuses("dag:rides", "names no task and no events");
        refuses("dag:rides/stage?on=failed", "about the runs of a workflow");
    }

    private void refuses(String from, String reason) {
        assertThatThrownBy(() -> load("- from: {uri: \"" + from + "\", steps: [{log: hello}]}"))
                .rootCause()
                .hasMessageContaining(reason);
    }

    private DagComponent component() {
        return camel.getComponent("dag", DagComponent.class);
    }

    private void load(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("file:rides.camel.yaml", yaml));
    }
}
