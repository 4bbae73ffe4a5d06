/**
 * Starts runs that are due, works on tasks that are ready and records what became of them; all state is in PostgreSQL, so that any node can go on with what another began.
 * Start reading at {@link io.caravan.dag.engine.DagEngine}, which puts a node together, and {@link io.caravan.dag.engine.Completion}, which records an end and readies what follows.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.dag.engine;
