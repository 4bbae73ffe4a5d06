package io.caravan.watch.expect;

import io.caravan.watch.detect.Window;
import java.time.Instant;

/**
 * A window that somebody set by hand.
 *
 * @param fleets whole names, in which {@code *} stands for any text
 */
public record WatchWindow(
        long id,
        String fleets,
        Window.Kind kind,
        Instant from,
        Instant until,
        String note,
        Instant createdAt,
        String createdBy) {
    Window window() {
        return new Window(kind, from, until, note);
    }
}
