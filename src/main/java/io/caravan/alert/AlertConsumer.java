package io.caravan.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.routing.Answering;
import io.caravan.alert.routing.Receiver;
import io.caravan.alert.text.Texts;
import io.caravan.batch.CalledConsumer;
import io.caravan.batch.LogContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A channel: a message is an exchange through its route. It is at hand in {@link Channels} while it is started. */
public class AlertConsumer extends CalledConsumer implements Channel {
    private static final Logger LOG = LoggerFactory.getLogger(AlertConsumer.class);

    private final Channels channels;

    AlertConsumer(AlertEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.channels = endpoint.getComponent().channels();
    }

    @Override
    public AlertEndpoint getEndpoint() {
        return (AlertEndpoint) super.getEndpoint();
    }

    @Override
    public String name() {
        return getEndpoint().getWhat();
    }

    @Override
    public Pace pace() {
        return new Pace(
                Duration.ofMillis(getEndpoint().getInterval()), getEndpoint().isPerAddress());
    }

    /** What is too long for the service is sent again with less text, and what it doesn't understand in the plain form. */
    @Override
    public Optional<String> send(Delivery delivery) throws SendFailedException {
        int less = 0;
        while (true) {
            try {
                return send(delivery, less);
            } catch (SendFailedException e) {
                if (less == Texts.LEAST) {
                    throw e;
                }
                less = switch (e.kind()) {
                    case TOO_LONG -> less + 1;
                    case MALFORMED -> Texts.LEAST;
                    case TEMPORARY, PERMANENT, GONE, MOVED -> throw e;
                };
                LOG.warn(
                        "receiver={} doesn't take the text: {}; sending {}",
                        delivery.receiver(),
                        e.getMessage(),
                        less == Texts.LEAST ? "the plain form" : "less");
            }
        }
    }

    private Optional<String> send(Delivery delivery, int less) throws SendFailedException {
        Exchange exchange = createExchange(false);
        LogContext context = LogContext.enter().route(getRouteId());
        try {
            prepare(exchange.getMessage(), delivery);
            exchange.getMessage().setHeader(AlertHeaders.LESS, less);
            getProcessor().process(exchange);
            Exception failure = exchange.getException();
            if (failure != null) {
                throw failed(failure);
            }
            return Optional.ofNullable(exchange.getMessage().getHeader(AlertHeaders.THREAD, String.class))
                    .filter(thread -> !thread.isBlank());
        } catch (SendFailedException e) {
            if (e.kind() == SendFailedException.Kind.MALFORMED) {
                report(exchange, e);
            }
            throw e;
        } catch (Exception e) {
            throw failed(e);
        } finally {
            releaseExchange(exchange, false);
            context.leave();
        }
    }

    /** That a service doesn't understand what a template makes is the template's fault. */
    private void report(Exchange exchange, SendFailedException refusal) {
        String template = exchange.getProperty(AlertTextProducer.TEMPLATE, "", String.class);
        getEndpoint().getComponent().events().textBroken(template, String.valueOf(refusal.getMessage()));
    }

    private void prepare(Message message, Delivery delivery) {
        ObjectNode tree = (ObjectNode) Json.tree(delivery.message());
        AlertComponent alerts = getEndpoint().getComponent();
        alerts.confirmationUrl(name()).ifPresent(url -> tree.put("confirm", url));
        Answering answering = answering(delivery.receiver());
        if (!answering.outside() || !answering.may().isEmpty()) {
            alerts.links().add(tree, delivery.id(), delivery.receiver(), answering.may());
        }
        message.setBody(Json.map(tree));
        message.setHeader(AlertHeaders.DELIVERY, delivery.id().toString());
        message.setHeader(AlertHeaders.KEY, delivery.key());
        message.setHeader(AlertHeaders.RECEIVER, delivery.receiver());
        message.setHeader(AlertHeaders.ADDRESS, delivery.address());
        message.setHeader(AlertHeaders.SEVERITY, delivery.severity().word());
        message.setHeader(AlertHeaders.KIND, delivery.kind().name().toLowerCase(Locale.ROOT));
        message.setHeader(AlertHeaders.TRIES, delivery.tries());
        delivery.thread().ifPresent(thread -> message.setHeader(AlertHeaders.THREAD, thread));
    }

    private Answering answering(String receiver) {
        return getEndpoint()
                .getComponent()
                .routing()
                .current()
                .receiver(receiver)
                .map(Receiver::answering)
                .orElse(Answering.OUTSIDE);
    }

    /** An answer of HTTP says whether another try is worth it: 408, 425, 429 and 5xx are; other refusals are not. So does one of a mail server. */
    private SendFailedException failed(Exception failure) {
        SendFailedException judged = ObjectHelper.getException(SendFailedException.class, failure);
        if (judged != null) {
            return judged;
        }
        HttpOperationFailedException refused = ObjectHelper.getException(HttpOperationFailedException.class, failure);
        if (refused == null) {
            boolean permanent = failure instanceof IllegalArgumentException || MailRefusal.isPermanent(failure);
            return new SendFailedException(text(failure), failure, permanent, null);
        }
        if (refused.getStatusCode() == 413) {
            return SendFailedException.tooLong("the service answered 413 " + refused.getStatusText());
        }
        return new SendFailedException(
                "the service answered " + refused.getStatusCode() + " " + refused.getStatusText(),
                failure,
                !AnswerRule.isTemporary(refused.getStatusCode()),
                retryAfter(refused.getResponseHeaders()));
    }

    private static String text(Exception failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private @Nullable Duration retryAfter(@Nullable Map<String, String> headers) {
        return headers == null
                ? null
                : headers.entrySet().stream()
                        .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                        .findFirst()
                        .flatMap(header -> RetryAfter.parse(
                                header.getValue(),
                                Instant.now(getEndpoint().getComponent().clock())))
                        .orElse(null);
    }

    @Override
    protected void enlist() {
        channels.add(this);
    }

    @Override
    protected void delist() {
        channels.remove(this);
    }
}
