package io.caravan.watch;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one batch says of one fleet's hour. Vehicles are noted as they come and told apart only when they are written: most of them are known to be counted by then. */
final class HourArrivals {
    private static final String[] NONE = {};
    private static final int FEW = 4;

    private final long hour;
    private String[] vehicles = NONE;
    private int noted;
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
            if (noted == vehicles.length) {
                vehicles = Arrays.copyOf(vehicles, Math.max(FEW, 2 * noted));
            }
            vehicles[noted++] = vehicle;
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

    /** How many vehicles were noted, one for each packet that names one. */
    int noted() {
        return noted;
    }

    /** One that was noted. */
    String vehicle(int place) {
        return vehicles[place];
    }

    Set<String> distinctVehicles() {
        return new HashSet<>(Arrays.asList(vehicles).subList(0, noted));
    }
}
