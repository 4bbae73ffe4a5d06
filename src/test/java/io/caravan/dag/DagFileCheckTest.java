package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.caravan.dag.definition.WrittenTask;
import io.caravan.routes.Problem;
import io.caravan.routes.RouteFileStatus;
import io.caravan.routes.RouteFileStatus.State;
import io.caravan.routes.RouteLoader;
import io.caravan.routes.RouteValidator;
import io.caravan.routes.RouteValidator.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code validate} says about workflows, and that the service refuses the same with the same words. */
class DagFileCheckTest {
    private static final String RIDES = """
            - beans:
                - name: rides
                  type: io.caravan.dag.Dag
                  properties:
                    schedule: "0 2 * * *"
                    timezone: Europe/Amsterdam
                    params:
                      city: {type: string, default: Amsterdam}
                      limit:
                        type: integer
                        default: 5
                - {name: staging, type: io.caravan.dag.Pool, properties: {slots: 1}}
            - route:
                id: rides-stage
                from:
                  uri: dag:rides/stage
                  parameters:
                    pool: staging
                    retries: 3
                    timeout: 10m
                  steps: [{log: hello}]
            - route:
                id: rides-promote
                from:
                  uri: dag:rides/promote
                  parameters:
                    after: stage
                    when: all_success
                  steps: [{log: hello}]
            """;

    @TempDir
    Path folder;

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments(
                        "an unknown task",
                        RIDES.replace("after: stage", "after: stag"),
                        "27: Task 'promote' of workflow 'rides', after: no route defines 'stag'; did you mean 'stage'?"),
                arguments(
                        "a circle",
                        RIDES.replace("retries: 3", "after: promote"),
                        "27: Task 'promote' of workflow 'rides', after: the tasks run in a circle: promote -> stage -> promote; remove one of these from an after"),
                arguments(
                        "a duplicate id",
                        RIDES.replace("rides/promote", "rides/stage").replace("after: stage", "retries: 1"),
                        "25: Task 'stage' of workflow 'rides' is route 'rides-stage' already; give one of the two another name"),
                arguments(
                        "a bad cron",
                        RIDES.replace("0 2 * * *", "0 25 * * *"),
                        "5: Workflow 'rides', schedule: Cron expression '0 25 * * *': '25' is no hour; write 0-23"),
                arguments(
                        "an unknown zone",
                        RIDES.replace("Europe/Amsterdam", "Europe/Amstredam"),
                        "6: Workflow 'rides', timezone: 'Europe/Amstredam' is no time zone; did you mean 'Europe/Amsterdam'?"),
                arguments(
                        "an unknown rule",
                        RIDES.replace("all_success", "all_sucess"),
                        "28: 'when' is 'all_sucess', which is none of its values; did you mean 'all_success'?"),
                arguments(
                        "an unknown option",
                        RIDES.replace("retries: 3", "retrys: 3"),
                        "19: 'retrys' is not an option of dag; did you mean 'retries'?"),
                arguments(
                        "an unknown property",
                        RIDES.replace("schedule:", "shedule:"),
                        "5: 'shedule' is not a property of io.caravan.dag.Dag; did you mean 'schedule'?"),
                arguments(
                        "a param of the wrong type",
                        RIDES.replace("default: 5", "default: many"),
                        "11: Workflow 'rides', params.limit.default: is 'many', which is no integer; write 42, or change the type"),
                arguments(
                        "an unknown type of a param",
                        RIDES.replace("type: integer", "type: intger"),
                        "10: Workflow 'rides', params.limit.type: cannot be 'intger'; did you mean 'integer'?"),
                arguments(
                        "a task without workflow",
                        RIDES.replace("dag:rides/promote", "dag:ridez/promote").replace("after: stage", "retries: 1"),
                        "25: There is no workflow 'ridez'; did you mean 'rides'?"),
                arguments(
                        "a step that starts no workflow",
                        RIDES.replace("[{log: hello}]", "[{to: \"dag:ridez?wait=true\"}]")
                                .replaceFirst("dag:ridez", "dag:rides"),
                        "29: There is no workflow 'ridez' to start; did you mean 'rides'?"),
                arguments(
                        "an unknown pool",
                        RIDES.replace("pool: staging", "pool: stagin"),
                        "18: Task 'stage' of workflow 'rides', pool: there is no pool 'stagin'; did you mean 'staging'?"),
                arguments(
                        "a list that is not there",
                        RIDES.replace("retries: 3", "forEach: list"),
                        "19: Task 'stage' of workflow 'rides', forEach: no route defines 'list'; known here: promote"),
                arguments(
                        "a teardown of nothing",
                        RIDES.replace("retries: 3", "kind: teardown"),
                        "16: Task 'stage' of workflow 'rides' is a teardown of nothing; name its setups: teardownOf: <task>"),
                arguments(
                        "retries in two places",
                        RIDES.replace(
                                "    id: rides-stage\n",
                                "    id: rides-stage\n    errorHandler:\n      defaultErrorHandler:\n        redeliveryPolicy:\n          maximumRedeliveries: 5\n"),
                        "18: An error handler asks for redeliveries in the route of task 'stage' of workflow 'rides', which multiplies the tries of the workflow; write retries: 3 at its from, and remove the redeliveries"),
                arguments(
                        "an unknown event",
                        RIDES.replace("uri: dag:rides/promote", "uri: dag:rides")
                                .replace("after: stage", "on: failt")
                                .replace("        when: all_success\n", ""),
                        "27: 'failt' is no event of a workflow; did you mean 'failed'?"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void isToldByValidate(String name, String yaml, String problem) throws Exception {
        Path file = write("rides.camel.yaml", yaml);

        assertThat(validate(file)).containsExactly(file + ":" + problem);
    }

    @Test
    void whatIsRightIsNotComplainedAbout() throws Exception {
        assertThat(validate(write("rides.camel.yaml", RIDES))).isEmpty();
    }

    @Test
    void everyMistakeIsToldAtOnce() throws Exception {
        Path file = write(
                "rides.camel.yaml",
                RIDES.replace("after: stage", "after: stag")
                        .replace("pool: staging", "slots: 2")
                        .replace("default: 5", "default: many"));

        assertThat(validate(file)).extracting(text -> text.split(":", 3)[1]).containsExactly("11", "18", "27");
    }

    @Test
    void aWorkflowMayLieInSeveralFiles() throws Exception {
        int second = RIDES.indexOf("- route:\n    id: rides-promote");
        Path bean = write("a.camel.yaml", RIDES.substring(0, second));
        Path promote = write("b.camel.yaml", RIDES.substring(second));
        assertThat(validate(bean, promote)).isEmpty();

        write("b.camel.yaml", RIDES.substring(second).replace("after: stage", "after: stag"));
        assertThat(validate(promote))
                .containsExactly(
                        promote
                                + ":6: Task 'promote' of workflow 'rides', after: no route defines 'stag'; did you mean 'stage'?");
    }

    @Test
    void aStepMayStartAWorkflowOfAnotherFile() throws Exception {
        write("a.camel.yaml", RIDES);
        String starts = """
                - route:
                    id: start
                    from:
                      uri: direct:start
                      steps:
                        - choice:
                            when:
                              - simple: "${body}"
                                steps:
                                  - to: {uri: dag:rides}
                """;
        Path file = write("b.camel.yaml", starts);
        assertThat(validate(file)).isEmpty();

        write("b.camel.yaml", starts.replace("dag:rides", "dag:ride"));
        assertThat(validate(file))
                .containsExactly(file + ":10: There is no workflow 'ride' to start; did you mean 'rides'?");
    }

    @Test
    void aWorkflowThatAStepStartsIsNotTakenAway() throws Exception {
        Path file = write("a.camel.yaml", RIDES);
        write("b.camel.yaml", "- route: {id: start, from: {uri: \"direct:start\", steps: [{to: \"dag:rides\"}]}}\n");
        try (DefaultCamelContext camel = new DefaultCamelContext();
                RouteLoader loader = loader(camel)) {
            camel.start();
            loader.start();
            assertThat(loader.statuses()).allMatch(RouteFileStatus::isLoaded);

            Files.delete(file);
            await(loader, State.LAST_GOOD);

            assertThat(loader.statuses().iterator().next().problems())
                    .singleElement()
                    .asString()
                    .contains("b.camel.yaml:1: There is no workflow 'rides' to start");
        }
    }

    @Test
    void durationsMayBeWrittenAsIsoDoes() throws Exception {
        assertThat(validate(write("rides.camel.yaml", RIDES.replace("10m", "P1D"))))
                .isEmpty();
    }

    @Test
    void theServiceRefusesTheSaveInTheSameWordsAndTheLastGoodVersionGoesOn() throws Exception {
        Path file = write("rides.camel.yaml", RIDES);
        try (DefaultCamelContext camel = new DefaultCamelContext();
                RouteLoader loader = loader(camel)) {
            camel.start();
            loader.start();
            assertThat(loader.statuses()).allMatch(RouteFileStatus::isLoaded);

            write("rides.camel.yaml", RIDES.replace("after: stage", "after: stag"));
            await(loader, State.LAST_GOOD);
            assertThat(loader.statuses().iterator().next().problems())
                    .extracting(Problem::toString)
                    .containsExactly(
                            file
                                    + ":27: Task 'promote' of workflow 'rides', after: no route defines 'stag'; did you mean 'stage'?");
            TaskRoutes routes = camel.getComponent("dag", DagComponent.class).taskRoutes();
            assertThat(routes.tasks("rides"))
                    .extracting(WrittenTask::after)
                    .containsExactly(List.of("stage"), List.of());

            write("rides.camel.yaml", RIDES.replace("retries: 3", "retries: 4"));
            await(loader, State.LOADED);
            assertThat(routes.tasks("rides").get(1).retries().limit()).isEqualTo(4);
        }
    }

    @Test
    void filesThatNeedEachOtherLoadTogether() throws Exception {
        String bean = RIDES.substring(0, RIDES.indexOf("- route:"));
        write("z.camel.yaml", bean);
        write("a.camel.yaml", task("one", "") + task("three", "two"));
        write("b.camel.yaml", task("two", "one") + task("four", "three"));
        try (DefaultCamelContext camel = new DefaultCamelContext();
                RouteLoader loader = loader(camel)) {
            camel.start();
            loader.start();

            assertThat(loader.statuses()).hasSize(3).allMatch(RouteFileStatus::isLoaded);
        }
    }

    @Test
    void aFileIsNotRefusedForWhatIsWrongInAnother() throws Exception {
        int second = RIDES.indexOf("- route:\n    id: rides-promote");
        Path good = write("a.camel.yaml", RIDES.substring(0, second));
        Path bad = write("b.camel.yaml", RIDES.substring(second).replace("after: stage", "after: stag"));
        try (DefaultCamelContext camel = new DefaultCamelContext();
                RouteLoader loader = loader(camel)) {
            camel.start();
            loader.start();

            assertThat(loader.statuses())
                    .extracting(status -> status.path() + " " + status.state())
                    .containsExactly(good + " LOADED", bad + " FAILED");
        }
    }

    @Test
    void aChangeThatBreaksAnotherFileIsRefused() throws Exception {
        int second = RIDES.indexOf("- route:\n    id: rides-promote");
        Path stage = write("a.camel.yaml", RIDES.substring(0, second));
        write("b.camel.yaml", RIDES.substring(second));
        try (DefaultCamelContext camel = new DefaultCamelContext();
                RouteLoader loader = loader(camel)) {
            camel.start();
            loader.start();
            write("a.camel.yaml", RIDES.substring(0, second).replace("rides/stage", "rides/load"));
            await(loader, State.LAST_GOOD);

            assertThat(loader.statuses().iterator().next().path()).isEqualTo(stage);
            assertThat(loader.statuses().iterator().next().problems())
                    .singleElement()
                    .asString()
                    .contains("b.camel.yaml:6: Task 'promote' of workflow 'rides', after: no route defines 'stage'");
        }
    }

    private static String task(String id, String after) {
        return "- route: {id: rides-" + id + ", from: {uri: \"dag:rides/" + id + "\", "
                + (after.isEmpty() ? "" : "parameters: {after: " + after + "}, ") + "steps: [{log: hello}]}}\n";
    }

    private RouteLoader loader(DefaultCamelContext camel) {
        return new RouteLoader(camel, List.of(folder.resolve("routes")), Clock.systemUTC(), List.of(check()));
    }

    private static void await(RouteLoader loader, State state) {
        Awaitility.await()
                .until(() -> loader.statuses().stream().anyMatch(status -> status.state() == state)
                        && (state != State.LOADED || loader.statuses().stream().allMatch(RouteFileStatus::isLoaded)));
    }

    private static DagFileCheck check() {
        return new DagFileCheck(name -> false, ZoneOffset.UTC);
    }

    private List<String> validate(Path... files) {
        RouteValidator validator = new RouteValidator(Project.in(folder, Map.of()), List.of(check()));
        return validator.validate(List.of(files)).stream()
                .map(Problem::toString)
                .toList();
    }

    private Path write(String name, String text) throws Exception {
        Path file = folder.resolve("routes").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
