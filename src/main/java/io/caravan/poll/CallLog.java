package io.caravan.poll;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The permits and the record of one provider's calls, and who listens to them. Safe for any thread. */
record CallLog(CallRepository calls, CallLimit limit, Collection<PollEvents> listeners) {

    /** A permit for a page or a probe. */
    Permit take(CallWish wish) {
        return calls.take(wish, limit);
    }

    /** A permit to ask for an access token; {@code counted}, it takes its place in the limit and in the budget as any other. */
    Permit takeForToken(CallWish wish, boolean counted) {
        return counted ? calls.take(wish, limit) : calls.takeUncounted(wish, limit);
    }

    /**
     * Records how a call ended, and tells it.
     *
     * @param response absent: there was none
     * @param failure absent: it gave what it was made for
     */
    void ended(
            StreamName stream,
            Purpose purpose,
            Permit.Granted permit,
            @Nullable ProviderResponse response,
            int records,
            Duration took,
            @Nullable CallFailedException failure) {
        int status = response != null ? response.status() : 0;
        long bytes = response != null ? response.body().length : 0;
        Optional<ErrorKind> kind = Optional.ofNullable(failure).map(CallFailedException::kind);
        String error = failure == null ? null : failure.getMessage();
        calls.finish(
                permit.callId(),
                new CallOutcome(status, records, bytes, took, kind, error, failure instanceof TokenRefusedException),
                limit.window());
        tell(listener -> listener.callMade(new PollEvents.CallMade(
                stream, purpose, status, records, bytes, took, permit.cost(), kind, permit.budgetLeft())));
    }

    void tell(Consumer<PollEvents> fact) {
        listeners.forEach(fact);
    }
}
