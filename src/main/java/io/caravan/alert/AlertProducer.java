package io.caravan.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.answer.Act;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** {@code to: alert:raise} and {@code to: alert:resolve}. */
public class AlertProducer extends DefaultProducer {
    private final AlertEndpoint endpoint;
    private final boolean raises;
    private @Nullable Expression key;
    private @Nullable Expression severity;
    private @Nullable Expression summary;
    private @Nullable Expression why;
    private @Nullable Expression acts;
    private final Map<String, Expression> labels = new TreeMap<>();
    private final Map<String, Expression> values = new TreeMap<>();

    AlertProducer(AlertEndpoint endpoint, boolean raises) {
        super(endpoint);
        this.endpoint = endpoint;
        this.raises = raises;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        key = simple(endpoint, endpoint.getKey());
        severity = simple(endpoint, endpoint.getSeverity());
        summary = simple(endpoint, endpoint.getSummary());
        why = endpoint.getWhy() == null ? null : simple(endpoint, endpoint.getWhy());
        acts = endpoint.getActs() == null ? null : simple(endpoint, endpoint.getActs());
        endpoint.getLabels().forEach((label, text) -> labels.put(label, simple(endpoint, String.valueOf(text))));
        endpoint.getValues().forEach((value, text) -> values.put(value, simple(endpoint, String.valueOf(text))));
    }

    static Expression simple(AlertEndpoint endpoint, String text) {
        Expression expression =
                endpoint.getCamelContext().resolveLanguage("simple").createExpression(text);
        expression.init(endpoint.getCamelContext());
        return expression;
    }

    @Override
    public void process(Exchange exchange) {
        AlertNode node = endpoint.getComponent().node();
        String about = text(key, exchange);
        if (about.isBlank()) {
            throw new IllegalArgumentException("The signal has no key: " + endpoint.getKey()
                    + " came to nothing. Say which problem it is: alert:" + endpoint.getWhat() + "?key=…");
        }
        if (raises) {
            node.incidents().raise(List.of(signal(about, exchange)));
        } else {
            node.incidents().resolve(List.of(about), AuditRepository.CARAVAN, text(why, exchange));
        }
    }

    private Signal signal(String about, Exchange exchange) {
        ObjectNode body = body(exchange);
        values.forEach((value, text) -> body.put(value, text(text, exchange)));
        Map<String, String> all = new TreeMap<>();
        body.path("labels")
                .properties()
                .forEach(label -> all.put(label.getKey(), label.getValue().asText()));
        labels.forEach((label, value) -> {
            String text = text(value, exchange);
            if (!text.isBlank()) {
                all.put(label, text);
            }
        });
        String gravity = text(severity, exchange);
        String told = text(summary, exchange);
        return new Signal(
                about,
                gravity.isBlank() ? Severity.MEDIUM : Severity.parse(gravity),
                all,
                told.isBlank() ? about : told,
                body.toString(),
                Instant.now(endpoint.getComponent().clock()),
                1,
                acts(exchange));
    }

    private Set<Act> acts(Exchange exchange) {
        Object found = acts == null ? null : acts.evaluate(exchange, Object.class);
        return OfferedActs.parse(
                found instanceof Collection<?> several
                        ? several.stream().map(String::valueOf).collect(Collectors.joining(","))
                        : found == null ? "" : String.valueOf(found));
    }

    /** The body as an object; anything else is no detail. */
    private static ObjectNode body(Exchange exchange) {
        Map<?, ?> map = exchange.getMessage().getBody() instanceof Map<?, ?> given ? given : Map.of();
        return (ObjectNode) Json.tree(Json.text(map));
    }

    static String text(@Nullable Expression expression, Exchange exchange) {
        String text = expression == null ? null : expression.evaluate(exchange, String.class);
        return text == null ? "" : text.strip();
    }
}
