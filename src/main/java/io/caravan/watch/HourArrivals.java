package io.caravan.watch;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one batch says of one fleet's hour. */
final class HourArrivals {
    private final long hour;
    private final Set<String> vehicles = new HashSet<>();
    private long packets;
    private long minutes;

    /** @param hour counted since 1970 */
    HourArrivals(long hour) {
        this.hour = hour;
    }

    void count(int minute, @Nullable String vehicle) {
        packets++;
        minutes |= 1L << minute;
        if (vehicle != null) {
            vehicles.add(vehicle);
        }
    }

    long hour() {
        return hour;
    }

    long packets() {
        return packets;
    }

    /** Bit n: it sent in minute n. */
    long minutes() {
        return minutes;
    }

    Set<String> vehicles() {
        return vehicles;
    }
}
