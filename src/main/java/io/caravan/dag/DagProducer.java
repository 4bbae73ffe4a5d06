package io.caravan.dag;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.dag.engine.Occasion;
import io.caravan.dag.run.RunState;
import io.caravan.dag.steering.Triggering.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/**
 * Starts a run of a workflow; its params are the header {@link DagHeaders#TRIGGER_PARAMS}, or the body where that is a Map or a JSON object and not the event that the route was told. The body stays as it
 * is. In a route of a task or an event, another try finds the run that an earlier one has started.
 */
public class DagProducer extends DefaultProducer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration FIRST_LOOK = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    DagProducer(DagEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public DagEndpoint getEndpoint() {
        return (DagEndpoint) super.getEndpoint();
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        DagNode node = getEndpoint().getComponent().node();
        Optional<Duration> wait = getEndpoint().producerWait();
        if (wait.isPresent() && getEndpoint().getComponent().database().isInTransaction()) {
            throw new IllegalStateException("Workflow '" + getEndpoint().workflow()
                    + "' was not started: wait=true would wait inside of a transaction (of a batch, an event or transacted), and nobody sees the run before its commit. Remove wait=true, and hear of the end in a route from: dag:"
                    + getEndpoint().workflow() + "?on=succeeded,failed.");
        }
        UUID run = node.trigger(getEndpoint().workflow(), wish(exchange));
        message.setHeader(DagHeaders.RUN, run.toString());
        if (wait.isPresent()) {
            await(node, run, wait.get(), message);
        }
    }

    private Wish wish(Exchange exchange) throws JsonProcessingException {
        Optional<Occasion> occasion = Optional.ofNullable(exchange.getProperty(Occasion.PROPERTY, Occasion.class));
        Optional<Instant> logicalTime = Optional.ofNullable(
                        exchange.getMessage().getHeader(DagHeaders.TRIGGER_LOGICAL_TIME, Instant.class))
                .or(getEndpoint()::logicalTime);
        String by = "route " + Optional.ofNullable(exchange.getFromRouteId()).orElse("(none)");
        return new Wish(
                by,
                params(exchange.getMessage(), occasion),
                logicalTime,
                null,
                occasion,
                getEndpoint().isEndless());
    }

    private static @Nullable JsonNode params(Message message, Optional<Occasion> occasion)
            throws JsonProcessingException {
        @Nullable Object given = message.getHeader(DagHeaders.TRIGGER_PARAMS);
        @Nullable Object body = message.getBody();
        if (given == null && occasion.filter(each -> each.isToldBy(body)).isEmpty()) {
            given = body;
        }
        if (given instanceof Map<?, ?> || given instanceof JsonNode) {
            return JSON.valueToTree(given);
        }
        return given instanceof CharSequence text && text.toString().strip().startsWith("{")
                ? JSON.readTree(text.toString())
                : null;
    }

    private void await(DagNode node, UUID run, Duration wait, Message message) throws InterruptedException {
        long until = System.nanoTime() + wait.toNanos();
        Duration pause = FIRST_LOOK;
        Optional<RunState> state = node.stateOf(run);
        while (state.filter(RunState::isFinal).isEmpty()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException(
                        "Run " + run + " of workflow '" + getEndpoint().workflow() + "' has not ended within " + wait
                                + "; it goes on. Raise waitTimeout, or don't wait.");
            }
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            state = node.stateOf(run);
        }
        message.setHeader(DagHeaders.STATE, state.get().name());
        if (state.get() != RunState.SUCCESS) {
            throw new IllegalStateException("Run " + run + " of workflow '"
                    + getEndpoint().workflow() + "' ended as " + state.get() + ". See: caravan dag tasks " + run);
        }
    }
}
