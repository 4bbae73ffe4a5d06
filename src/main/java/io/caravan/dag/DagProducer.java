package io.caravan.dag;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Starts a run of a workflow. */
public class DagProducer extends DefaultProducer {
    DagProducer(DagEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public DagEndpoint getEndpoint() {
        return (DagEndpoint) super.getEndpoint();
    }

    @Override
    public void process(Exchange exchange) {
        throw new IllegalStateException("to: " + getEndpoint().getEndpointBaseUri()
                + " starts a run, and no workflow engine runs in this process.");
    }
}
