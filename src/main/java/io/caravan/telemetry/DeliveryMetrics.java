package io.caravan.telemetry;

import io.caravan.alert.Line;
import io.caravan.alert.LineState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** {@code caravan_alert_unreached}, {@code caravan_alert_channels} and {@code caravan_alert_routing_broken}: what keeps alerts from people. The database is asked at each scrape; while it doesn't answer, they are NaN. */
public final class DeliveryMetrics {
    private DeliveryMetrics() {}

    /** Registers the gauges. */
    public static void register(
            MeterRegistry registry, Supplier<Number> unreached, Supplier<List<Line>> lines, BooleanSupplier broken) {
        Gauge.builder("caravan.alert.unreached", unreached)
                .description("Critical incidents that nobody could be told of")
                .register(registry);
        Gauge.builder("caravan.alert.routing.broken", () -> broken.getAsBoolean() ? 1 : 0)
                .description("1 while config/alerts.yaml can't be understood or has vanished")
                .register(registry);
        for (LineState state : List.of(LineState.RESTING, LineState.STOPPED)) {
            Gauge.builder("caravan.alert.channels", () -> count(lines.get(), state))
                    .description(
                            "Channels, or addresses of them, that take no messages: resting (after failures in a row)"
                                    + " or stopped (there is nothing to send to)")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private static long count(List<Line> lines, LineState state) {
        return lines.stream().filter(line -> line.state() == state).count();
    }
}
