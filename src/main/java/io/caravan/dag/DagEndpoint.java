package io.caravan.dag;

import io.caravan.dag.definition.Mistake;
import io.caravan.dag.definition.WrittenTask;
import io.caravan.dag.event.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Run tasks of workflows, be told what becomes of their runs, or start one.
 *
 * <p>{@code from: dag:<workflow>/<task>}: the exchange is one try of the task, and what is in its body at the end is the task's output. {@code from: dag:<workflow>?on=failed}: each exchange is an event. {@code to: dag:<workflow>}: starts a run.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "dag",
        title = "Dag",
        syntax = "dag:name",
        category = {Category.WORKFLOW},
        headersClass = DagHeaders.class)
public class DagEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {
    private static final Duration DEFAULT_PRODUCER_WAIT = Duration.ofHours(1);

    private final String workflowName;
    private final Optional<String> taskName;

    @UriPath(
            description =
                    "The workflow, or <workflow>/<task>. The workflow is a bean of that name; a task <group>.<name> is in a group.")
    @Metadata(required = true)
    private String name;

    @UriParam(
            label = "consumer,task",
            enums = "task,sensor,branch,shortCircuit,setup,teardown,approval,subworkflow,runSensor",
            defaultValue = "task",
            description =
                    "What the task is. task: work. sensor: its body says whether what it waits for is there; if not (false, empty or none), it is asked again after every. branch: its body names the tasks directly after it that are to run. shortCircuit: when its body is false, empty or none, what comes after is skipped. setup: prepares what its teardown takes away. teardown: runs when all before it is done and one of its setups succeeded, and its own failure doesn't fail the run. approval: after the route has told somebody, waits for a yes or no. subworkflow: starts a run of workflow and waits for its end; its body may be the params. runSensor: runs when the run of workflow at the same logical time (plus offset) has succeeded.")
    private String kind = "task";

    @UriParam(label = "consumer,task", description = "Tasks and groups that come directly before, separated by commas.")
    private @Nullable String after;

    @UriParam(
            label = "consumer,task",
            enums =
                    "all_success,all_failed,all_done,one_success,one_failed,one_done,none_failed,none_failed_min_one_success,none_skipped,all_skipped,always",
            description = "Trigger rule: which outcomes of the tasks directly before let it run. Default: all_success.")
    private @Nullable String when;

    @UriParam(
            label = "consumer,task",
            description =
                    "The pool whose slots it holds while it runs; a bean of type io.caravan.dag.Pool. Default: none, so that only the number of workers limits it.")
    private @Nullable String pool;

    @UriParam(label = "consumer,task", defaultValue = "1", description = "How many slots of the pool it takes.")
    private int slots = 1;

    @UriParam(
            label = "consumer,task",
            defaultValue = "0",
            description =
                    "Of two tasks that may run, the one with the higher priority goes first; the workflow's priority is added.")
    private int priority = 0;

    @UriParam(
            label = "consumer,task",
            defaultValue = "0",
            description =
                    "How many tries follow a failed first one. Retries belong here and not into the route's error handler, which would multiply them.")
    private int retries = 0;

    @UriParam(
            label = "consumer,task",
            defaultValue = "30s",
            javaType = "java.time.Duration",
            description = "How long after a failed try the next one begins.")
    private long retryDelay = 30_000;

    @UriParam(
            label = "consumer,task",
            defaultValue = "1",
            description = "By what the delay is multiplied from try to try; 1 or more.")
    private double retryBackoff = 1;

    @UriParam(
            label = "consumer,task",
            defaultValue = "1h",
            javaType = "java.time.Duration",
            description = "The longest delay that retryBackoff leads to.")
    private long retryCap = 3_600_000;

    @UriParam(
            label = "consumer,task",
            defaultValue = "0",
            description =
                    "The share of each delay that is random, from 0 to 1, so that tasks which failed together don't come again together. With 0.5 a delay is between a half and the whole.")
    private double retryJitter = 0;

    @UriParam(
            label = "consumer,task",
            description =
                    "Exceptions after which a try is worth another, separated by commas: names of classes or of their superclasses, simple or qualified. Default: all.")
    private @Nullable String retryOn;

    @UriParam(
            label = "consumer,task",
            description = "Exceptions after which the task fails at once, separated by commas; they go before retryOn.")
    private @Nullable String failOn;

    @UriParam(
            label = "consumer,task",
            defaultValue = "0",
            javaType = "java.time.Duration",
            description = "How long one try may take before it is interrupted and counts as failed. Default: no limit.")
    private long timeout = 0;

    @UriParam(
            label = "consumer,task",
            defaultValue = "1m",
            javaType = "java.time.Duration",
            description =
                    "With kind=sensor: how long after a no it is asked again. In between it holds neither a thread nor a slot.")
    private long every = 60_000;

    @UriParam(
            label = "common",
            defaultValue = "0",
            javaType = "java.time.Duration",
            description =
                    "How long a sensor, an approval, a runSensor or a subworkflow waits before it fails; with wait=true, how long to: dag:<workflow> waits. Default: 7 days for a task, 1 hour for to:.")
    private long waitTimeout = 0;

    @UriParam(
            label = "consumer,task",
            defaultValue = "false",
            description = "Whether a task whose waitTimeout is over is skipped rather than failed.")
    private boolean softFail = false;

    @UriParam(
            label = "consumer,task",
            description =
                    "Runs the task once for each item of a list: the output of a task upstream, by its id, or the rows of a query, as sql:select .... The item is the body.")
    private @Nullable String forEach;

    @UriParam(
            label = "consumer,task",
            defaultValue = "1000",
            description = "With forEach: a list with more items fails the task.")
    private int forEachLimit = 1000;

    @UriParam(
            label = "consumer,task",
            defaultValue = "0",
            description = "With forEach: how many instances run at once. 0: as many as there are workers and slots.")
    private int maxActive = 0;

    @UriParam(
            label = "consumer,task",
            description =
                    "With kind=teardown: the setups whose work it takes away, separated by commas. Without after it runs when everything that follows them is done.")
    private @Nullable String teardownOf;

    @UriParam(label = "consumer,task", description = "With kind=subworkflow or runSensor: the other workflow.")
    private @Nullable String workflow;

    @UriParam(
            label = "consumer,task",
            description =
                    "With kind=runSensor: what to add to the logical time to get that of the run to wait for, such as -1d or 2h.")
    private @Nullable String offset;

    @UriParam(
            label = "consumer,task",
            defaultValue = "false",
            description =
                    "With kind=runSensor: whether it fails as soon as the run that it waits for has failed or was cancelled. Default: it waits on, as that run may be restarted, until it succeeds or waitTimeout is over.")
    private boolean failWhenFailed = false;

    @UriParam(
            label = "consumer,event",
            description =
                    "Makes from: dag:<workflow> a route that is told what happens: started, succeeded, failed, cancelled, deadline, deadlineResolved, expectation, expectationResolved; several are separated by commas. dag:* is told of all workflows.")
    private @Nullable String on;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description =
                    "Whether to: dag:<workflow> waits until the run has ended; if it didn't succeed, the exchange fails. Not inside of a transaction: of a batch (poll:, transacted) or an event, whose run nobody sees before the commit.")
    private boolean wait = false;

    @UriParam(
            label = "producer",
            description =
                    "The logical time of the run to start, as an ISO 8601 instant; the header CaravanDagTriggerLogicalTime goes before it. Default: now.")
    private @Nullable String logicalTime;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "false",
            description =
                    "With to: dag:<workflow>: whether it may be meant that workflows start one another without end. Default: of runs that each have started the next, by a task or in a route that is told of them, the 11th isn't started, and the error names the circle.")
    private boolean endless = false;

    public DagEndpoint(String uri, DagComponent component, String name) {
        super(uri, component);
        this.name = name;
        int slash = name.indexOf('/');
        this.workflowName = slash < 0 ? name : name.substring(0, slash);
        this.taskName = slash < 0 ? Optional.empty() : Optional.of(name.substring(slash + 1));
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        Consumer consumer = taskName.isPresent() ? taskConsumer(processor) : eventConsumer(processor);
        configureConsumer(consumer);
        return consumer;
    }

    private DagConsumer taskConsumer(Processor processor) {
        if (on != null) {
            throw new IllegalArgumentException("on '" + on + "' of " + this
                    + " is about the runs of a workflow; write dag:" + workflowName + "?on=" + on + ".");
        }
        List<Mistake> mistakes = new ArrayList<>();
        WrittenTask.read(workflowName, taskName.orElseThrow(), "", written(), mistakes::add);
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join(" ", mistakes.stream().map(Mistake::toString).toList()));
        }
        getComponent().requireWorkflow(workflowName);
        return new DagConsumer(this, processor);
    }

    private DagEventConsumer eventConsumer(Processor processor) {
        if (on == null) {
            throw new IllegalArgumentException(this + " names no task and no events; write dag:" + workflowName
                    + "/<task> for a task, or add on=failed and the like to be told of its runs.");
        }
        if (!workflowName.equals("*")) {
            getComponent().requireWorkflow(workflowName);
        }
        return new DagEventConsumer(this, processor, EventKind.parse(on));
    }

    @Override
    public Producer createProducer() {
        if (taskName.isPresent()) {
            throw new IllegalArgumentException("to: " + getEndpointBaseUri()
                    + " names a task, and a run is started as a whole; write to: dag:" + workflowName + ".");
        }
        logicalTime();
        return new DagProducer(this);
    }

    /** Spares Camel a search through all routes for each new one; {@link TaskRoutes} refuses a second route of the same task. */
    @Override
    public boolean isMultipleConsumersSupported() {
        return true;
    }

    @Override
    public DagComponent getComponent() {
        return (DagComponent) super.getComponent();
    }

    /** The workflow's name; {@code *} for events of all. */
    public String workflow() {
        return workflowName;
    }

    /** What the options say about the task, whose route is this. */
    WrittenTask task(String route) {
        return WrittenTask.read(workflowName, taskName.orElseThrow(), route, written(), mistake -> {});
    }

    private Map<String, String> written() {
        Map<String, String> written = new LinkedHashMap<>();
        write(written, "kind", kind.equals("task") ? null : kind);
        write(written, "after", after);
        write(written, "when", when);
        write(written, "pool", pool);
        write(written, "slots", slots == 1 ? null : String.valueOf(slots));
        write(written, "priority", priority == 0 ? null : String.valueOf(priority));
        write(written, "retries", retries == 0 ? null : String.valueOf(retries));
        write(written, "retryDelay", retryDelay == 30_000 ? null : retryDelay + "ms");
        write(written, "retryBackoff", retryBackoff == 1 ? null : String.valueOf(retryBackoff));
        write(written, "retryCap", retryCap == 3_600_000 ? null : retryCap + "ms");
        write(written, "retryJitter", retryJitter == 0 ? null : String.valueOf(retryJitter));
        write(written, "retryOn", retryOn);
        write(written, "failOn", failOn);
        write(written, "timeout", timeout == 0 ? null : timeout + "ms");
        write(written, "every", every == 60_000 ? null : every + "ms");
        write(written, "waitTimeout", waitTimeout == 0 ? null : waitTimeout + "ms");
        write(written, "softFail", softFail ? "true" : null);
        write(written, "forEach", forEach);
        write(written, "forEachLimit", forEachLimit == 1000 ? null : String.valueOf(forEachLimit));
        write(written, "maxActive", maxActive == 0 ? null : String.valueOf(maxActive));
        write(written, "teardownOf", teardownOf);
        write(written, "workflow", workflow);
        write(written, "offset", offset);
        write(written, "failWhenFailed", failWhenFailed ? "true" : null);
        return written;
    }

    private static void write(Map<String, String> written, String option, @Nullable String value) {
        if (value != null) {
            written.put(option, value);
        }
    }

    /** How long {@code to:} waits for the end of the run that it started; empty: it doesn't. */
    Optional<Duration> producerWait() {
        Duration longest = waitTimeout == 0 ? DEFAULT_PRODUCER_WAIT : Duration.ofMillis(waitTimeout);
        return wait ? Optional.of(longest) : Optional.empty();
    }

    /** The logical time of the runs that {@code to:} starts; empty: now. */
    Optional<Instant> logicalTime() {
        return Optional.ofNullable(logicalTime).filter(text -> !text.isBlank()).map(text -> {
            try {
                return Instant.parse(text.strip());
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        "logicalTime '" + text + "' of " + this + " is no instant; write it like 2026-01-31T00:00:00Z.",
                        e);
            }
        });
    }

    public String getName() {
        return name;
    }

    /** Workflow and task; given by the address. */
    public void setName(String name) {
        this.name = name;
    }

    public String getKind() {
        return kind;
    }

    public void setKind(String kind) {
        this.kind = kind;
    }

    public @Nullable String getAfter() {
        return after;
    }

    public void setAfter(@Nullable String after) {
        this.after = after;
    }

    public @Nullable String getWhen() {
        return when;
    }

    public void setWhen(@Nullable String when) {
        this.when = when;
    }

    public @Nullable String getPool() {
        return pool;
    }

    public void setPool(@Nullable String pool) {
        this.pool = pool;
    }

    public int getSlots() {
        return slots;
    }

    public void setSlots(int slots) {
        this.slots = slots;
    }

    public int getPriority() {
        return priority;
    }

    public void setPriority(int priority) {
        this.priority = priority;
    }

    public int getRetries() {
        return retries;
    }

    public void setRetries(int retries) {
        this.retries = retries;
    }

    public long getRetryDelay() {
        return retryDelay;
    }

    public void setRetryDelay(long retryDelay) {
        this.retryDelay = retryDelay;
    }

    public double getRetryBackoff() {
        return retryBackoff;
    }

    public void setRetryBackoff(double retryBackoff) {
        this.retryBackoff = retryBackoff;
    }

    public long getRetryCap() {
        return retryCap;
    }

    public void setRetryCap(long retryCap) {
        this.retryCap = retryCap;
    }

    public double getRetryJitter() {
        return retryJitter;
    }

    public void setRetryJitter(double retryJitter) {
        this.retryJitter = retryJitter;
    }

    public @Nullable String getRetryOn() {
        return retryOn;
    }

    public void setRetryOn(@Nullable String retryOn) {
        this.retryOn = retryOn;
    }

    public @Nullable String getFailOn() {
        return failOn;
    }

    public void setFailOn(@Nullable String failOn) {
        this.failOn = failOn;
    }

    public long getTimeout() {
        return timeout;
    }

    public void setTimeout(long timeout) {
        this.timeout = timeout;
    }

    public long getEvery() {
        return every;
    }

    public void setEvery(long every) {
        this.every = every;
    }

    public long getWaitTimeout() {
        return waitTimeout;
    }

    public void setWaitTimeout(long waitTimeout) {
        this.waitTimeout = waitTimeout;
    }

    public boolean isSoftFail() {
        return softFail;
    }

    public void setSoftFail(boolean softFail) {
        this.softFail = softFail;
    }

    public @Nullable String getForEach() {
        return forEach;
    }

    public void setForEach(@Nullable String forEach) {
        this.forEach = forEach;
    }

    public int getForEachLimit() {
        return forEachLimit;
    }

    public void setForEachLimit(int forEachLimit) {
        this.forEachLimit = forEachLimit;
    }

    public int getMaxActive() {
        return maxActive;
    }

    public void setMaxActive(int maxActive) {
        this.maxActive = maxActive;
    }

    public @Nullable String getTeardownOf() {
        return teardownOf;
    }

    public void setTeardownOf(@Nullable String teardownOf) {
        this.teardownOf = teardownOf;
    }

    public @Nullable String getWorkflow() {
        return workflow;
    }

    public void setWorkflow(@Nullable String workflow) {
        this.workflow = workflow;
    }

    public @Nullable String getOffset() {
        return offset;
    }

    public void setOffset(@Nullable String offset) {
        this.offset = offset;
    }

    public boolean isFailWhenFailed() {
        return failWhenFailed;
    }

    /** Whether a task that waits for another workflow's run fails with it. */
    public void setFailWhenFailed(boolean failWhenFailed) {
        this.failWhenFailed = failWhenFailed;
    }

    public @Nullable String getOn() {
        return on;
    }

    public void setOn(@Nullable String on) {
        this.on = on;
    }

    public boolean isWait() {
        return wait;
    }

    public void setWait(boolean wait) {
        this.wait = wait;
    }

    public @Nullable String getLogicalTime() {
        return logicalTime;
    }

    public void setLogicalTime(@Nullable String logicalTime) {
        this.logicalTime = logicalTime;
    }

    public boolean isEndless() {
        return endless;
    }

    /** Whether the runs that it starts may start one another without end. */
    public void setEndless(boolean endless) {
        this.endless = endless;
    }
}
