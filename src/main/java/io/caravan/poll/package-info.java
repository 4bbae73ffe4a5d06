/**
 * Polls providers: fetches pages of records from their APIs within their rate limits and cost budgets, again and again,
 * so that nothing is older than the stream's freshness. Start reading at {@link io.caravan.poll.PollConsumer}, and at {@link io.caravan.poll.PollPlan}, which decides when the next
 * call is made.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.poll;
