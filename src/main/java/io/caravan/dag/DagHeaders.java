package io.caravan.dag;

import org.apache.camel.spi.Metadata;

/** Headers of the scheme {@code dag:}. */
public final class DagHeaders {
    @Metadata(label = "consumer", description = "The workflow's name.", javaType = "String")
    public static final String WORKFLOW = "CaravanDagWorkflow";

    @Metadata(label = "consumer", description = "The task's id.", javaType = "String")
    public static final String TASK = "CaravanDagTask";

    @Metadata(
            label = "consumer",
            description = "Id of the run; of the run that was started, after to: dag:<workflow>.",
            javaType = "String")
    public static final String RUN = "CaravanDagRun";

    @Metadata(label = "consumer", description = "The run's logical time.", javaType = "java.time.Instant")
    public static final String LOGICAL_TIME = "CaravanDagLogicalTime";

    @Metadata(
            label = "consumer",
            description = "Begin of the run's data interval, inclusive.",
            javaType = "java.time.Instant")
    public static final String INTERVAL_START = "CaravanDagIntervalStart";

    @Metadata(
            label = "consumer",
            description = "End of the run's data interval, exclusive.",
            javaType = "java.time.Instant")
    public static final String INTERVAL_END = "CaravanDagIntervalEnd";

    @Metadata(label = "consumer", description = "Which try of the task this is; 1 for the first.", javaType = "int")
    public static final String ATTEMPT = "CaravanDagAttempt";

    @Metadata(
            label = "consumer",
            description = "Which instance of a task with forEach this is, from 0; -1 for any other task.",
            javaType = "int")
    public static final String MAP_INDEX = "CaravanDagMapIndex";

    @Metadata(label = "consumer", description = "The run's params.", javaType = "java.util.Map<String, Object>")
    public static final String PARAMS = "CaravanDagParams";

    @Metadata(
            label = "producer",
            description =
                    "The params of the run to start, as a Map or a JSON object; they go before the body. What a task's route is told of its own run is no wish.",
            javaType = "java.util.Map<String, Object>")
    public static final String TRIGGER_PARAMS = "CaravanDagTriggerParams";

    @Metadata(
            label = "producer",
            description = "The logical time of the run to start; it goes before the option logicalTime.",
            javaType = "java.time.Instant")
    public static final String TRIGGER_LOGICAL_TIME = "CaravanDagTriggerLogicalTime";

    @Metadata(
            label = "consumer",
            description =
                    "The same for every try of this task at this logical time: for whoever has to recognize work that was done before.",
            javaType = "String")
    public static final String IDEMPOTENCY_KEY = "CaravanDagIdempotencyKey";

    @Metadata(
            label = "consumer",
            description =
                    "With on=: what happened: started, succeeded, failed, cancelled, deadline, deadlineResolved, expectation or expectationResolved.",
            javaType = "String")
    public static final String EVENT = "CaravanDagEvent";

    @Metadata(
            label = "producer",
            description = "With wait=true: how the run that was started has ended: SUCCESS, FAILED or CANCELLED.",
            javaType = "String")
    public static final String STATE = "CaravanDagState";

    private DagHeaders() {}
}
