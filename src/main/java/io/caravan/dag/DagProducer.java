package io.caravan.dag;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/** Starts a run of a workflow; its params are the header {@link DagHeaders#PARAMS}, or the body where that is a Map or a JSON object. The body stays as it is. */
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
        Optional<Instant> logicalTime = Optional.ofNullable(message.getHeader(DagHeaders.LOGICAL_TIME, Instant.class))
                .or(getEndpoint()::logicalTime);
        String by = "route " + Optional.ofNullable(exchange.getFromRouteId()).orElse("(none)");
        UUID run = node.trigger(getEndpoint().workflow(), params(message), logicalTime, by);
        message.setHeader(DagHeaders.RUN, run.toString());
        Optional<Duration> wait = getEndpoint().producerWait();
        if (wait.isPresent()) {
            await(node, run, wait.get(), message);
        }
    }

    private static @Nullable JsonNode params(Message message) throws JsonProcessingException {
        @Nullable Object given = message.getHeader(DagHeaders.PARAMS);
        if (given == null) {
            given = message.getBody();
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
