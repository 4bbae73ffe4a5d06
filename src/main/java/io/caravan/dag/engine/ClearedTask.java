package io.caravan.dag.engine;

import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import java.time.Instant;

/** A task instance that was cleared, or would be; {@code was}: where it stood. */
public record ClearedTask(TaskKey key, Instant logicalTime, TaskState was) {}
