package io.caravan.alert;

import io.caravan.alert.chat.ChatBoard;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** {@code to: alert:show}: the message appears on the chat of our own page; later ones about the same incidents take its place. */
public class AlertShowProducer extends DefaultProducer {
    private final ChatBoard board;

    AlertShowProducer(AlertEndpoint endpoint) {
        super(endpoint);
        this.board = endpoint.getComponent().board();
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        UUID id = message.getHeader(AlertHeaders.DELIVERY, UUID.class);
        if (id == null || !(message.getBody() instanceof Map<?, ?> body)) {
            throw new IllegalArgumentException(
                    "alert:show shows messages; let it be the first step after from: alert:<channel>");
        }
        UUID place = board.show(
                id,
                Optional.ofNullable(message.getHeader(AlertHeaders.THREAD, UUID.class)),
                message.getHeader(AlertHeaders.RECEIVER, "", String.class),
                Json.text(body));
        message.setHeader(AlertHeaders.THREAD, place.toString());
    }
}
