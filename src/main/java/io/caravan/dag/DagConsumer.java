package io.caravan.dag;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.batch.CalledConsumer;
import io.caravan.batch.CaravanHeaders;
import io.caravan.batch.LogContext;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.WrittenTask;
import io.caravan.dag.engine.Occasion;
import io.caravan.dag.engine.RunVariables;
import io.caravan.dag.engine.TaskRunner;
import io.caravan.dag.run.Choice;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.TaskFailure;
import io.caravan.dag.run.TaskResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.spi.Resource;
import org.jspecify.annotations.Nullable;

/**
 * The route of a task: a try of the task is an exchange through it. It is at hand in {@link TaskRoutes} while it is started. When its file is saved Camel suspends it, so that its steps go on until
 * the tries under way have ended, or the loader's patience has: those are handed back.
 */
public class DagConsumer extends CalledConsumer implements TaskRunner {
    /** The route may set this variable to what later tasks shall see; else the body is the output, if it is small. */
    private static final String OUTPUT = "output";

    /** The route may set this variable, to a reason, when there is nothing to do. */
    private static final String SKIP = "skip";

    private final TaskRoutes routes;
    private volatile @Nullable WrittenTask task;

    DagConsumer(DagEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.routes = endpoint.getComponent().taskRoutes();
    }

    @Override
    public DagEndpoint getEndpoint() {
        return (DagEndpoint) super.getEndpoint();
    }

    /** A file that a route stands in. */
    record SourceFile(String location, String text) {}

    /** What the route says about the task. */
    public WrittenTask task() {
        WrittenTask known = task == null ? getEndpoint().task(getRouteId()) : task;
        task = known;
        return known;
    }

    /** The file of the route; empty when it is written in Java. */
    Optional<SourceFile> source() {
        Resource resource = getRoute() == null ? null : getRoute().getSourceResource();
        if (resource == null || !resource.exists()) {
            return Optional.empty();
        }
        try (InputStream in = resource.getInputStream()) {
            return Optional.of(
                    new SourceFile(resource.getLocation(), new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public TaskResult run(Claim claim, TaskDefinition task, Map<String, JsonNode> outputs) {
        LogContext context = LogContext.enter().route(getRouteId());
        Exchange exchange = createExchange(false);
        try {
            prepare(exchange, claim, outputs);
            getProcessor().process(exchange);
            Exception failure = exchange.getException();
            return failure == null ? result(task.kind(), exchange) : failed(failure);
        } catch (Exception e) {
            return failed(e);
        } finally {
            releaseExchange(exchange, false);
            context.leave();
        }
    }

    private void prepare(Exchange exchange, Claim claim, Map<String, JsonNode> outputs) {
        ZoneId zone = getEndpoint().getComponent().zoneOf(claim.run().dag());
        Map<String, Object> variables = RunVariables.of(claim, zone, outputs);
        variables.forEach(exchange::setVariable);
        exchange.setProperty(Occasion.PROPERTY, Occasion.of(claim));
        Message message = exchange.getMessage();
        message.setBody(variables.get("item"));
        message.setHeader(DagHeaders.WORKFLOW, claim.run().dag());
        message.setHeader(DagHeaders.TASK, claim.key().task());
        message.setHeader(DagHeaders.RUN, claim.run().id().toString());
        message.setHeader(CaravanHeaders.RUN_ID, claim.run().id().toString());
        message.setHeader(DagHeaders.LOGICAL_TIME, claim.run().logicalTime());
        message.setHeader(DagHeaders.INTERVAL_START, claim.run().intervalStart());
        message.setHeader(DagHeaders.INTERVAL_END, claim.run().intervalEnd());
        message.setHeader(DagHeaders.ATTEMPT, claim.attempt());
        message.setHeader(DagHeaders.MAP_INDEX, claim.key().mapIndex());
        message.setHeader(DagHeaders.PARAMS, variables.get("params"));
        message.setHeader(DagHeaders.IDEMPOTENCY_KEY, claim.idempotencyKey());
    }

    /** A stopped route refuses the steps that are left, which is no fault of the task. */
    private TaskResult failed(Exception failure) {
        boolean cutOff = !isRunAllowed() && failure instanceof RejectedExecutionException;
        return cutOff
                ? new TaskResult.HandedBack(
                        "its route was stopped, as its file changed or the node stops", Duration.ZERO)
                : TaskFailure.of(failure);
    }

    private static TaskResult result(TaskKind kind, Exchange exchange) {
        @Nullable Object skip = exchange.getVariable(SKIP);
        if (skip != null && !Boolean.FALSE.equals(skip)) {
            return new TaskResult.Skipped(String.valueOf(skip));
        }
        @Nullable JsonNode output = output(exchange);
        return kind == TaskKind.SENSOR && !Choice.isYes(output)
                ? new TaskResult.NotYet()
                : new TaskResult.Succeeded(output);
    }

    private static @Nullable JsonNode output(Exchange exchange) {
        @Nullable Object meant = exchange.getVariable(OUTPUT);
        if (meant != null) {
            return TaskOutput.meant(meant);
        }
        return Optional.ofNullable(exchange.getMessage().getBody())
                .flatMap(TaskOutput::found)
                .orElse(null);
    }

    @Override
    protected void enlist() {
        routes.add(this);
    }

    @Override
    protected void delist() {
        routes.remove(this);
    }
}
