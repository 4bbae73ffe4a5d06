package io.caravan.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one batch says of one fleet; belongs to the thread that counts. */
final class FleetArrivals {
    static final long NEVER = -1;

    private final String fleet;
    private final List<HourArrivals> hours = new ArrayList<>(2);
    private @Nullable HourArrivals latest;
    private long newest = NEVER;
    private long packets;
    private long implausible;
    private boolean alive;
    private @Nullable String tenant;
    private @Nullable String region;

    FleetArrivals(String fleet) {
        this.fleet = fleet;
    }

    /** A packet whose time, in milliseconds since 1970, is plausible. */
    void count(long time, @Nullable String vehicle, boolean live) {
        packets++;
        alive |= live;
        newest = Math.max(newest, time);
        long minute = Math.floorDiv(time, 60_000L);
        hour(Math.floorDiv(minute, 60L)).count((int) Math.floorMod(minute, 60L), vehicle);
    }

    /** A packet whose time can't be true. It came nevertheless. */
    void countImplausible(boolean live) {
        implausible++;
        alive |= live;
    }

    void place(@Nullable String itsTenant, @Nullable String itsRegion) {
        tenant = itsTenant == null ? tenant : itsTenant;
        region = itsRegion == null ? region : itsRegion;
    }

    private HourArrivals hour(long hour) {
        HourArrivals last = latest;
        if (last == null || last.hour() != hour) {
            last = find(hour);
            latest = last;
        }
        return last;
    }

    private HourArrivals find(long hour) {
        for (HourArrivals known : hours) {
            if (known.hour() == hour) {
                return known;
            }
        }
        HourArrivals added = new HourArrivals(hour);
        hours.add(added);
        return added;
    }

    String fleet() {
        return fleet;
    }

    List<HourArrivals> hours() {
        return hours;
    }

    /** Milliseconds since 1970 of the newest plausible packet, or {@link #NEVER}. */
    long newest() {
        return newest;
    }

    /** The plausible ones. */
    long packets() {
        return packets;
    }

    long implausible() {
        return implausible;
    }

    /** Whether any packet is a sign of life. */
    boolean isAlive() {
        return alive;
    }

    Optional<String> tenant() {
        return Optional.ofNullable(tenant);
    }

    Optional<String> region() {
        return Optional.ofNullable(region);
    }
}
