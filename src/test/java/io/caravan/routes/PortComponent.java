package io.caravan.routes;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;

/** Consumers that take a port when they start, as a server's do: what only the start of a route finds. */
final class PortComponent extends DefaultComponent {
    private final int port;

    PortComponent(int port) {
        this.port = port;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new DefaultEndpoint(uri, this) {
            @Override
            public Producer createProducer() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Consumer createConsumer(Processor processor) {
                return new DefaultConsumer(this, processor) {
                    @Override
                    protected void doStart() throws Exception {
                        try (ServerSocket mine = new ServerSocket(port)) {
                            throw new IllegalStateException("The test's port was free: " + mine);
                        } catch (BindException e) {
                            throw new IOException("Port " + port + " is in use", e);
                        }
                    }
                };
            }
        };
    }
}
