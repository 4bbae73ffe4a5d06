package io.caravan.bench;

import io.caravan.bench.Stopwatch.Measured;
import io.caravan.poll.PollEvents;
import io.caravan.poll.Provider;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** Caravan: a route from {@code poll:} over {@code dedup:} to {@code load:}, with everything they do in a service. */
final class PollDedupLoad implements Contender {
    private static final long PATIENCE_MINUTES = 20;

    private final BenchDatabase database;
    private final PageServerProcess server;
    private final boolean dedup;
    private int runs;

    PollDedupLoad(BenchDatabase database, PageServerProcess server, boolean dedup) {
        this.database = database;
        this.server = server;
        this.dedup = dedup;
    }

    @Override
    public String name() {
        return dedup ? "poll-dedup-load" : "poll-load";
    }

    @Override
    public String does() {
        return dedup
                ? "Caravan: pages over HTTP, parsed strictly, hashed, dropped by a 30-minute window, checked, loaded, logged, cursor committed"
                : "Caravan without dedup: the table's unique key finds the repeats, which are logged";
    }

    @Override
    public Measured run(int pageSize, int records, Stopwatch watch) throws Exception {
        String run = "run" + ++runs + (dedup ? "d" : "l");
        Finish finish = new Finish(records);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("database", database.database());
            camel.getRegistry().bind(run, provider(pageSize, records));
            camel.getRegistry().bind("finish", finish);
            camel.addRoutes(route(run, pageSize));
            camel.start();
            watch.start();
            camel.getRouteController().startRoute(run);
            long finishedAt = finish.await();
            return watch.stop(records, finish.firstCallAt, finishedAt);
        }
    }

    /** Without a limit that would be felt. */
    private Provider provider(int pageSize, int records) {
        Provider provider = new Provider();
        provider.setUrl(server.url(pageSize, records));
        provider.setCallsPerMinute(1_000_000);
        return provider;
    }

    private RouteBuilder route(String run, int pageSize) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                var polled = from("poll:" + run + "/packets?initialDelay=0&recordTime=/created_at&pageSize=" + pageSize)
                        .routeId(run)
                        .autoStartup(false);
                if (dedup) {
                    polled.to("dedup:" + run + "?key=car_id,rtc_time,data&window=30m");
                }
                polled.to("load:bench.packet");
            }
        };
    }

    /** Knows when the first page was asked for and when the last one was committed. */
    private static final class Finish implements PollEvents {
        private final int wanted;
        private final CompletableFuture<Long> done = new CompletableFuture<>();
        private volatile long firstCallAt;
        private int committed;

        Finish(int wanted) {
            this.wanted = wanted;
        }

        long await() throws InterruptedException, ExecutionException, TimeoutException {
            return done.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
        }

        @Override
        public void callMade(CallMade call) {
            if (firstCallAt == 0) {
                firstCallAt = System.nanoTime() - call.took().toNanos();
            }
        }

        @Override
        public void pageCommitted(PageCommitted page) {
            committed += page.records();
            if (committed >= wanted) {
                done.complete(System.nanoTime());
            }
        }

        @Override
        public void failed(Failed failure) {
            done.completeExceptionally(new IllegalStateException(failure.message()));
        }
    }
}
