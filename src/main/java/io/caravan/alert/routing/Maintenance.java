package io.caravan.alert.routing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Alerts that match are not told at certain hours of the week, as work is done then.
 *
 * @param hours when; by the clock of their zone
 */
public record Maintenance(Matchers matchers, QuietHours hours, String why) {
    /** One time that it takes place. */
    public record Window(Instant from, Instant until) {}

    /** The first one that is not over at {@code since}, and the first one that is not over at {@code now}. */
    public List<Window> windows(Instant since, Instant now) {
        List<Window> windows = new ArrayList<>();
        from(since).ifPresent(windows::add);
        from(now).filter(window -> !windows.contains(window)).ifPresent(windows::add);
        return windows;
    }

    private Optional<Window> from(Instant moment) {
        return hours.beginFrom(moment).map(begin -> new Window(begin, hours.endFrom(begin)));
    }
}
