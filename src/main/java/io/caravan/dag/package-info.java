/**
 * Workflows: a {@code Dag} is a bean, its tasks are routes {@code from: dag:<workflow>/<task>}. Here are the beans, Camel's faces, and what makes a workflow of the files.
 * Each package knows only those before it: {@link io.caravan.dag.definition} (what was written), {@link io.caravan.dag.schedule} (when it is due), {@link io.caravan.dag.run} (where a run stands and what follows),
 * {@link io.caravan.dag.event} (what is told), {@link io.caravan.dag.engine} (what is done), {@link io.caravan.dag.steering} (what people do), and this one.
 * Start reading at {@link io.caravan.dag.definition.DagDefinition}, {@link io.caravan.dag.run.RunProgress} and {@link io.caravan.dag.run.TaskState}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.dag;
