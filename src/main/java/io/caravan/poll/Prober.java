package io.caravan.poll;

import io.caravan.poll.ProbeRepository.Due;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries now and then whether a provider accepts each of its credentials, so that one that has expired is found before data is due. A try is a call like any other: recorded, paid for, within the limit
 * and the budget, and only of what the live streams leave over. Of all nodes one does it. For one thread.
 */
final class Prober {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(5);
    private static final Duration MAKE_SURE = Duration.ofSeconds(20);
    private static final int MOST_DOUBLINGS = 5;

    private final StreamName stream;
    private final ProviderClient client;
    private final ProbeRepository probes;
    private final Clock clock;
    private final String path;

    Prober(String name, ProviderClient client, ProbeRepository probes, Clock clock, String path) {
        this.stream = new StreamName(name, "probe");
        this.client = client;
        this.probes = probes;
        this.clock = clock;
        this.path = path;
    }

    /** What came of a try. */
    private enum Outcome {
        ACCEPTED,
        REFUSED,
        /** It says nothing of the credential: no answer, or a failure of the provider. */
        UNCLEAR,
        NOT_NOW
    }

    /** Plans the first tries; of what is planned already, none is put off. */
    void begin() {
        probes.plan(
                stream.provider(),
                client.provider().credentials().stream().map(Credential::name).toList(),
                next(clock.instant(), 0));
    }

    /** Tries what is due. */
    void work() {
        Optional<Due> due = claim();
        while (due.isPresent()) {
            probe(due.get());
            due = claim();
        }
    }

    private Optional<Due> claim() {
        Instant now = clock.instant();
        return probes.claim(stream.provider(), now, now.plus(LONGEST_LEASE));
    }

    private void probe(Due due) {
        Authorization login = client.login(client.provider().credential(due.credential()));
        boolean inUse = client.login(stream.provider()) == login;
        Outcome outcome = attempt(login, due.asked(), inUse, true);
        Instant now = clock.instant();
        int refusals =
                outcome == Outcome.REFUSED ? due.refusals() + 1 : outcome == Outcome.ACCEPTED ? 0 : due.refusals();
        Instant next = outcome == Outcome.NOT_NOW ? now.plus(Duration.ofMinutes(1)) : next(now, refusals);
        probes.next(stream.provider(), due.credential(), next, refusals);
        if (outcome != Outcome.NOT_NOW) {
            LOG.info(
                    "poll={} probe={} credential={} inUse={} next={}",
                    stream.provider(),
                    outcome,
                    due.credential(),
                    inUse,
                    next);
        }
    }

    /** The first refusal is made sure of soon; then what was refused is tried ever more rarely, as an account could be locked. */
    private Instant next(Instant now, int refusals) {
        if (refusals == 1) {
            return now.plus(MAKE_SURE);
        }
        Duration pause = client.provider().probeEvery().multipliedBy(1L << Math.min(refusals, MOST_DOUBLINGS));
        return client.provider()
                .probeWhen()
                .flatMap(schedule -> schedule.next(now, false))
                .orElse(now.plus(pause));
    }

    private Outcome attempt(Authorization login, boolean asked, boolean inUse, boolean mayRenew) {
        try {
            Optional<Permit.Refused> notNow = login.prepare(stream, asked);
            if (notNow.isPresent()) {
                return Outcome.NOT_NOW;
            }
            Permit permit = client.calls()
                    .take(CallWish.other(
                            stream, Purpose.PROBE, login.credential().name(), asked));
            if (!(permit instanceof Permit.Granted granted)) {
                return Outcome.NOT_NOW;
            }
            return call(login, granted, asked, inUse, mayRenew);
        } catch (CallFailedException e) {
            return failed(login, inUse, e);
        }
    }

    private Outcome call(Authorization login, Permit.Granted permit, boolean asked, boolean inUse, boolean mayRenew) {
        Deadline deadline = Deadline.in(client.provider().callTimeout());
        ProviderRequest request = login.authorize(
                ProviderRequest.get(Addresses.below(client.provider().url(), path)));
        ProviderResponse response = null;
        try {
            response = client.transport().send(request, deadline.left());
            LimitHeaders.wait(response, clock).ifPresent(wait -> client.block(stream.provider(), wait));
            if (!response.isSuccess()) {
                throw Refusals.of(stream.provider(), login, response, request, mayRenew, clock);
            }
            client.calls().ended(stream, Purpose.PROBE, permit, response, 0, deadline.elapsed(), null);
            accepted(login, inUse);
            return Outcome.ACCEPTED;
        } catch (TokenRefusedException e) {
            client.calls().ended(stream, Purpose.PROBE, permit, response, 0, deadline.elapsed(), e);
            return attempt(login, asked, inUse, false);
        } catch (CallFailedException e) {
            client.calls().ended(stream, Purpose.PROBE, permit, response, 0, deadline.elapsed(), e);
            return failed(login, inUse, e);
        }
    }

    /** Streams that were kept away by refusals needn't wait any longer. */
    private void accepted(Authorization login, boolean inUse) {
        login.accepted();
        if (inUse) {
            client.providers().accepted(stream.provider());
        }
    }

    private Outcome failed(Authorization login, boolean inUse, CallFailedException failure) {
        if (failure.kind() != ErrorKind.UNAUTHORIZED) {
            return Outcome.UNCLEAR;
        }
        if (inUse) {
            client.unauthorized(stream.provider(), login);
        }
        return Outcome.REFUSED;
    }
}
