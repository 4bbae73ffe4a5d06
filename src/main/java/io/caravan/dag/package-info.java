/**
 * Workflows: a {@code Dag} is a bean, its tasks are routes {@code from: dag:<workflow>/<task>}, and all state of their runs is in PostgreSQL, so that any node can go on with what another began.
 * Start reading at {@link io.caravan.dag.DagDefinition} (what was written), {@link io.caravan.dag.RunProgress} (what follows from where a run stands) and {@link io.caravan.dag.TaskState}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.dag;
