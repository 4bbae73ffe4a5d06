package io.caravan.telemetry;

import io.caravan.poll.PollEvents;
import io.caravan.poll.Purpose;
import io.caravan.poll.StreamName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Metrics of {@code poll:}, {@code caravan_poll_…}: calls, cost, budget left, page fill, lag, backlog. */
public final class PollMetrics implements PollEvents {
    private final MeterRegistry registry;
    private final Clock clock;
    private final Gauges gauges;

    public PollMetrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        this.gauges = new Gauges(registry);
    }

    @Override
    public void callMade(CallMade call) {
        Tags tags = tags(call.stream());
        Timer.builder("caravan.poll.calls")
                .description("Calls to the provider, by outcome: page, token, or the kind of the failure")
                .tags(tags.and("outcome", outcome(call), "purpose", lower(call.purpose())))
                .register(registry)
                .record(call.took());
        counter("caravan.poll.records", "Records received from the provider", tags)
                .increment(call.records());
        counter("caravan.poll.received.bytes", "Bytes received from the provider", tags)
                .increment((double) call.bytes());
        counter("caravan.poll.cost", "What the calls cost, in the provider's currency", tags)
                .increment(call.cost().doubleValue());
        call.budgetLeft()
                .ifPresent(left -> gauges.set(
                        "caravan.poll.budget.left",
                        "What is left of the provider's day, in its currency",
                        Tags.of("provider", call.stream().provider()),
                        left.doubleValue()));
    }

    private static String outcome(CallMade call) {
        return call.kind().map(PollMetrics::lower).orElse(call.purpose() == Purpose.TOKEN ? "token" : "page");
    }

    @Override
    public void pageCommitted(PageCommitted page) {
        Tags tags = tags(page.stream());
        gauges.set("caravan.poll.page.fill.ratio", "Records of the last page by its size, 0 to 1", tags, page.fill());
        gauges.set(
                "caravan.poll.backlog.records",
                "Records that are estimated to wait at the provider",
                tags,
                page.backlog());
        gauges.set("caravan.poll.failures", "Failures in a row", tags, 0);
        gauges.set("caravan.poll.halted", "1 when the stream waits for an operator", tags, 0);
        page.lag().ifPresent(lag -> lag(tags, clock.instant().minus(lag)));
    }

    /** Computed at each scrape, so that the lag of a stream that is stuck grows. */
    private void lag(Tags tags, Instant newest) {
        gauges.compute(
                "caravan.poll.lag.seconds",
                "Now less the time of the newest record",
                tags,
                () -> Duration.between(newest, clock.instant()).toMillis() / 1e3);
    }

    @Override
    public void waiting(Waiting waiting) {
        gauges.set(
                "caravan.poll.budget.limited",
                "1 when the budget, not the provider's limit, makes data late",
                tags(waiting.stream()),
                waiting.lateForWantOfBudget() ? 1 : 0);
    }

    @Override
    public void failed(Failed failure) {
        gauges.set("caravan.poll.failures", "Failures in a row", tags(failure.stream()), failure.failures());
    }

    @Override
    public void halted(Halted halted) {
        gauges.set("caravan.poll.halted", "1 when the stream waits for an operator", tags(halted.stream()), 1);
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private static Tags tags(StreamName stream) {
        return Tags.of("provider", stream.provider(), "stream", stream.stream());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
