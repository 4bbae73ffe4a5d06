package io.caravan.dedup;

import io.caravan.batch.Batch;
import io.caravan.batch.CaravanHeaders;
import io.caravan.batch.LogContext;
import io.caravan.database.Database;
import io.caravan.database.TransactedRoute;
import java.time.Clock;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.ScheduledPollConsumer;

/**
 * Reads the log of dropped records. What the route does to PostgreSQL and how far was read commit together, so each duplicate is delivered exactly once to
 * each reader, by one node at a time; if the exchange fails, the same duplicates come again at the next poll.
 */
class DedupConsumer extends ScheduledPollConsumer {
    private final DedupEndpoint endpoint;
    private final Database database;
    private final DroppedLog log;
    private final Clock clock;

    DedupConsumer(DedupEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.database = endpoint.database();
        this.log = endpoint.log();
        this.clock = endpoint.clock();
    }

    @Override
    protected void doStart() throws Exception {
        log.register(endpoint.getRepository(), reader());
        super.doStart();
    }

    private String reader() {
        if (endpoint.getReader() != null) {
            return endpoint.getReader();
        }
        return getRouteId() == null ? "default" : getRouteId();
    }

    @Override
    protected int poll() {
        return database.inTransaction(
                connection -> log.read(endpoint.getRepository(), reader(), endpoint.getMaxRecords(), this::deliver));
    }

    private void deliver(List<Duplicate> duplicates) throws Exception {
        Batch batch = Batch.of(
                "dedup:" + endpoint.getRepository(),
                clock.instant(),
                duplicates.stream().map(Duplicate::record).toList());
        Exchange exchange = exchange(batch, duplicates);
        LogContext context = LogContext.enter().batch(batch).route(getRouteId());
        try {
            TransactedRoute.process(exchange, getProcessor());
        } finally {
            context.leave();
            releaseExchange(exchange, false);
        }
    }

    private Exchange exchange(Batch batch, List<Duplicate> duplicates) {
        Exchange exchange = createExchange(false);
        exchange.getMessage().setBody(batch);
        exchange.getMessage().setHeader(CaravanHeaders.BATCH_ID, batch.id());
        exchange.getMessage().setHeader(CaravanHeaders.BATCH_SOURCE, batch.source());
        exchange.getMessage().setHeader(DedupHeaders.DUPLICATES, duplicates);
        return exchange;
    }
}
