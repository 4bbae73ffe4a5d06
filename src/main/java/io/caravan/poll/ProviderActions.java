package io.caravan.poll;

import io.caravan.database.Database;
import io.caravan.poll.ProviderRepository.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a person or a route can do about a provider in trouble. Works on the database alone, so that all nodes follow, the ones that poll included; each deed is a row in {@code caravan.poll_action} and
 * a line in the log. Safe for any thread.
 */
public final class ProviderActions {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderActions.class);

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Database database;
    private final ProviderRepository providers;
    private final ProbeRepository probes;
    private final StreamRepository streams;

    public ProviderActions(Database database) {
        this.database = database;
        this.providers = new ProviderRepository(database);
        this.probes = new ProbeRepository(database);
        this.streams = new StreamRepository(database);
    }

    /**
     * Does what a route asks for. Commits by itself; done again, because the route failed later on and its event comes once more, it does no harm: a credential is changed only while it is refused.
     *
     * @param why may be empty
     */
    public ActionReport react(String provider, Action action, String route, String why) {
        return act(provider, action, route, why, false);
    }

    /**
     * Does what a person asks for.
     *
     * @param why may be empty
     */
    public ActionReport act(String provider, Action action, String who, String why) {
        return act(provider, action, who, why, true);
    }

    private ActionReport act(String provider, Action action, String who, String why, boolean person) {
        return database.separately(connection -> {
            Optional<Standing> standing = providers.find(provider);
            ActionReport report = standing.isPresent()
                    ? act(provider, standing.get(), action, who, why, person)
                    : new ActionReport(false, "No node has polled a provider '" + provider + "' yet.");
            told(provider, action, who, why, report);
            return report;
        });
    }

    private void told(String provider, Action action, String who, String why, ActionReport report) {
        providers.record(provider, action, who, why, report.done(), report.sentence());
        LOG.info("poll={} action={} done={} by={} {}", provider, action.word(), report.done(), who, report.sentence());
    }

    /**
     * Has the credentials of a provider tried by a running service, and waits for what comes of it.
     *
     * @return of those tried within {@code patience}; empty when no service answered
     * @throws IllegalArgumentException when there is nothing to try
     */
    public List<ProbeResult> probe(String provider, String who, Duration patience) throws InterruptedException {
        long before = probes.newestCall();
        ActionReport report = act(provider, Action.PROBE, who, "");
        if (!report.done()) {
            throw new IllegalArgumentException(report.sentence());
        }
        int wanted = providers
                .find(provider)
                .map(standing -> standing.credentials().size())
                .orElse(1);
        Deadline deadline = Deadline.in(patience);
        List<ProbeResult> results = probes.results(provider, before);
        while (results.size() < wanted && deadline.left().compareTo(LOOK_EVERY) > 0) {
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            results = probes.results(provider, before);
        }
        return results;
    }

    private ActionReport act(
            String provider, Standing standing, Action action, String who, String why, boolean person) {
        return switch (action) {
            case REFRESH_TOKEN -> refresh(provider);
            case SWITCH_CREDENTIAL -> change(provider, standing, person);
            case PAUSE -> pause(provider, standing, who, why.isBlank() ? "no reason given" : why);
            case RESUME -> resume(provider, standing);
            case PROBE -> probe(provider);
        };
    }

    private ActionReport refresh(String provider) {
        providers.renewTokens(provider);
        return new ActionReport(
                true, "Each node fetches a fresh access token for " + provider + " with its next call.");
    }

    private ActionReport change(String provider, Standing standing, boolean person) {
        Optional<String> other = standing.other();
        if (other.isEmpty()) {
            return new ActionReport(
                    false,
                    "Provider " + provider + " has no second credential; give it one under second: in its bean.");
        }
        String before = standing.credential().orElse("");
        if (!person && standing.refusals() == 0) {
            return new ActionReport(
                    false, "Provider " + provider + " accepts the credential '" + before + "', which stays in use.");
        }
        if (!person && standing.otherRefusals() > 0) {
            return new ActionReport(
                    false,
                    "Provider " + provider + " refused the credential '" + other.get()
                            + "' too when it was last tried; '" + before + "' stays in use.");
        }
        if (!providers.use(provider, before, other.get())) {
            return new ActionReport(false, "Somebody else has just changed the credential of " + provider + ".");
        }
        int waiting = providers.retryStreams(provider);
        return new ActionReport(
                true,
                "Calls of " + provider + " use the credential '" + other.get() + "' instead of '" + before + "'; "
                        + waiting + " waiting stream(s) go on at once."
                        + (standing.otherRefusals() > 0
                                ? " It was refused when it was last tried: renew it where its secret is kept, or switch back."
                                : ""));
    }

    private ActionReport pause(String provider, Standing standing, String who, String why) {
        return standing.paused().isEmpty() && providers.pause(provider, who, why)
                ? new ActionReport(
                        true,
                        "No calls are made to " + provider + " from now on. To go on: caravan poll resume " + provider)
                : new ActionReport(
                        false,
                        "Provider " + provider + " is paused already, "
                                + standing.paused().orElse("just now") + ".");
    }

    private ActionReport resume(String provider, Standing standing) {
        providers.resume(provider);
        int resumed = streams.resume(provider, null);
        boolean done = standing.paused().isPresent() || standing.blocked() || resumed > 0;
        return new ActionReport(
                done,
                done
                        ? "Provider " + provider + " goes on and catches up from where it stopped; " + resumed
                                + " halted or waiting stream(s) too."
                        : "Nothing of " + provider + " is paused, halted or waiting. See: caravan poll list");
    }

    private ActionReport probe(String provider) {
        int asked = probes.ask(provider);
        return asked > 0
                ? new ActionReport(true, asked + " credential(s) of " + provider + " are tried within seconds.")
                : new ActionReport(
                        false,
                        "Provider " + provider + " has no probe; give its bean one, such as probe: packets?limit=1");
    }
}
