package io.caravan.poll;

import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Does something about a provider in trouble, and leaves the message as it is but for two headers that tell what came of it. That there is nothing to do is no failure. */
public class PollActionProducer extends DefaultProducer {
    private final PollEndpoint endpoint;
    private final Action action;

    PollActionProducer(PollEndpoint endpoint, Action action) {
        super(endpoint);
        this.endpoint = endpoint;
        this.action = action;
    }

    @Override
    public void process(Exchange exchange) {
        String route = "route " + Optional.ofNullable(exchange.getFromRouteId()).orElse("of no name");
        String why = Optional.ofNullable(exchange.getMessage().getHeader(PollHeaders.WHY, String.class))
                .or(() -> Optional.ofNullable(endpoint.getWhy()))
                .orElse("");
        ActionReport report =
                endpoint.getComponent().actions().react(endpoint.stream().provider(), action, route, why);
        exchange.getMessage().setHeader(PollHeaders.ACTION_DONE, report.done());
        exchange.getMessage().setHeader(PollHeaders.ACTION_SAID, report.sentence());
    }
}
