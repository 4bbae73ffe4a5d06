package io.caravan.poll;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** All that the streams of one provider share on this node: its settings, limit, credentials and connections. Safe for any thread. */
record ProviderClient(Provider provider, CallLog calls, Authorization authorization, Transport transport) {

    void tell(Consumer<PollEvents> fact) {
        calls.tell(fact);
    }

    /** The provider asked all its callers to keep away. */
    void block(String name, Duration wait) {
        calls.calls().block(name, wait, PollDecision.Reason.ASKED_BY_PROVIDER);
    }

    /** Slow probing: the account must not be locked by many refused calls. */
    void unauthorized(String name) {
        int refusals = calls.calls().refusedLogin(name);
        Duration wait = Backoff.after(ErrorKind.UNAUTHORIZED).wait(refusals, ThreadLocalRandom.current());
        calls.calls().block(name, wait, PollDecision.Reason.BACKOFF);
    }

    void authorized(String name) {
        authorization.accepted();
        calls.calls().acceptedLogin(name);
    }
}
