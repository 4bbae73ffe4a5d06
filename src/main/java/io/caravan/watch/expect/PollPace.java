package io.caravan.watch.expect;

import io.caravan.watch.detect.Expectation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** No silence is an alarm that is shorter than three polls of its provider; of a stream of several providers, of those that send nearly all of it. Looked up every ten minutes. Safe for any thread. */
public final class PollPace {
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Duration LOOKED_BACK = Duration.ofHours(6);
    private static final Duration MOST = Duration.ofHours(6);
    private static final int POLLS = 3;

    /** What the slowest providers send beyond it is not waited for. */
    private static final double NEARLY_ALL = 0.9;

    private final PaceRepository repository;
    private volatile Known known = new Known(Instant.MIN, Map.of());

    public PollPace(PaceRepository repository) {
        this.repository = repository;
    }

    private record Known(Instant at, Map<String, Duration> pauses) {}

    public Expectation allow(Expectation expectation, Optional<String> provider, Instant now) {
        return allow(expectation, provider.map(name -> Map.of(name, 1.0)).orElse(Map.of()), now);
    }

    /** @param providers how much each of them sends of it */
    Expectation allow(Expectation expectation, Map<String, Double> providers, Instant now) {
        if (providers.isEmpty()) {
            return expectation;
        }
        Duration pause = pause(providers, now).multipliedBy(POLLS);
        Duration allowed = pause.compareTo(MOST) > 0 ? MOST : pause;
        return allowed.compareTo(expectation.allowance()) > 0 ? expectation.withAllowance(allowed) : expectation;
    }

    /** In so long nearly all of it has been asked for. Where nobody knows yet how much they send, all count the same. */
    private Duration pause(Map<String, Double> providers, Instant now) {
        Map<String, Duration> known = pauses(now);
        double all = providers.values().stream().mapToDouble(sent -> sent).sum();
        Map<Duration, Double> sent = new TreeMap<>();
        providers.forEach((provider, its) -> sent.merge(
                known.getOrDefault(provider, Duration.ZERO),
                all > 0 ? its / all : 1.0 / providers.size(),
                Double::sum));
        double asked = 0;
        Duration longest = Duration.ZERO;
        for (Map.Entry<Duration, Double> pause : sent.entrySet()) {
            if (asked < NEARLY_ALL) {
                longest = pause.getKey();
            }
            asked += pause.getValue();
        }
        return longest;
    }

    private Map<String, Duration> pauses(Instant now) {
        Known latest = known;
        if (latest.at().equals(Instant.MIN)
                || now.isBefore(latest.at())
                || now.isAfter(latest.at().plus(KEPT))) {
            latest = new Known(now, repository.pauses(now.minus(LOOKED_BACK), now));
            known = latest;
        }
        return latest.pauses();
    }
}
