package io.caravan.dag.definition;

import org.jspecify.annotations.Nullable;

/**
 * What a task or a group is run once for each of.
 *
 * @param task whose output is the list; null when {@code sql} is set
 * @param sql whose rows are the items, each an object; null when {@code task} is set
 * @param limit more items than this fail the task
 * @param maxActive how many instances run at once; 0: as many as there are workers
 */
public record ForEach(@Nullable String task, @Nullable String sql, int limit, int maxActive) {}
