package io.caravan.poll;

import io.caravan.poll.PollDecision.Reason;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * Listens to what polling does. Implementations are beans in the registry; any number of them is called, on the thread that did it and after the fact was committed, so
 * they must be quick and safe for many threads.
 */
public interface PollEvents {

    /**
     * A call to a provider ended.
     *
     * @param status the provider's; 0 when it didn't answer
     * @param kind why there is no page, or no access token; empty when there is
     * @param budgetLeft of the provider's day; empty without a budget
     */
    record CallMade(
            StreamName stream,
            Purpose purpose,
            int status,
            int records,
            long bytes,
            Duration took,
            BigDecimal cost,
            Optional<ErrorKind> kind,
            Optional<BigDecimal> budgetLeft) {}

    /**
     * A page was processed by its route and committed with the cursor behind it.
     *
     * @param fill records per page size, from 0 to 1
     * @param lag from the newest record's own time to now; empty when the stream doesn't say where records have their time, or the page is empty
     * @param backlog how many records are estimated to wait at the provider
     */
    record PageCommitted(StreamName stream, int records, double fill, Optional<Duration> lag, double backlog) {}

    /** A stream waits; {@code reason} tells for what, {@code lateBy} by how much its freshness will be missed. */
    record Waiting(StreamName stream, Duration pause, Reason reason, Duration lateBy) {
        /** Data is late because of the money, not because of the provider's limit. */
        public boolean lateForWantOfBudget() {
            return reason == Reason.BUDGET && lateBy.compareTo(Duration.ZERO) > 0;
        }
    }

    /**
     * A call or a page failed, for the {@code failures}-th time in a row; the stream tries again after {@code pause}.
     *
     * @param kind empty when the route failed on a page, not the provider
     */
    record Failed(StreamName stream, Optional<ErrorKind> kind, String message, int failures, Duration pause) {}

    /** A stream stopped until an operator resumes it. */
    record Halted(StreamName stream, String reason) {}

    default void callMade(CallMade call) {}

    default void pageCommitted(PageCommitted page) {}

    default void waiting(Waiting waiting) {}

    default void failed(Failed failure) {}

    default void halted(Halted halted) {}
}
