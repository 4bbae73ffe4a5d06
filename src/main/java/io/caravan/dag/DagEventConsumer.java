package io.caravan.dag;

import io.caravan.batch.LogContext;
import io.caravan.database.TransactedRoute;
import io.caravan.database.outbox.Subscriber;
import io.caravan.database.outbox.Subscribers;
import io.caravan.database.outbox.Told;
import io.caravan.database.outbox.Wants;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** A route that is told what becomes of a workflow's runs. It is at hand in {@link Subscribers} while it is started. */
public class DagEventConsumer extends DefaultConsumer implements Subscriber {
    private final Subscribers routes;
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

    @Override
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

    @Override
    public Wants wants() {
        Wants wants = Wants.everything()
                .only(News.KIND, kinds.stream().map(EventKind::word).sorted().toList());
        return workflow().equals("*") ? wants : wants.only(News.WORKFLOW, List.of(workflow()));
    }

    @Override
    public void tell(Told notice) throws Exception {
        Exchange exchange = createExchange(false);
        LogContext context = LogContext.enter().route(getRouteId());
        try {
            Map<String, Object> facts = RunVariables.map(notice.detail());
            exchange.getMessage().setBody(facts);
            exchange.setProperty(Occasion.PROPERTY, Occasion.of(notice, facts));
            exchange.getMessage().setHeader(DagHeaders.EVENT, notice.label(News.KIND));
            exchange.getMessage().setHeader(DagHeaders.WORKFLOW, notice.label(News.WORKFLOW));
            if (notice.labels().containsKey(News.RUN)) {
                exchange.getMessage().setHeader(DagHeaders.RUN, notice.label(News.RUN));
            }
            TransactedRoute.process(exchange, getProcessor());
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
