package io.caravan.watch.arrivals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one batch says of one fleet; belongs to the thread that counts. */
public final class FleetArrivals {
    static final long NEVER = -1;

    private final String fleet;
    private final long hash;
    private long id;
    /** Most batches are of one hour. */
    private @Nullable HourArrivals first;

    private @Nullable HourArrivals latest;
    private List<HourArrivals> others = List.of();
    private long newest = NEVER;
    private long packets;
    private long implausible;
    private boolean alive;
    private @Nullable String tenant;
    private @Nullable String region;

    /** @param hash the {@linkplain TextHash hash} of its name */
    FleetArrivals(String fleet, long hash) {
        this.fleet = fleet;
        this.hash = hash;
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
        if (first == null) {
            first = new HourArrivals(hour);
            return first;
        }
        if (first.hour() == hour) {
            return first;
        }
        for (HourArrivals known : others) {
            if (known.hour() == hour) {
                return known;
            }
        }
        HourArrivals added = new HourArrivals(hour);
        others = others.isEmpty() ? new ArrayList<>() : others;
        others.add(added);
        return added;
    }

    /** Once it is known as which series it is kept. */
    void identify(long series) {
        id = series;
    }

    /** Its series, when that is known. */
    public long id() {
        return id;
    }

    public boolean isKnown() {
        return id != 0;
    }

    public String fleet() {
        return fleet;
    }

    long hash() {
        return hash;
    }

    void forEachHour(Consumer<HourArrivals> action) {
        if (first != null) {
            action.accept(first);
            others.forEach(action);
        }
    }

    /** Milliseconds since 1970 of the newest plausible packet, or {@link #NEVER}. */
    long newest() {
        return newest;
    }

    /** The plausible ones. */
    public long packets() {
        return packets;
    }

    public long implausible() {
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
