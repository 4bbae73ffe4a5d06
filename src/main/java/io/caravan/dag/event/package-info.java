/**
 * What is told of runs, to whoever listens: starts, ends, misses. Start reading at {@link io.caravan.dag.event.DagEvents}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.dag.event;
