/**
 * A run and its tasks: their states, what a try gave, and what follows from where they stand; pure, without clock or database. Start reading at {@link io.caravan.dag.run.RunProgress} and {@link io.caravan.dag.run.TaskState}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.dag.run;
