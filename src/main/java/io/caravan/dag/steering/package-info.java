/**
 * What people do with runs by page, command or API (trigger, cancel, clear, mark, answer, backfill) and the lists that they look at. Start reading at {@link io.caravan.dag.steering.DagOperations}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.dag.steering;
