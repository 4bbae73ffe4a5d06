package io.caravan.alert;

import io.caravan.alert.text.BrokenTemplateException;
import io.caravan.alert.text.TextLimit;
import io.caravan.alert.text.Texts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code to: alert:text}: the message's text from a template becomes the body. What {@code alert:} has said of the message in headers moves to properties of the exchange of the same names, lest it is
 * sent to the service; so further texts of the same message can be made after a first request.
 */
public class AlertTextProducer extends DefaultProducer {
    private static final Logger LOG = LoggerFactory.getLogger(AlertTextProducer.class);
    /** Property of the exchange: from which template the text was made last. */
    static final String TEMPLATE = "CaravanAlertTemplate";

    private static final String MESSAGE = "CaravanAlertMessage";
    private static final List<String> HEADERS = List.of(
            AlertHeaders.DELIVERY,
            AlertHeaders.KEY,
            AlertHeaders.RECEIVER,
            AlertHeaders.ADDRESS,
            AlertHeaders.SEVERITY,
            AlertHeaders.KIND,
            AlertHeaders.TRIES,
            AlertHeaders.LESS,
            AlertHeaders.THREAD);

    private final AlertEndpoint endpoint;
    private final Texts texts;
    private final Texts.Form form;
    private final Map<String, Expression> besides = new HashMap<>();

    AlertTextProducer(AlertEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.texts = endpoint.getComponent().texts();
        this.form = new Texts.Form(
                endpoint.required("template", endpoint.getTemplate()),
                endpoint.required("plain", endpoint.getPlain()),
                new TextLimit(endpoint.getMaxCharacters(), endpoint.getMaxBytes()));
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        endpoint.getValues().forEach((key, text) -> besides.put(key, simple(String.valueOf(text))));
    }

    private Expression simple(String text) {
        Expression expression =
                endpoint.getCamelContext().resolveLanguage("simple").createExpression(text);
        expression.init(endpoint.getCamelContext());
        return expression;
    }

    @Override
    public void process(Exchange exchange) throws BrokenTemplateException {
        remember(exchange);
        Map<String, Object> values = values(exchange);
        String text = texts.make(
                form,
                values,
                exchange.getProperty(AlertHeaders.LESS, 0, Integer.class),
                broken -> tell(exchange, broken));
        exchange.setProperty(TEMPLATE, form.template());
        exchange.getMessage().setBody(text);
    }

    private static void remember(Exchange exchange) {
        Message message = exchange.getMessage();
        if (message.getBody() instanceof Map<?, ?> body) {
            exchange.setProperty(MESSAGE, body);
        }
        for (String header : HEADERS) {
            Object value = message.removeHeader(header);
            if (value != null) {
                exchange.setProperty(header, value);
            }
        }
    }

    /** The message's fields, and what the channel knows besides. */
    private Map<String, Object> values(Exchange exchange) {
        Map<String, Object> values = new HashMap<>();
        if (exchange.getProperty(MESSAGE) instanceof Map<?, ?> message) {
            message.forEach((key, value) -> values.put(String.valueOf(key), value));
        } else {
            throw new IllegalArgumentException("alert:text makes texts of messages, which are maps, but the body is "
                    + exchange.getMessage().getBody()
                    + "; let it be the first step after from: alert:<channel>");
        }
        values.put("address", property(exchange, AlertHeaders.ADDRESS));
        values.put("thread", property(exchange, AlertHeaders.THREAD));
        besides.forEach((key, value) -> values.put(key, text(value.evaluate(exchange, String.class))));
        return values;
    }

    private static String property(Exchange exchange, String name) {
        return text(exchange.getProperty(name, String.class));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private void tell(Exchange exchange, BrokenTemplateException broken) {
        LOG.error(
                "receiver={} is told in the plain form, as the text's template is broken: {}",
                property(exchange, AlertHeaders.RECEIVER),
                broken.getMessage());
        endpoint.getComponent().events().textBroken(form.template(), String.valueOf(broken.getMessage()));
    }
}
