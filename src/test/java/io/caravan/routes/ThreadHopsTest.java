package io.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.caravan.routes.RouteValidator.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that leave the thread of a transaction, as {@code validate} tells them. The route's steps begin in line 5. */
class ThreadHopsTest {
    private static final String LOAD = "{to: load:telematics.packet}";

    @TempDir
    Path project;

    static Stream<Arguments> hops() {
        return Stream.of(
                arguments(
                        "parallel split",
                        "split: {simple: '${body}', parallelProcessing: true, steps: [" + LOAD + "]}"),
                arguments("parallel multicast", "multicast: {parallelProcessing: true, steps: [" + LOAD + "]}"),
                arguments("parallel recipients", "recipientList: {parallelProcessing: true, simple: 'direct:a'}"),
                arguments("seda", "to: seda:later"),
                arguments("seda with parameters", "to: {uri: seda:later, parameters: {size: 5}}"),
                arguments("threads", "threads: {poolSize: 2}"),
                arguments(
                        "a timer's aggregate",
                        "aggregate: {constant: all, completionTimeout: 100, steps: [" + LOAD + "]}"),
                arguments("resequence", "resequence: {simple: '${body}', steps: [" + LOAD + "]}"),
                arguments(
                        "a breaker's timeout",
                        "circuitBreaker: {resilience4jConfiguration: {timeoutEnabled: true}, steps: [" + LOAD + "]}"),
                arguments("a tap that loads", "wireTap: load:telematics.packet"),
                arguments("nested", "choice: {when: [{simple: '${body}', steps: [{to: seda:later}]}]}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hops")
    void aStepThatLeavesTheThreadOfAPolledPageIsTold(String name, String step) throws Exception {
        assertThat(problems(route("poll:acme/packets", step))).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(5);
            assertThat(problem.what()).contains("transaction of poll:acme/packets", "(route 'a')");
            assertThat(problem.cure()).isNotEmpty();
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hops")
    void outsideOfATransactionItIsFine(String name, String step) throws Exception {
        assertThat(problems(route("timer:x", step))).isEmpty();
    }

    @Test
    void behindTransactedItIsToldAndBeforeItNot() throws Exception {
        assertThat(problems(route("file:inbox", "to: seda:before", "transacted: {}", "to: seda:behind")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(7);
                    assertThat(problem.what())
                            .startsWith(
                                    "'seda:behind' goes on in another thread, outside of the transaction of transacted in line 6");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "poll:acme/packets | to: dag:billing?wait=true",
                "dag:orders | to: {uri: dag:billing, parameters: {wait: true, waitTimeout: 5m}}",
                "watch:silent | toD: 'dag:billing?waitTimeout=5m&wait=true'",
            })
    void aStepThatWaitsForARunInATransactionIsTold(String from, String step) throws Exception {
        assertThat(problems(route(from, step))).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(5);
            assertThat(problem.what())
                    .startsWith("'dag:billing' with wait=true would wait in the transaction of " + from);
        });
        assertThat(problems(route("dag:orders/bill", step))).isEmpty();
        assertThat(problems(route("timer:x", step))).isEmpty();
        assertThat(problems(route("file:inbox", "transacted: {}", step))).hasSize(1);
        assertThat(problems(route(from, step.replace("wait=true", "wait=false").replace("wait: true", "wait: false"))))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hops")
    void aRouteThatIsToldOfEventsMayLeaveTheThreadWhereItDoesNotWrite(String name, String step) throws Exception {
        String quiet = step.replace("load:", "log:").replace("direct:a", "log:a");
        assertThat(problems(route("dag:orders?on=failed", quiet))).hasSize(name.equals("threads") ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "split: {simple: '${body}', parallelProcessing: true, steps: [{to: load:a.b}]}   | load:a.b",
                "multicast: {parallelProcessing: true, steps: [{to: direct:tell}]}               | sql:delete from a",
                "recipientList: {parallelProcessing: true, constant: 'log:a,direct:tell'}        | sql:delete from a",
                "circuitBreaker: {resilience4jConfiguration: {timeoutEnabled: true}, steps: [{to: watch:arrivals}]} | watch:arrivals",
                "wireTap: direct:tell                                                            | sql:delete from a",
            })
    void whatAnEventsRouteWritesInAnotherThreadIsTold(String step, String writer) throws Exception {
        assertThat(problems(route("watch:events", step) + tapped("sql:delete from a")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(5);
                    assertThat(problem.what())
                            .contains("another thread, where '" + writer
                                    + "' writes outside of the transaction of watch:events and stays");
                });
    }

    /** What people do is told in a transaction; a channel's message is not. */
    @ParameterizedTest
    @CsvSource({"alert:events, 1", "alert:chat, 0", "alert:events-team, 0"})
    void ofAlertsOnlyWhatPeopleDoIsToldInATransaction(String from, int problems) throws Exception {
        assertThat(problems(route(from, "wireTap: direct:tell") + tapped("sql:delete from a")))
                .hasSize(problems);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hops")
    void aTasksStepsMayLeaveItsThreadWhereTheyTakeItsClaimAlongOrDoNotWrite(String name, String step) throws Exception {
        boolean isFenced = List.of("parallel split", "parallel multicast", "a breaker's timeout")
                .contains(name);
        assertThat(problems(route("dag:orders/bill", isFenced ? step : step.replace("load:", "log:"))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wireTap: direct:tell                                                         | sql:delete from a",
                "split: {simple: '${body}', parallelProcessing: true, steps: [{wireTap: load:a.b}]} | load:a.b",
                "to: {uri: seda:later}                                                        | sql:delete from a",
                "recipientList: {parallelProcessing: true, constant: 'log:a,jdbc:b'}          | jdbc:b",
                "aggregate: {constant: all, parallelProcessing: true, steps: [{to: load:a.b}]} | load:a.b",
                "resequence: {simple: '${body}', steps: [{to: load:a.b}]}                     | load:a.b",
            })
    void whatATaskWritesThatNobodyWaitsForIsTold(String step, String writer) throws Exception {
        String others =
                tapped("sql:delete from a") + tapped("sql:delete from a").replace("direct:tell", "seda:later");
        assertThat(problems(route("dag:orders/bill", step) + others))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(5);
                    assertThat(problem.what())
                            .contains("another thread, where '" + writer
                                    + "' writes also when the try of dag:orders/bill was stopped or has failed");
                });
    }

    @Test
    void aTapThatOnlyTellsOthersIsMeant() throws Exception {
        assertThat(problems(route("poll:acme/packets", "wireTap: direct:tell") + tapped("log:x")))
                .isEmpty();
    }

    @Test
    void aTapIsToldWhereAStepBehindItWrites() throws Exception {
        assertThat(problems(
                        route("poll:acme/packets", "wireTap: direct:tell") + tapped("sql:insert into a values (1)")))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.what()).contains("'sql:insert into a values (1)' writes outside"));
    }

    @Test
    void theTransactionGoesOnThroughDirect() throws Exception {
        assertThat(problems(route("poll:acme/packets", "to: direct:tell") + tapped("seda:later")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(10);
                    assertThat(problem.what()).contains("transaction of poll:acme/packets", "(route 'b')");
                });
    }

    private static String tapped(String uri) {
        return "- route:\n    id: b\n    from:\n      {uri: direct:tell, steps: [\n        {to: \"" + uri + "\"}]}\n";
    }

    private static String route(String from, String... steps) {
        return "- route:\n    id: a\n    from: {uri: " + from + ", steps: [\n\n      {"
                + String.join("},\n      {", steps) + "}]}\n";
    }

    private List<Problem> problems(String text) throws Exception {
        Path file = project.resolve("routes/a.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return new RouteValidator(Project.in(project, Map.of()))
                .validate(List.of(file)).stream()
                        .filter(problem -> problem.what().contains("transaction of")
                                || problem.what().contains("another thread"))
                        .toList();
    }
}
