package io.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.routes.RouteFileStatus.State;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteLoaderTest {
    @TempDir
    Path folder;

    private CamelContext context;
    private RouteLoader loader;

    @BeforeEach
    void startCamel() throws Exception {
        context = new ManyRoutesContext();
        context.setSourceLocationEnabled(true);
        context.getComponent("direct", DirectComponent.class).setTimeout(2_000);
        context.start();
        loader = new RouteLoader(context, List.of(folder), Clock.systemUTC(), Duration.ofSeconds(5));
    }

    @AfterEach
    void stopCamel() {
        loader.close();
        context.stop();
    }

    @Test
    void everyFileIsLoadedAtStartAlsoThoseInSubFolders() throws Exception {
        write("a/one.yaml", answering("one", "1"));
        write("b/c/two.camel.yaml", answering("two", "2"));
        write("b/c/two.test.yaml", "- this: is not a route");
        loader.scan();
        assertThat(ask("one")).isEqualTo("1");
        assertThat(ask("two")).isEqualTo("2");
        assertThat(loader.statuses()).hasSize(2).allMatch(RouteFileStatus::isLoaded);
    }

    /** Thousands of files load in seconds because each is built once, and no more than that is looked at for each. */
    @Test
    void aRouteOfWhichNothingRunsYetIsBuiltOnceAndOneThatRunsIsTriedBesideIt() throws Exception {
        List<String> built = new CopyOnWriteArrayList<>();
        context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof CamelEvent.RouteAddedEvent added) {
                    built.add(added.getRoute().getRouteId());
                }
            }
        });
        write("one.yaml", answering("one", "1"));
        write("two.yaml", answering("two", "1") + answering("three", "1"));
        loader.scan();
        assertThat(built).containsExactly("one", "two", "three");

        built.clear();
        write("one.yaml", answering("one", "2"));
        loader.scan();
        loader.scan();
        assertThat(built).hasSize(2).last().isEqualTo("one");
        assertThat(built.get(0)).startsWith(RouteLoader.TRIAL_PREFIX);
    }

    @Test
    void aSavedFileRunsAfterItWasSeenTwice() throws Exception {
        write("one.yaml", answering("one", "1"));
        loader.scan();
        write("one.yaml", answering("one", "2"));
        assertThat(loader.scan()).isFalse();
        assertThat(ask("one")).isEqualTo("1");
        assertThat(loader.scan()).isTrue();
        assertThat(ask("one")).isEqualTo("2");
    }

    /** Camel takes a route that can't be built out of its list again, and that list must bear it. */
    @Test
    void aNewFileWithARouteThatCannotBeBuiltIsToldWithItsReason() throws Exception {
        write("good.yaml", answering("good", "1"));
        loader.scan();
        write("bad.yaml", answering("bad", "1") + """
                - route:
                    id: worse
                    from: {uri: "direct:worse", steps: [{setBody: {language: {language: klingon, expression: qapla}}}]}
                """);
        loader.scan();
        loader.scan();
        assertThat(loader.statuses())
                .filteredOn(status -> status.path().endsWith("bad.yaml"))
                .singleElement()
                .satisfies(
                        status -> assertThat(status.problems().get(0))
                                .hasToString(
                                        folder.resolve("bad.yaml")
                                                + ":9: No language could be found for: klingon; write one of those on the classpath, or add its camel jar"));
        assertThat(ask("good")).isEqualTo("1");
    }

    @Test
    void aBrokenFileStopsNoOther() throws Exception {
        write("bad.yaml", "- route:\n    id: bad\n  from: x");
        write("good.yaml", answering("good", "1"));
        loader.scan();
        assertThat(ask("good")).isEqualTo("1");
        assertThat(status("bad.yaml").state()).isEqualTo(State.FAILED);
    }

    /** Where there are many, files are read ahead; empty ones are refused unread, and more of them than are kept must not keep the others waiting. */
    @Test
    void brokenAndEmptyFilesAmongManyStopNoOther() throws Exception {
        for (int i = 0; i < 80; i++) {
            write("a-empty-" + i + ".yaml", "");
            write("b-good-" + i + ".yaml", answering("good-" + i, String.valueOf(i)));
        }
        write("b-good-40-bad.yaml", "- route:\n    id: bad\n  from: x");
        loader.scan();
        for (int i = 0; i < 80; i++) {
            assertThat(ask("good-" + i)).isEqualTo(String.valueOf(i));
        }
        assertThat(loader.statuses())
                .filteredOn(status -> !status.isLoaded())
                .hasSize(81)
                .filteredOn(status -> status.path().endsWith("b-good-40-bad.yaml"))
                .singleElement()
                .satisfies(status -> assertThat(status.problems().get(0).line()).isPositive());
    }

    /** More than a hundred files are taken in by groups; what is wrong with one is its own affair all the same. */
    @Test
    void mistakesAmongVeryManyFilesStopNoOther() throws Exception {
        write("gone.yaml", answering("good-7", "gone"));
        loader.scan();
        Files.delete(folder.resolve("gone.yaml"));
        for (int i = 0; i < 150; i++) {
            write("%03d-good.yaml".formatted(i), answering("good-" + i, "good " + i));
        }
        write("020-syntax.yaml", "- route:\n  id: x\n");
        write("030-unbuilt.yaml", answering("unbuilt", "x") + "        - to: seda:x?sise=1\n");
        write("040-empty.yaml", "");
        write("050-twin.yaml", answering("twin", "first"));
        write("051-twin.yaml", answering("twin", "second"));
        write("060-user.yaml", """
                - route:
                    id: user
                    from:
                      uri: direct:user
                      steps:
                        - to: bean:greeter?method=greet
                """);
        write("110-greeter.yaml", greeter("hello"));

        for (int look = 0; look < 6; look++) {
            loader.scan();
        }

        assertThat(loader.statuses())
                .filteredOn(status -> !status.isLoaded())
                .extracting(status -> status.path().getFileName() + ":"
                        + status.problems().get(0).line())
                .containsExactly("020-syntax.yaml:2", "030-unbuilt.yaml:7", "040-empty.yaml:0", "051-twin.yaml:1");
        assertThat(ask("good-7")).isEqualTo("good 7");
        assertThat(ask("good-149")).isEqualTo("good 149");
        assertThat(ask("twin")).isEqualTo("first");
        assertThat(ask("user")).isEqualTo("hello");
        write("030-unbuilt.yaml", answering("unbuilt", "mended"));
        scanTwice();
        assertThat(ask("unbuilt")).isEqualTo("mended");
    }

    @Test
    void badIndentationLeavesTheLastGoodVersionRunning() throws Exception {
        refused(answering("one", "2") + "       - log: x\n", "expected", 7);
    }

    @Test
    void anUnknownStepLeavesTheLastGoodVersionRunning() throws Exception {
        refused(answering("one", "2").replace("setBody", "setBoddy"), "setBoddy", 6);
    }

    @Test
    void aMisspeltStepOptionLeavesTheLastGoodVersionRunning() throws Exception {
        refused(answering("one", "2") + "        - log: {mesage: x}\n", "mesage", 7);
    }

    @Test
    void aMisspeltEndpointOptionLeavesTheLastGoodVersionRunning() throws Exception {
        refused(answering("one", "2") + "        - to: seda:x?sise=1\n", "sise", 7);
    }

    @Test
    void aMisspeltOptionOfTheSourceLeavesTheLastGoodVersionRunning() throws Exception {
        refused(
                "- route:\n    id: one\n    from:\n      uri: timer:x?perod=1s\n      steps:\n        - log: x\n",
                "perod",
                4);
    }

    @Test
    void anUnknownSchemeLeavesTheLastGoodVersionRunning() throws Exception {
        refused(answering("one", "2") + "        - to: ftpp:x\n", "ftpp", 7);
    }

    @Test
    void aMissingBeanLeavesTheLastGoodVersionRunning() throws Exception {
        refused(answering("one", "2") + "        - process: {ref: nobody}\n", "nobody", 7);
    }

    @Test
    void anUnresolvedPlaceholderLeavesTheLastGoodVersionRunning() throws Exception {
        refused(answering("one", "2") + "        - to: seda:{{no.such.key}}\n", "no.such.key", 7);
    }

    @Test
    void aWrongBeanTypeLeavesTheLastGoodVersionRunning() throws Exception {
        refused("- beans:\n    - name: b\n      type: no.such.Type\n" + answering("one", "2"), "no.such.Type", 3);
    }

    @Test
    void aMisspeltBeanPropertyLeavesTheLastGoodVersionRunning() throws Exception {
        refused(greeter("hi").replace("greeting:", "greting:") + answering("one", "2"), "greting", 4);
    }

    @Test
    void aBeansOwnComplaintComesThrough() throws Exception {
        refused(greeter("") + answering("one", "2"), "A greeting has words", 4);
    }

    @Test
    void aRouteThatFailsToStartGivesTheLastGoodVersionBack() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            context.getRegistry().bind("taken", new PortComponent(taken.getLocalPort()));
            context.addComponent("port", new PortComponent(taken.getLocalPort()));
            refused(
                    "- route:\n    id: one\n    from:\n      uri: port:x\n      steps:\n        - log: x\n",
                    "in use",
                    1);
        }
    }

    @Test
    void aDuplicateRouteIdIsToldWithBothPlaces() throws Exception {
        write("a.yaml", answering("one", "1"));
        write("b.yaml", "\n" + answering("one", "2").replace("direct:one", "direct:other"));
        loader.scan();
        assertThat(ask("one")).isEqualTo("1");
        assertThat(status("b.yaml").problems().get(0).toString())
                .contains("b.yaml:2:")
                .contains("a.yaml:1");
    }

    @Test
    void anEmptyFileOnTheWayToBeingWrittenIsNoNews() throws Exception {
        write("one.yaml", answering("one", "1"));
        loader.scan();
        write("one.yaml", "");
        loader.scan();
        loader.scan();
        assertThat(status("one.yaml").isLoaded()).isTrue();
        write("one.yaml", answering("one", "2"));
        scanTwice();
        assertThat(ask("one")).isEqualTo("2");
    }

    @Test
    void aDeletedFilesRoutesGo() throws Exception {
        write("one.yaml", answering("one", "1"));
        loader.scan();
        Files.delete(folder.resolve("one.yaml"));
        scanTwice();
        assertThat(context.getRoutes()).isEmpty();
        assertThat(loader.statuses()).isEmpty();
    }

    @Test
    void aRenamedRouteIdLeavesNothingBehind() throws Exception {
        write("one.yaml", answering("one", "1"));
        loader.scan();
        write("one.yaml", answering("one", "2").replace("id: one", "id: uno"));
        scanTwice();
        assertThat(context.getRoutes()).extracting(Route::getRouteId).containsExactly("uno");
        assertThat(ask("one")).isEqualTo("2");
    }

    @Test
    void aNewFolderIsFollowed() throws Exception {
        loader.scan();
        write("new/deep/one.yaml", answering("one", "1"));
        scanTwice();
        assertThat(ask("one")).isEqualTo("1");
    }

    @Test
    void aSymlinkedConfigMapIsFollowed() throws Exception {
        Path first = Files.createDirectories(folder.resolve("..v1"));
        Path second = Files.createDirectories(folder.resolve("..v2"));
        Files.writeString(first.resolve("one.yaml"), answering("one", "1"));
        Files.writeString(second.resolve("one.yaml"), answering("one", "2"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..v1"));
        Files.createSymbolicLink(folder.resolve("one.yaml"), Path.of("..data/one.yaml"));
        loader.scan();
        assertThat(ask("one")).isEqualTo("1");
        Files.delete(folder.resolve("..data"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..v2"));
        scanTwice();
        assertThat(ask("one")).isEqualTo("2");
        assertThat(loader.statuses()).hasSize(1);
    }

    @Test
    void aChangedBeanRestartsTheRoutesOfOtherFilesThatUseIt() throws Exception {
        write("bean.yaml", greeter("hello"));
        write(
                "one.yaml",
                "- route:\n    id: one\n    from:\n      uri: direct:one\n      steps:\n        - to: bean:greeter?method=greet\n");
        write("other.yaml", answering("other", "1"));
        loader.scan();
        Route untouched = context.getRoute("other");
        assertThat(ask("one")).isEqualTo("hello");
        write("bean.yaml", greeter("good morning"));
        scanTwice();
        assertThat(ask("one")).isEqualTo("good morning");
        assertThat(context.getRoute("other")).isSameAs(untouched);
    }

    @Test
    void aBrokenBeanLeavesTheOldBeanInPlace() throws Exception {
        write("bean.yaml", greeter("hello"));
        write(
                "one.yaml",
                "- route:\n    id: one\n    from:\n      uri: direct:one\n      steps:\n        - to: bean:greeter?method=greet\n");
        loader.scan();
        write("bean.yaml", greeter(""));
        scanTwice();
        assertThat(status("bean.yaml").state()).isEqualTo(State.LAST_GOOD);
        assertThat(ask("one")).isEqualTo("hello");
    }

    @Test
    void aRouteWaitsForTheBeanOfAFileThatIsMendedLater() throws Exception {
        write(
                "a.yaml",
                "- route:\n    id: one\n    from:\n      uri: direct:one\n      steps:\n        - process: {ref: later}\n");
        loader.scan();
        assertThat(status("a.yaml").state()).isEqualTo(State.FAILED);
        write("z.yaml", "- beans:\n    - name: later\n      type: " + Upper.class.getName() + "\n");
        scanTwice();
        assertThat(status("a.yaml").isLoaded()).isTrue();
        assertThat(context.createProducerTemplate().requestBody("direct:one", "x", String.class))
                .isEqualTo("X");
    }

    @Test
    void everyMistakeOfARefusedFileIsToldAndItsHealthIsDown() throws Exception {
        write("one.yaml", answering("one", "1") + "        - log: {mesage: x}\n        - to: seda:x?sise=1\n");
        loader.scan();
        assertThat(status("one.yaml").problems()).extracting(Problem::line).containsExactly(7, 8);
        HealthCheck.Result health = new RouteFilesHealthCheck(loader).call();
        assertThat(health.getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health.getDetails().toString()).contains("one.yaml:7:").contains("did you mean 'message'?");
    }

    @Test
    void aChangedBeanIsClosedWhenNoRouteUsesItAnyMore() throws Exception {
        write("bean.yaml", closing("first"));
        loader.scan();
        Closing first = context.getRegistry().lookupByNameAndType("closing", Closing.class);
        write("bean.yaml", closing("second"));
        scanTwice();
        assertThat(first.closed).isTrue();
        Closing second = context.getRegistry().lookupByNameAndType("closing", Closing.class);
        loader.close();
        assertThat(second.closed).isFalse();
        context.stop();
        assertThat(second.closed).isTrue();
    }

    @Test
    void whatIsInFlightFinishesOnTheOldRoute() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        context.getRegistry().bind("gate", (Processor) exchange -> {
            entered.countDown();
            leave.await();
        });
        write(
                "one.yaml",
                "- route:\n    id: one\n    from:\n      uri: direct:one\n      steps:\n        - process: {ref: gate}\n        - setBody: {constant: old}\n");
        loader.scan();
        CompletableFuture<String> inFlight = CompletableFuture.supplyAsync(() -> ask("one"));
        entered.await();
        write("one.yaml", answering("one", "new"));
        CompletableFuture<Void> swap = CompletableFuture.runAsync(this::scanTwice);
        leave.countDown();
        swap.join();
        assertThat(inFlight.join()).isEqualTo("old");
        assertThat(ask("one")).isEqualTo("new");
    }

    @Test
    void aReloadUnderLoadLosesNoMessageOfASedaOrDirectFlow() throws Exception {
        Set<Integer> arrived = ConcurrentHashMap.newKeySet();
        context.getRegistry().bind("arrived", (Processor)
                exchange -> arrived.add(exchange.getMessage().getBody(Integer.class)));
        write("flow.yaml", flow("v0"));
        loader.scan();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        ProducerTemplate template = context.createProducerTemplate();
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                template.sendBody("seda:in", sent.get());
                sent.incrementAndGet();
                if (sent.get() % 5 == 0) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        });
        for (int version = 1; version <= 3; version++) {
            write("flow.yaml", flow("v" + version));
            scanTwice();
        }
        stop.set(true);
        load.join();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(arrived).hasSize(sent.get()));
        assertThat(status("flow.yaml").isLoaded()).isTrue();
    }

    @Test
    void aSaveIsLiveWithinTwoSeconds() throws Exception {
        write("one.yaml", answering("one", "1"));
        loader.start();
        write("one.yaml", answering("one", "2"));
        await().atMost(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> ask("one").equals("2"));
    }

    @Test
    void aFolderThatVanishesStopsNothing() throws Exception {
        Path mounted = folder.resolve("mounted");
        try (RouteLoader other = new RouteLoader(context, List.of(mounted), Clock.systemUTC())) {
            write("mounted/one.yaml", answering("one", "1"));
            other.scan();
            Files.move(mounted, folder.resolve(".gone"));
            other.scan();
            other.scan();
            assertThat(ask("one")).isEqualTo("1");
        }
    }

    @Test
    void trialsLeaveNoRouteAndNoEndpointBehind() throws Exception {
        write("one.yaml", answering("one", "1"));
        loader.scan();
        write("one.yaml", answering("one", "2") + "        - to: ftpp:x\n");
        scanTwice();
        assertThat(context.getRoutes()).hasSize(1);
        assertThat(context.getEndpoints())
                .extracting(Object::toString)
                .noneMatch(uri -> uri.contains(RouteLoader.TRIAL_PREFIX));
    }

    /** Each with the line that is to blame, and all of the file's routes as if they had never been there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftpp:x | 13 | There is no component 'ftpp'",
                "seda:x?sise=1 | 13 | 'sise' is not an option of seda",
                "bean:nobody | 13 | nobody",
                "log:{{no.such.key}} | 13 | Nothing defines {{no.such.key}}"
            })
    void aNewFileOfWhichOneRouteCantBeBuiltLeavesNothingBehind(String mistake) throws Exception {
        String[] parts = mistake.split(" \\| ", 3);
        write("new.yaml", answering("one", "1") + answering("two", "2") + "        - to: " + parts[0] + "\n");

        loader.scan();

        Problem problem = status("new.yaml").problems().get(0);
        assertThat(problem.toString()).contains(parts[2]);
        assertThat(problem.line()).isEqualTo(Integer.parseInt(parts[1]));
        assertThat(context.getRoutes()).isEmpty();
        assertThat(context.hasEndpoint("direct:one")).isNull();
        write("new.yaml", answering("one", "1") + answering("two", "2"));
        scanTwice();
        assertThat(ask("two")).isEqualTo("2");
    }

    private void refused(String text, String expected, int line) throws Exception {
        write("one.yaml", answering("one", "1"));
        loader.scan();
        write("one.yaml", text);
        scanTwice();
        RouteFileStatus status = status("one.yaml");
        assertThat(status.state()).isEqualTo(State.LAST_GOOD);
        assertThat(status.problems().get(0).toString()).contains(expected);
        assertThat(status.problems().get(0).line()).as(status.toString()).isEqualTo(line);
        assertThat(ask("one")).isEqualTo("1");
        write("one.yaml", answering("one", "mended"));
        scanTwice();
        assertThat(ask("one")).isEqualTo("mended");
    }

    private String ask(String route) {
        return context.createProducerTemplate().requestBody("direct:" + route, "", String.class);
    }

    private RouteFileStatus status(String file) {
        return loader.statuses().stream()
                .filter(status -> status.path().equals(folder.resolve(file)))
                .findFirst()
                .orElseThrow();
    }

    private void scanTwice() {
        loader.scan();
        loader.scan();
    }

    private void write(String file, String text) throws Exception {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static String answering(String id, String answer) {
        return """
                - route:
                    id: %s
                    from:
                      uri: direct:%s
                      steps:
                        - setBody: {constant: "%s"}
                """.formatted(id, id, answer);
    }

    private static String greeter(String greeting) {
        return "- beans:\n    - name: greeter\n      type: " + Greeter.class.getName()
                + "\n      properties: {greeting: \"" + greeting + "\"}\n";
    }

    private static String flow(String version) {
        return """
                - route:
                    id: in
                    from:
                      uri: seda:in
                      parameters: {size: 1000000}
                      steps:
                        - to: direct:work
                - route:
                    id: work
                    from:
                      uri: direct:work
                      steps:
                        - setHeader: {name: version, constant: %s}
                        - process: {ref: arrived}
                """.formatted(version);
    }

    private static String closing(String name) {
        return "- beans:\n    - name: closing\n      type: " + Closing.class.getName() + "\n      properties: {name: "
                + name + "}\n";
    }

    /** A bean that is to be closed. */
    public static final class Closing implements AutoCloseable {
        private volatile boolean closed;

        public void setName(String name) {}

        @Override
        public void close() {
            closed = true;
        }
    }

    /** A bean with an opinion. */
    public static final class Greeter {
        private String greeting = "";

        public void setGreeting(String greeting) {
            if (greeting.isEmpty()) {
                throw new IllegalArgumentException("A greeting has words");
            }
            this.greeting = greeting;
        }

        public String greet() {
            return greeting;
        }
    }

    /** A processor for a route that waits for it. */
    public static final class Upper implements Processor {
        @Override
        public void process(Exchange exchange) {
            exchange.getMessage()
                    .setBody(exchange.getMessage().getBody(String.class).toUpperCase(Locale.ROOT));
        }
    }
}
