/**
 * What was written of a workflow and its tasks: params, kinds, trigger rules, retries, mapping; pure, without clock or database. Start reading at {@link io.caravan.dag.definition.DagDefinition}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.dag.definition;
