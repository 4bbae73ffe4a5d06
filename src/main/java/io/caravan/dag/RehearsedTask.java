package io.caravan.dag;

import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import java.time.Duration;

/**
 * Where a task of a rehearsal stands.
 *
 * @param attempt how many tries it took; 0: it did not run
 * @param took all its tries together, without the pauses between them
 * @param detail its output, its failure or why it didn't run; may be empty
 */
public record RehearsedTask(TaskKey key, TaskState state, int attempt, Duration took, String detail) {}
