package io.caravan.poll;

import io.caravan.poll.RejectedPageRepository.Rejection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What is done about a failure of a stream: it is noted, the stream tries again after a backoff, and a page that still can't be used after its retries is skipped or halts the
 * stream. Everything is in the database at once, so that a restart or another node doesn't begin from scratch.
 */
final class StreamFailures {
    private static final Backoff AFTER_PROCESSING = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private final StreamName name;
    private final ProviderClient client;
    private final StreamRepository streams;
    private final RejectedPageRepository rejected;
    private final BadPagePolicy policy;
    private final int retries;

    StreamFailures(
            StreamName name,
            ProviderClient client,
            StreamRepository streams,
            RejectedPageRepository rejected,
            BadPagePolicy policy,
            int retries) {
        this.name = name;
        this.client = client;
        this.streams = streams;
        this.rejected = rejected;
        this.policy = policy;
        this.retries = retries;
    }

    /** Notes a call that gave no page; {@code pagination} knows whether its page can be skipped. */
    PollFailedException call(Fetch.Failed failed, StreamState state, Pagination pagination) {
        CallFailedException failure = failed.failure();
        if (failure.kind() != ErrorKind.BAD_PAGE) {
            return later(failure.kind(), failure);
        }
        Optional<Rejection> kept =
                failed.evidence().map(page -> rejected.keep(name, failed.cursor(), state.version(), page));
        int attempts = kept.map(Rejection::attempts).orElse(state.failures() + 1);
        String where = kept.map(rejection -> " It is kept in caravan.rejected_page (id " + rejection.id() + ").")
                .orElse("");
        if (attempts <= retries) {
            PollFailedException later = later(ErrorKind.BAD_PAGE, failure);
            return new PollFailedException(later.getMessage() + where, failure);
        }
        Optional<Cursor> behind =
                policy == BadPagePolicy.SKIP ? pagination.skip(failed.cursor(), failed.asked()) : Optional.empty();
        return behind.isPresent()
                ? skip(failure, state, behind.get(), attempts, where)
                : halt(failure, state, attempts, where);
    }

    /** Notes that the route failed on a page; the page is tried again. */
    PollFailedException processing(Exception cause) {
        String message = "The page of " + name + " could not be processed: " + cause.getMessage();
        int failures = streams.failed(name, message);
        Duration pause = AFTER_PROCESSING.wait(failures, ThreadLocalRandom.current());
        streams.retryIn(name, pause);
        client.tell(
                listener -> listener.failed(new PollEvents.Failed(name, Optional.empty(), message, failures, pause)));
        return new PollFailedException(
                message + " Nothing of it was committed; it is tried again in " + shown(pause) + " (failure " + failures
                        + ").",
                cause);
    }

    private PollFailedException later(ErrorKind kind, CallFailedException failure) {
        int failures = streams.failed(name, String.valueOf(failure.getMessage()));
        Duration pause =
                failure.askedToWait().orElseGet(() -> Backoff.after(kind).wait(failures, ThreadLocalRandom.current()));
        streams.retryIn(name, pause);
        client.tell(listener -> listener.failed(
                new PollEvents.Failed(name, Optional.of(kind), String.valueOf(failure.getMessage()), failures, pause)));
        return new PollFailedException(
                failure.getMessage() + " Next attempt in " + shown(pause) + " (failure " + failures + ").", failure);
    }

    private PollFailedException skip(
            CallFailedException failure, StreamState state, Cursor behind, int attempts, String where) {
        streams.skip(name, state.version(), behind);
        rejected.settle(name, state.version(), "SKIPPED");
        return new PollFailedException(
                failure.getMessage() + " After " + attempts + " attempts the stream goes on behind it (onBadPage=skip)."
                        + where,
                failure);
    }

    private PollFailedException halt(CallFailedException failure, StreamState state, int attempts, String where) {
        String why = policy == BadPagePolicy.SKIP
                ? " It can't be skipped, since with this pagination only the page itself names the next one."
                : "";
        String reason = failure.getMessage() + " The stream halted after " + attempts + " attempts." + why + where
                + " When the cause is mended: caravan poll resume " + name;
        streams.halt(name, reason);
        rejected.settle(name, state.version(), "HALTED");
        client.tell(listener -> listener.halted(new PollEvents.Halted(name, reason)));
        return new PollFailedException(reason, failure);
    }

    private static String shown(Duration pause) {
        return pause.toSeconds() < 10 ? pause.toMillis() + " ms" : pause.toSeconds() + " s";
    }
}
