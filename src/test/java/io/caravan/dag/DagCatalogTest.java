package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.dag.definition.Definitions;
import io.caravan.dag.steering.PoolRepository;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DagCatalogTest {
    private static final String RIDES = """
            - beans: [{name: rides, type: io.caravan.dag.Dag, properties: {schedule: "0 2 * * *", maxActiveRuns: 2}}, {name: staging, type: io.caravan.dag.Pool, properties: {slots: 3}}]
            - route: {id: rides-stage, from: {uri: "dag:rides/stage", parameters: {pool: staging}, steps: [{log: hello}]}}
            """;
    private static final String PROMOTE = """
            - route: {id: rides-promote, from: {uri: "dag:rides/promote", parameters: {after: stage}, steps: [{log: hello}]}}
            """;
    private static final String PRICES = """
            - beans: [{name: prices, type: io.caravan.dag.Dag}]
            - route: {id: prices-fetch, from: {uri: "dag:prices/fetch", steps: [{log: hello}]}}
            """;

    private Database database;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<Set<String>> told = new ArrayList<>();
    private DagCatalog catalog;

    @BeforeEach
    void start(Database database) {
        this.database = database;
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(
                        "truncate caravan.dag_workflow, caravan.dag_version, caravan.dag_pool, caravan.dag_loaded, caravan.dag_worker cascade");
            }
        });
        camel.start();
        catalog = catalog();
        catalog.onChange(told::add);
    }

    @AfterEach
    void stop() {
        catalog.close();
        camel.stop();
    }

    @Test
    void aWorkflowIsRecordedWithItsSource() throws Exception {
        load(RIDES);
        catalog.settle(true);

        Definitions.Current rides = catalog.current("rides").orElseThrow();
        assertThat(rides.version()).isEqualTo(1);
        assertThat(rides.definition().maxActiveRuns()).isEqualTo(2);
        assertThat(catalog.source("rides", 1)).contains(RIDES);
        assertThat(ask("select max_active_runs || ' ' || active from caravan.dag_workflow where dag = 'rides'"))
                .isEqualTo("2 true");
        assertThat(ask("select slots::text from caravan.dag_pool where name = 'staging'"))
                .isEqualTo("3");
        assertThat(told).containsExactly(Set.of("rides"));
    }

    @Test
    void theDatasetsThatItsConditionNamesAreWatchedAsLongAsItIsThere() throws Exception {
        load(PRICES.replace(
                "io.caravan.dag.Dag}", "io.caravan.dag.Dag, properties: {schedule: \"rides.ride and rides.stop\"}}"));
        catalog.settle(true);
        assertThat(watched()).isEqualTo("rides.ride, rides.stop");

        load(PRICES.replace("io.caravan.dag.Dag}", "io.caravan.dag.Dag, properties: {schedule: \"rides.ride\"}}"));
        catalog.settle(true);
        assertThat(watched()).isEqualTo("rides.ride");

        camel.getRegistry().unbind("prices");
        remove("prices-fetch");
        catalog.settle(true);
        assertThat(watched()).isEmpty();
    }

    private String watched() {
        return ask(
                "select coalesce(string_agg(dataset, ', ' order by dataset), '') from caravan.dataset_watch where watcher = 'dag:prices'");
    }

    private String slots() {
        return ask("select slots::text from caravan.dag_pool where name = 'staging'");
    }

    private void setByHand(int slots) {
        database.runInTransaction(connection -> new PoolRepository(database).set("staging", slots));
    }

    @Test
    void slotsThatWereSetByHandStayWhenOtherFilesAreSavedAndWhenANodeStarts() throws Exception {
        load(RIDES);
        catalog.settle(true);
        setByHand(7);

        load(PRICES);
        catalog.settle(true);
        assertThat(slots()).isEqualTo("7");
        try (DagCatalog restarted = catalog()) {
            restarted.settle(true);
        }
        assertThat(slots()).isEqualTo("7");
    }

    @Test
    void slotsThatWereSetByHandGoWhenTheirFileIsSavedAgainOrSaysSomethingElse() throws Exception {
        load(RIDES);
        catalog.settle(true);
        setByHand(7);

        load(RIDES);
        catalog.settle(true);
        assertThat(slots()).isEqualTo("3");

        setByHand(7);
        load(RIDES.replace("slots: 3", "slots: 4"));
        try (DagCatalog restarted = catalog()) {
            restarted.settle(true);
        }
        assertThat(slots()).isEqualTo("4");
    }

    @Test
    void whatHasNotChangedMakesNoVersion() throws Exception {
        load(RIDES);
        catalog.settle(true);
        catalog.settle(true);
        try (DagCatalog other = catalog()) {
            other.settle(true);
        }

        assertThat(ask("select count(*)::text from caravan.dag_version")).isEqualTo("1");
        assertThat(told).hasSize(1);
    }

    @Test
    void aChangeMakesAVersionAndTheOldOneStaysKnown() throws Exception {
        load(RIDES);
        catalog.settle(true);
        load(PROMOTE);
        catalog.settle(true);

        assertThat(catalog.current("rides").orElseThrow().version()).isEqualTo(2);
        assertThat(catalog.current("rides").orElseThrow().definition().tasks()).hasSize(2);
        assertThat(catalog.find("rides", 1).orElseThrow().tasks()).hasSize(1);
        try (DagCatalog later = catalog()) {
            assertThat(later.find("rides", 1).orElseThrow().tasks()).hasSize(1);
            assertThat(later.current("rides").orElseThrow().version()).isEqualTo(2);
        }
        assertThat(catalog.source("rides", 2)).contains(PROMOTE.strip() + "\n\n" + RIDES);
    }

    @Test
    void aWorkflowWithMistakesKeepsItsLastGoodVersion() throws Exception {
        load(RIDES);
        catalog.settle(true);
        load("- route: {id: rides-bad, from: {uri: \"dag:rides/bad?after=stag\", steps: [{log: hello}]}}");
        catalog.settle(true);

        assertThat(catalog.current("rides").orElseThrow().version()).isEqualTo(1);
        assertThat(catalog.importErrors()).singleElement().satisfies(error -> {
            assertThat(error.workflow()).isEqualTo("rides");
            assertThat(error).hasToString("task 'bad', after: no route defines 'stag'; did you mean 'stage'?");
        });
        assertThat(new ImportErrorRepository(database).list()).singleElement().satisfies(error -> {
            assertThat(error.dag()).isEqualTo("rides");
            assertThat(error.mistakes()).startsWith("task 'bad', after: no route defines 'stag'");
        });
        assertThat(ask("select active::text from caravan.dag_workflow where dag = 'rides'"))
                .isEqualTo("true");

        remove("rides-bad");
        catalog.settle(true);
        assertThat(catalog.importErrors()).isEmpty();
        assertThat(new ImportErrorRepository(database).list()).isEmpty();
    }

    @Test
    void aWorkflowThatIsGoneIsMarkedSo() throws Exception {
        load(RIDES);
        load(PRICES);
        catalog.settle(true);
        remove("prices-fetch");
        camel.getRegistry().unbind("prices");
        catalog.settle(true);

        assertThat(ask("select string_agg(dag, ',') from caravan.dag_workflow where active"))
                .isEqualTo("rides");
        assertThat(told).last().isEqualTo(Set.of("prices"));
    }

    @Test
    void whatWentWhileNobodyLookedIsMarkedByAFullLookOnly() throws Exception {
        load(RIDES);
        catalog.settle(true);
        remove("rides-stage");
        camel.getRegistry().unbind("rides");
        try (DagCatalog later = catalog()) {
            later.settle(false);
            assertThat(ask("select active::text from caravan.dag_workflow")).isEqualTo("true");
            later.settle(true);
            assertThat(ask("select active::text from caravan.dag_workflow")).isEqualTo("false");
        }
    }

    @Test
    void whatAnotherLivingProcessHasIsNotGone() throws Exception {
        load(RIDES);
        load(PRICES);
        catalog.settle(true);
        remove("prices-fetch");
        camel.getRegistry().unbind("prices");
        try (DagCatalog older = catalog(Clock.systemUTC(), "older")) {
            older.settle(true);
            assertThat(active()).isEqualTo("prices,rides");

            // one that no longer gives signs of life has nothing
            database.runInTransaction(connection -> Query.of(
                            "update caravan.dag_loaded set at = at - interval '1 hour' where node = 'test'")
                    .on(database)
                    .update());
            older.settle(true);
            assertThat(active()).isEqualTo("rides");
        }
    }

    @Test
    void aRouteThatComesWhileOthersAreBeingRecordedIsLookedAtNext() throws Exception {
        load(RIDES);
        AtomicBoolean first = new AtomicBoolean(true);
        Clock recording = new Clock() {
            @Override
            public Instant instant() {
                if (first.getAndSet(false)) {
                    loaded(PROMOTE);
                }
                return Instant.now();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        try (DagCatalog busy = catalog(recording, "busy")) {
            busy.settle(true);
            busy.settle(false);

            assertThat(busy.current("rides").orElseThrow().definition().tasks()).hasSize(2);
        }
    }

    @Test
    void anApplicationThatNeverSettlesIsLookedAtAfterAWhile() throws Exception {
        catalog.settleAfter(Duration.ofMillis(50));
        load(RIDES);

        await().until(() ->
                catalog.importErrors().isEmpty() && catalog.current("rides").isPresent());
    }

    @Test
    void ofAFileWithSeveralWorkflowsEachHasItsOwnPart() throws Exception {
        load(RIDES + PRICES);
        catalog.settle(true);
        stopAll();
        load(RIDES + PRICES.replace("hello", "good day"));
        catalog.settle(true);

        assertThat(catalog.current("rides").orElseThrow().version()).isEqualTo(1);
        assertThat(catalog.current("prices").orElseThrow().version()).isEqualTo(2);
        assertThat(catalog.source("prices", 2).orElseThrow())
                .contains("good day", "io.caravan.dag.Dag")
                .doesNotContain("rides");
    }

    @Test
    void whileAFileCannotBeLoadedNothingCountsAsTakenAway() throws Exception {
        load(RIDES);
        load(PROMOTE);
        load(PRICES);
        catalog.settle(true);
        remove("rides-promote");
        remove("prices-fetch");
        camel.getRegistry().unbind("prices");
        try (DagCatalog later = catalog()) {
            AtomicBoolean incomplete = new AtomicBoolean(true);
            later.watch(loading(incomplete));
            later.settle(true);

            assertThat(ask("select string_agg(dag, ',' order by dag) from caravan.dag_workflow where active"))
                    .isEqualTo("prices,rides");
            assertThat(later.current("rides").orElseThrow().definition().tasks())
                    .hasSize(2);
            assertThat(later.importErrors())
                    .singleElement()
                    .asString()
                    .contains("task 'promote' is missing, and a file of routes can't be loaded");
            assertThat(
                            ask(
                                    "select node || ' ' || file || ' ' || problems || ' ' || runs from caravan.dag_refused_file"))
                    .endsWith(" routes/bad.yaml routes/bad.yaml:3: no; mend it true");

            incomplete.set(false);
            later.settle(true);
            assertThat(later.current("rides").orElseThrow().definition().tasks())
                    .hasSize(1);
            assertThat(later.importErrors()).isEmpty();
            assertThat(ask("select count(*) from caravan.dag_refused_file")).isEqualTo("0");
            assertThat(ask("select string_agg(dag, ',') from caravan.dag_workflow where active"))
                    .isEqualTo("rides");
        }
    }

    private static final RefusedFile BAD =
            new RefusedFile("routes/bad.yaml", Instant.EPOCH, List.of("routes/bad.yaml:3: no; mend it"), true);

    private static DagCatalog.Loading loading(AtomicBoolean incomplete) {
        return new DagCatalog.Loading() {
            @Override
            public boolean isGoingOn() {
                return false;
            }

            @Override
            public boolean isIncomplete() {
                return incomplete.get();
            }

            @Override
            public List<RefusedFile> refused() {
                return incomplete.get() ? List.of(BAD) : List.of();
            }
        };
    }

    @Test
    void aThousandWorkflowsAreRecordedAtOnce() throws Exception {
        StringBuilder yaml = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            yaml.append(PRICES.replace("prices", "w" + i));
        }
        load(yaml.toString());
        catalog.settle(true);

        assertThat(ask("select count(*)::text from caravan.dag_version")).isEqualTo("1000");
        // by one statement of one transaction
        assertThat(ask("select count(distinct xmin::text || ' ' || cmin::text)::text from caravan.dag_version"))
                .isEqualTo("1");
    }

    private String active() {
        return ask("select string_agg(dag, ',' order by dag) from caravan.dag_workflow where active");
    }

    private void loaded(String yaml) {
        try {
            load(yaml);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private DagCatalog catalog() {
        return catalog(Clock.systemUTC(), "test");
    }

    private DagCatalog catalog(Clock clock, String node) {
        DagComponent component = camel.getComponent("dag", DagComponent.class);
        return new DagCatalog(
                database, clock, component.taskRoutes(), component.beans(), name -> false, ZoneOffset.UTC, node);
    }

    private void load(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString(
                        "file:" + Integer.toHexString(yaml.hashCode()) + ".camel.yaml", yaml));
    }

    private void remove(String route) throws Exception {
        camel.getRouteController().stopRoute(route);
        camel.removeRoute(route);
    }

    private void stopAll() throws Exception {
        for (RouteDefinition route : List.copyOf(camel.getRouteDefinitions())) {
            remove(route.getRouteId());
        }
    }

    private String ask(String sql) {
        return database.inTransaction(connection ->
                Query.of(sql).on(database).first(row -> row.getString(1)).orElseThrow());
    }
}
