package io.caravan.poll;

import io.caravan.poll.ProviderRepository.Access;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * All that the streams of one provider share on this node: its settings, limit, credentials and connections. Safe for any thread.
 *
 * @param logins one for each credential, in the provider's order
 */
record ProviderClient(
        Provider provider,
        CallLog calls,
        ProviderRepository providers,
        List<Authorization> logins,
        Transport transport) {

    void tell(Consumer<PollEvents> fact) {
        calls.tell(fact);
    }

    /** By which credential calls log in now; which that is, all nodes have in common. */
    Authorization login(String name) {
        boolean oneWay = logins.size() == 1 && provider.auth() != Provider.Auth.OAUTH2;
        if (oneWay) {
            return logins.get(0);
        }
        Access access = providers.access(name);
        Authorization login = login(provider.credential(access.credential().orElse("")));
        login.tokensSince(access.tokensSince());
        return login;
    }

    Authorization login(Credential credential) {
        return logins.stream()
                .filter(each -> each.credential() == credential)
                .findFirst()
                .orElse(logins.get(0));
    }

    /** The provider asked all its callers to keep away. */
    void block(String name, Duration wait) {
        calls.calls().block(name, wait, PollDecision.Reason.ASKED_BY_PROVIDER);
    }

    /** Slow probing: the account must not be locked by many refused calls. */
    void unauthorized(String name, Authorization login) {
        int refusals = calls.calls().refusedLogin(name, login.credential().name());
        if (refusals > 0) {
            Duration wait = Backoff.after(ErrorKind.UNAUTHORIZED).wait(refusals, ThreadLocalRandom.current());
            calls.calls().block(name, wait, PollDecision.Reason.BACKOFF);
        }
    }

    void authorized(String name, Authorization login) {
        login.accepted();
        calls.calls().acceptedLogin(name);
    }
}
