package io.caravan.watch.arrivals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one batch says of one fleet's hour. Vehicles are noted as they come and told apart only when they are written: most of them are known to be counted by then. */
final class HourArrivals {
    private static final String[] NONE = {};
    private static final long[] NO_HASHES = {};

    private final long hour;
    private String[] vehicles = NONE;
    private long[] hashes = NO_HASHES;
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
        if (vehicle != null && !isLatest(vehicle)) {
            note(vehicle);
        }
    }

    /** Packets of a vehicle often stand together. */
    private boolean isLatest(String vehicle) {
        return noted > 0 && vehicles[noted - 1].equals(vehicle);
    }

    private void note(String vehicle) {
        if (noted == vehicles.length) {
            int room = Math.max(1, 2 * noted);
            vehicles = Arrays.copyOf(vehicles, room);
            hashes = Arrays.copyOf(hashes, room);
        }
        vehicles[noted] = vehicle;
        hashes[noted++] = TextHash.of(vehicle);
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

    /** How many vehicles were noted, some of them more than once. */
    int noted() {
        return noted;
    }

    /** One that was noted. */
    String vehicle(int place) {
        return vehicles[place];
    }

    /** The {@linkplain TextHash hash} of its name. */
    long hash(int place) {
        return hashes[place];
    }

    Set<String> distinctVehicles() {
        return new HashSet<>(Arrays.asList(vehicles).subList(0, noted));
    }
}
