package io.caravan.alert;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Raise and resolve alerts, and carry them to people.
 *
 * <p>{@code to: alert:raise} opens an incident or joins the open one of its key, in the transaction of the route; {@code to: alert:resolve} ends it. {@code from: alert:<channel>} is a channel: one
 * exchange is one message for one receiver, and how the exchange ends is how the message fared.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "alert",
        title = "Alert",
        syntax = "alert:what",
        category = {Category.MONITORING},
        headersClass = AlertHeaders.class)
public class AlertEndpoint extends DefaultEndpoint {
    static final String RAISE = "raise";
    static final String RESOLVE = "resolve";

    @UriPath(description = "raise or resolve: to: does that. Any other word: from: is the channel of this name")
    @Metadata(required = true)
    private final String what;

    @UriParam(
            label = "producer",
            defaultValue = "${body[key]}",
            description =
                    "Which problem it is, in the simple language: signals of one key join one incident, such as rides/${header.CaravanTask}")
    private String key = "${body[key]}";

    @UriParam(
            label = "producer",
            defaultValue = "${body[severity]}",
            description = "critical, high, medium or low, in the simple language. Where it comes to nothing, medium")
    private String severity = "${body[severity]}";

    @UriParam(
            label = "producer",
            defaultValue = "${body[summary]}",
            description = "One sentence that says what is the matter, in the simple language")
    private String summary = "${body[summary]}";

    @UriParam(
            label = "producer",
            description =
                    "What config/alerts.yaml routes by, in the simple language: label.tenant=${body[tenant]}. They come on top of the map labels of the body",
            prefix = "label.",
            multiValue = true)
    private @Nullable Map<String, Object> labels;

    @UriParam(label = "producer", description = "Why the problem is over, in the simple language: for the audit trail")
    private @Nullable String why;

    public AlertEndpoint(String uri, AlertComponent component, String what) {
        super(uri, component);
        this.what = what;
    }

    @Override
    public Producer createProducer() {
        if (!what.equals(RAISE) && !what.equals(RESOLVE)) {
            throw new IllegalArgumentException("alert:" + what + " can't be sent to; use alert:raise or alert:resolve");
        }
        return new AlertProducer(this, what.equals(RAISE));
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (what.equals(RAISE) || what.equals(RESOLVE)) {
            throw new IllegalArgumentException(
                    "A channel can't be called " + what + ", since alert:" + what + " means something else; rename it");
        }
        AlertConsumer consumer = new AlertConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public AlertComponent getComponent() {
        return (AlertComponent) super.getComponent();
    }

    public String getWhat() {
        return what;
    }

    public String getKey() {
        return key;
    }

    /** Which problem it is. */
    public void setKey(String key) {
        this.key = key;
    }

    public String getSeverity() {
        return severity;
    }

    /** How much it matters. */
    public void setSeverity(String severity) {
        this.severity = severity;
    }

    public String getSummary() {
        return summary;
    }

    /** What is the matter. */
    public void setSummary(String summary) {
        this.summary = summary;
    }

    public Map<String, Object> getLabels() {
        return labels == null ? Map.of() : labels;
    }

    /** What alerts are routed by. */
    public void setLabels(Map<String, Object> labels) {
        this.labels = new HashMap<>(labels);
    }

    public @Nullable String getWhy() {
        return why;
    }

    /** Why the problem is over. */
    public void setWhy(String why) {
        this.why = why;
    }
}
