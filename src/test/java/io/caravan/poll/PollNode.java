package io.caravan.poll;

import io.caravan.batch.Batch;
import io.caravan.database.Database;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context with one route {@code from: poll:…} that collects what was committed; several of them on one database are several nodes. */
final class PollNode implements AutoCloseable {
    final CamelContext camel = new DefaultCamelContext();
    final Database database;
    final List<Long> numbers = new CopyOnWriteArrayList<>();
    final List<Batch> batches = new CopyOnWriteArrayList<>();
    final Told told = new Told();
    private volatile Processor step = exchange -> {};

    /** The facts that listeners were told. */
    static final class Told implements PollEvents {
        final List<CallMade> calls = new CopyOnWriteArrayList<>();
        final List<PageCommitted> pages = new CopyOnWriteArrayList<>();
        final List<Waiting> waits = new CopyOnWriteArrayList<>();
        final List<Failed> failures = new CopyOnWriteArrayList<>();
        final List<Halted> halts = new CopyOnWriteArrayList<>();

        @Override
        public void callMade(CallMade call) {
            calls.add(call);
        }

        @Override
        public void pageCommitted(PageCommitted page) {
            pages.add(page);
        }

        @Override
        public void waiting(Waiting waiting) {
            waits.add(waiting);
        }

        @Override
        public void failed(Failed failure) {
            failures.add(failure);
        }

        @Override
        public void halted(Halted halted) {
            halts.add(halted);
        }
    }

    PollNode(Database database, Provider provider) {
        this.database = database;
        camel.getRegistry().bind("database", database);
        camel.getRegistry().bind("acme", provider);
        camel.getRegistry().bind("told", told);
    }

    /** The limit looks back this long instead of a minute. */
    PollNode window(long millis) {
        camel.getComponent("poll", PollComponent.class).setLimitWindow(millis);
        return this;
    }

    /** The stream goes by this clock. */
    PollNode at(Clock clock) {
        camel.getRegistry().bind("clock", clock);
        return this;
    }

    /** What the route does with a page. */
    PollNode doing(Processor processor) {
        step = processor;
        return this;
    }

    PollNode from(String uri) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(uri).routeId("polled").process(PollNode.this::receive);
            }
        });
        camel.start();
        return this;
    }

    private void receive(Exchange exchange) throws Exception {
        step.process(exchange);
        Batch batch = exchange.getMessage().getBody(Batch.class);
        database.afterCommit(() -> {
            batches.add(batch);
            batch.records()
                    .forEach(record -> numbers.add(record.value().path("n").asLong()));
        });
    }

    @Override
    public void close() {
        camel.stop();
    }
}
