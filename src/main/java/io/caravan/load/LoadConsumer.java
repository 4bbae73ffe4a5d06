package io.caravan.load;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Hands the news of committed loads to its route, one after another on a thread of its own, so that a slow route doesn't hold up the loads. What still waits when it stops is delivered
 * first; what waits when the process is killed is lost as news, but stands in {@code caravan.load_batch} and {@code caravan.rejected}.
 */
class LoadConsumer extends DefaultConsumer {
    private static final int WAITING = 10_000;
    private static final int STOP_SECONDS = 10;

    private final LoadEndpoint endpoint;
    private final LoadEvents listener = new Listener();
    private String table = "";
    private @Nullable ExecutorService deliveries;

    LoadConsumer(LoadEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        table = new Loader(
                        endpoint.getComponent().database(),
                        endpoint.getComponent().clock(),
                        new LoadEvents() {},
                        endpoint.options())
                .found();
        deliveries =
                endpoint.getCamelContext().getExecutorServiceManager().newThreadPool(this, "load-news", oneByOne());
        endpoint.getComponent().add(listener);
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().remove(listener);
        if (deliveries != null) {
            endpoint.getCamelContext()
                    .getExecutorServiceManager()
                    .shutdownGraceful(deliveries, TimeUnit.SECONDS.toMillis(STOP_SECONDS));
        }
        super.doStop();
    }

    /** A queue that is full makes the load itself deliver, so that nothing is dropped. */
    private static ThreadPoolProfile oneByOne() {
        return new ThreadPoolProfileBuilder("load-news")
                .poolSize(1)
                .maxPoolSize(1)
                .maxQueueSize(WAITING)
                .rejectedPolicy(ThreadPoolRejectedPolicy.CallerRuns)
                .build();
    }

    private void deliver(Object body) {
        if (deliveries != null) {
            deliveries.execute(() -> process(body));
        }
    }

    private void process(Object body) {
        Exchange exchange = createExchange(false);
        try {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeader(LoadHeaders.TABLE, table);
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.getException() != null) {
            getExceptionHandler()
                    .handleException("News of " + table + " could not be delivered", exchange, exchange.getException());
        }
        releaseExchange(exchange, false);
    }

    private final class Listener implements LoadEvents {
        @Override
        public void loaded(LoadReport report) {
            if (endpoint.getOn() == LoadNews.loaded && report.table().equals(table)) {
                deliver(report);
            }
        }

        @Override
        public void rejected(List<RejectedRecord> records) {
            if (endpoint.getOn() == LoadNews.rejected && records.get(0).table().equals(table)) {
                deliver(records);
            }
        }
    }
}
