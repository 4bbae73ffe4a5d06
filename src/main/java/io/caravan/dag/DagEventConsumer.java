package io.caravan.dag;

import io.caravan.batch.LogContext;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** A route that is told what becomes of a workflow's runs. It is at hand in {@link EventRoutes} while it is started. */
public class DagEventConsumer extends DefaultConsumer {
    private final EventRoutes routes;
    private final Set<EventKind> kinds;

    DagEventConsumer(DagEndpoint endpoint, Processor processor, Set<EventKind> kinds) {
        super(endpoint, processor);
        this.routes = endpoint.getComponent().eventRoutes();
        this.kinds = Set.copyOf(kinds);
    }

    @Override
    public DagEndpoint getEndpoint() {
        return (DagEndpoint) super.getEndpoint();
    }

    /** Its route's id. */
    public String route() {
        return getRouteId();
    }

    /** Whose runs; {@code *}: those of all workflows. */
    public String workflow() {
        return getEndpoint().workflow();
    }

    public Set<EventKind> kinds() {
        return kinds;
    }

    /** Sends an event through the route; returns when the route has ended, throws what went wrong in it. */
    void tell(NoticeRepository.Waiting notice) {
        Exchange exchange = createExchange(false);
        LogContext context = LogContext.enter().route(getRouteId());
        try {
            exchange.getMessage().setBody(RunVariables.map(notice.detail()));
            exchange.getMessage().setHeader(DagHeaders.EVENT, notice.kind());
            exchange.getMessage().setHeader(DagHeaders.WORKFLOW, notice.dag());
            if (notice.run() != null) {
                exchange.getMessage().setHeader(DagHeaders.RUN, notice.run().toString());
            }
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
        } catch (Exception e) {
            throw new EventFailedException(e);
        } finally {
            releaseExchange(exchange, false);
            context.leave();
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        routes.add(this);
    }

    @Override
    protected void doStop() throws Exception {
        routes.remove(this);
        super.doStop();
    }

    @Override
    protected void doSuspend() throws Exception {
        routes.remove(this);
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        routes.add(this);
    }
}
