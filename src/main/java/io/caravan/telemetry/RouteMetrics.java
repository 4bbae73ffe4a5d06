package io.caravan.telemetry;

import io.caravan.routes.RouteFileStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Supplier;

/** {@code caravan_routes_files{state="loaded|last_good|failed"}}: how many route files stand how. */
public final class RouteMetrics {
    private RouteMetrics() {}

    /** Registers the gauges; {@code statuses} is asked at each scrape. */
    public static void register(MeterRegistry registry, Supplier<Collection<RouteFileStatus>> statuses) {
        for (RouteFileStatus.State state : RouteFileStatus.State.values()) {
            Gauge.builder("caravan.routes.files", () -> count(statuses.get(), state))
                    .description(
                            "Route files by how they stand: loaded, last_good (a broken save; the version before it runs),"
                                    + " failed (nothing of it runs)")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private static long count(Collection<RouteFileStatus> statuses, RouteFileStatus.State state) {
        return statuses.stream().filter(status -> status.state() == state).count();
    }
}
