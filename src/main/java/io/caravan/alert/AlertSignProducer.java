package io.caravan.alert;

import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** {@code to: alert:sign}: the headers by which a receiver knows that the body is ours, new, and not seen before. */
public class AlertSignProducer extends DefaultProducer {
    private final AlertEndpoint endpoint;

    AlertSignProducer(AlertEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        String id = message.getHeader(AlertHeaders.KEY, String.class);
        if (id == null) {
            id = exchange.getProperty(AlertHeaders.KEY, exchange.getExchangeId(), String.class);
        }
        Instant now = Instant.now(endpoint.getComponent().clock());
        String body = message.getBody(String.class);
        message.setHeader("webhook-id", id);
        message.setHeader("webhook-timestamp", String.valueOf(now.getEpochSecond()));
        message.setHeader(
                "webhook-signature",
                WebhookSignature.of(
                        endpoint.required("secret", endpoint.getSecret()), id, now, body == null ? "" : body));
    }
}
