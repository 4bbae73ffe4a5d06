package io.caravan.alert;

import io.caravan.alert.routing.Matchers;
import java.time.Instant;

/** Alerts that match are not told for a while. */
public record Silence(long id, Matchers matchers, Instant from, Instant until, String who, String why) {
    public boolean holdsAt(Instant moment) {
        return !moment.isBefore(from) && moment.isBefore(until);
    }

    boolean isOverAt(Instant moment) {
        return !until.isAfter(moment);
    }
}
