/**
 * Answers what a provider's limit, page size and price mean for given arrivals, before a stream is built: each answer by its formula and by a simulation of the
 * real schedule. Start reading at {@link io.caravan.poll.plan.CapacityPlan}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.poll.plan;
