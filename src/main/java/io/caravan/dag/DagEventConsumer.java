package io.caravan.dag;

import io.caravan.dag.engine.Occasion;
import io.caravan.dag.engine.RunVariables;
import io.caravan.dag.event.EventKind;
import io.caravan.dag.event.News;
import io.caravan.database.outbox.NewsConsumer;
import io.caravan.database.outbox.Told;
import io.caravan.database.outbox.Wants;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** A route that is told what becomes of a workflow's runs. */
public class DagEventConsumer extends NewsConsumer {
    private final Set<EventKind> kinds;

    DagEventConsumer(DagEndpoint endpoint, Processor processor, Set<EventKind> kinds) {
        super(endpoint, processor, endpoint.getComponent().eventRoutes());
        this.kinds = Set.copyOf(kinds);
    }

    @Override
    public DagEndpoint getEndpoint() {
        return (DagEndpoint) super.getEndpoint();
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
    protected void fill(Exchange exchange, Told notice) {
        Map<String, Object> facts = RunVariables.map(notice.detail());
        exchange.getMessage().setBody(facts);
        exchange.setProperty(Occasion.PROPERTY, Occasion.of(notice, facts));
        exchange.getMessage().setHeader(DagHeaders.EVENT, notice.label(News.KIND));
        exchange.getMessage().setHeader(DagHeaders.WORKFLOW, notice.label(News.WORKFLOW));
        if (notice.labels().containsKey(News.RUN)) {
            exchange.getMessage().setHeader(DagHeaders.RUN, notice.label(News.RUN));
        }
    }
}
