package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of a route under a fence that go on in other threads. */
@ExtendWith(PostgresExtension.class)
class FencedStepsTest {
    private final Database database;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AtomicBoolean isLost = new AtomicBoolean();
    private final Fence fence = new Fence(connection -> {
        if (isLost.get()) {
            throw new WorkStoppedException("lost");
        }
    });
    private final CountDownLatch mayCommit = new CountDownLatch(1);
    private final AtomicInteger writing = new AtomicInteger();
    private final AtomicInteger over = new AtomicInteger();

    FencedStepsTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        Query.of("drop table if exists note").on(database).update();
        Query.of("create table note (thread text)").on(database).update();
        camel.getRegistry().bind("dataSource", database.dataSource());
        camel.getCamelContextExtension().addInterceptStrategy(new FencedSteps(database));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:write").doTry().to("direct:note").doFinally().process(exchange -> over.incrementAndGet());
                from("direct:note").process(exchange -> database.runInTransaction(connection -> note()));
                from("seda:write?pollTimeout=10").to("direct:write");
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private void note() throws InterruptedException {
        Query.of("insert into note values (:thread)")
                .on(database)
                .set("thread", Thread.currentThread().getName())
                .update();
        writing.incrementAndGet();
        mayCommit.await();
    }

    private List<String> notes() {
        return Query.of("select thread from note").on(database).list(row -> row.getString(1));
    }

    private CompletableFuture<Exchange> begin(String step) throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString(
                        "work.camel.yaml", "- from: {uri: direct:work, steps: [" + step + "]}"));
        ProducerTemplate work = camel.createProducerTemplate();
        return CompletableFuture.supplyAsync(() -> database.fenced(
                fence,
                () -> work.send("direct:work", exchange -> exchange.getMessage().setBody(List.of(1, 2)))));
    }

    private void end(int writers) {
        mayCommit.countDown();
        await().until(() -> over.get() == writers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{split: {simple: '${body}', parallelProcessing: true, steps: [{to: direct:write}]}}",
                "{multicast: {parallelProcessing: true, steps: [{to: direct:write}, {to: direct:write}]}}",
                "{recipientList: {parallelProcessing: true, constant: 'direct:write,direct:write'}}",
                "{threads: {}}, {split: {simple: '${body}', parallelProcessing: true, shareUnitOfWork: true, steps: [{to: direct:write}]}}",
            })
    void whatTheyWriteIsUndoneWhenTheRightIsLost(String step) throws Exception {
        CompletableFuture<Exchange> work = begin(step);
        await().until(() -> writing.get() == 2);

        isLost.set(true);
        end(2);
        work.join();

        assertThat(notes()).isEmpty();
    }

    @Test
    void afterAStopTheyBeginNothingMore() throws Exception {
        CompletableFuture<Exchange> work = begin(
                "{threads: {}}, {doTry: {steps: [{to: direct:write}], doFinally: {steps: [{to: direct:write}]}}}");
        await().until(() -> writing.get() == 1);

        fence.stop();
        end(2);

        assertThat(work.join().getException()).isInstanceOf(WorkStoppedException.class);
        assertThat(writing).hasValue(1);
        assertThat(notes()).isEmpty();
    }

    @Test
    void whileTheRightHoldsTheyCommit() throws Exception {
        CompletableFuture<Exchange> work =
                begin("{split: {simple: '${body}', parallelProcessing: true, steps: [{to: direct:write}]}}");
        end(2);
        work.join();

        assertThat(notes()).hasSize(2).allMatch(thread -> thread.startsWith("Camel"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{wireTap: {uri: direct:write}}, {wireTap: {uri: direct:write}}",
                "{to: seda:write}, {to: seda:write}",
                "{split: {simple: '${body}', parallelProcessing: true, steps: [{wireTap: {uri: direct:write}}]}}",
                "{split: {simple: '${body}', steps: [{aggregate: {correlationExpression: {constant: all}, aggregationStrategy: '#class:org.apache.camel.processor.aggregate.UseLatestAggregationStrategy', completionTimeout: 1, completionSize: 1, parallelProcessing: true, steps: [{to: direct:write}]}}]}}",
            })
    void whatNobodyWaitsForIsNotFenced(String step) throws Exception {
        CompletableFuture<Exchange> work = begin(step);
        work.join();
        isLost.set(true);
        end(2);

        assertThat(notes()).hasSize(2);
    }
}
