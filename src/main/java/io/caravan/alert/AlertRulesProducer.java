package io.caravan.alert;

import io.caravan.alert.rules.RecordReading;
import io.caravan.alert.rules.RuleNode;
import io.caravan.alert.rules.RulesReport;
import io.caravan.alert.rules.StreamRules;
import io.caravan.alert.rules.condition.Fields;
import io.caravan.batch.Batch;
import io.caravan.batch.CaravanHeaders;
import io.caravan.batch.LogContext;
import io.caravan.batch.RecordTime;
import io.caravan.calendar.Moments;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** {@code to: alert:rules}: judges the exchange's batch; the body stays as it is, the report is a header. */
public class AlertRulesProducer extends DefaultProducer {
    private final AlertEndpoint endpoint;
    private final RecordReading reading;
    private final Map<String, Expression> labels = new TreeMap<>();
    private @Nullable StreamRules rules;

    AlertRulesProducer(AlertEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        Fields fields = new Fields();
        this.reading = new RecordReading(
                endpoint.required("dataset", endpoint.getDataset()),
                fields.named(endpoint.required("asset", endpoint.getAsset())),
                Optional.ofNullable(endpoint.getTime()).map(fields::named),
                new RecordTime(Moments.zone(endpoint.getTimezone()), endpoint.getEpoch()),
                Duration.ofMillis(endpoint.getMaxAge()),
                Duration.ofMillis(endpoint.getMaxAhead()));
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        endpoint.getLabels()
                .forEach((label, text) -> labels.put(label, AlertProducer.simple(endpoint, String.valueOf(text))));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        RuleNode node = endpoint.getComponent().ruleNode();
        node.judged().begin(reading.dataset());
        rules = node.rules();
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().ruleNode().judged().end(reading.dataset());
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        if (rules == null) {
            throw new IllegalStateException(endpoint + " is not started");
        }
        Message message = exchange.getMessage();
        if (message.getHeader(CaravanHeaders.BACKFILL, false, Boolean.class) && !endpoint.isBackfill()) {
            return;
        }
        Batch batch = message.getMandatoryBody(Batch.class);
        LogContext context = LogContext.enter().route(exchange.getFromRouteId());
        try {
            RulesReport report = rules.judge(batch, reading, labels(exchange));
            message.setHeader(AlertHeaders.RULES, report);
        } finally {
            context.leave();
        }
    }

    private Map<String, String> labels(Exchange exchange) {
        Map<String, String> all = new TreeMap<>();
        labels.forEach((label, expression) -> {
            String text = AlertProducer.text(expression, exchange);
            if (!text.isBlank()) {
                all.put(label, text);
            }
        });
        return all;
    }
}
