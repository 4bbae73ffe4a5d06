package io.caravan.dag;

import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** The route of a task. It is at hand in {@link TaskRoutes} while it is started. */
public class DagConsumer extends DefaultConsumer {
    private final TaskRoutes routes;

    DagConsumer(DagEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.routes = endpoint.getComponent().taskRoutes();
    }

    @Override
    public DagEndpoint getEndpoint() {
        return (DagEndpoint) super.getEndpoint();
    }

    /** What the route says about the task. */
    public WrittenTask task() {
        return getEndpoint().task(getRouteId());
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
