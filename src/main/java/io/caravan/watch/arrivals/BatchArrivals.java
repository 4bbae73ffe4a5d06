package io.caravan.watch.arrivals;

import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What one batch says of its fleets; belongs to the thread that counts. */
public final class BatchArrivals {
    private final String provider;
    private final Instant receivedAt;
    private final boolean live;
    private final long received;
    private final long latest;
    private final long earliest;
    private final FleetIndex fleets;
    private long withoutFleet;
    private long withoutTime;

    /**
     * @param packets how many there are at most
     * @param live whether the packets come as they happen
     * @param latest times after it can't be true
     * @param earliest live packets from before it are none of the present
     */
    public BatchArrivals(
            String provider, int packets, Instant receivedAt, boolean live, Instant latest, Instant earliest) {
        this.fleets = new FleetIndex(packets);
        this.provider = provider;
        this.receivedAt = receivedAt;
        this.live = live;
        this.received = receivedAt.toEpochMilli();
        this.latest = latest.toEpochMilli();
        this.earliest = earliest.toEpochMilli();
    }

    /** A packet with all that is needed. */
    public void count(String fleet, @Nullable String vehicle, long time) {
        FleetArrivals arrivals = fleets.of(fleet);
        if (time > latest) {
            arrivals.countImplausible(live);
        } else if (time < earliest) {
            arrivals.countImplausible(false);
        } else {
            arrivals.count(time, vehicle, live);
        }
    }

    /** A packet that happened when it came. */
    void countNow(String fleet, @Nullable String vehicle) {
        fleets.of(fleet).count(received, vehicle, live);
    }

    void place(String fleet, @Nullable String tenant, @Nullable String region) {
        fleets.of(fleet).place(tenant, region);
    }

    void countWithoutFleet() {
        withoutFleet++;
    }

    void countWithoutTime() {
        withoutTime++;
    }

    public String provider() {
        return provider;
    }

    public Instant receivedAt() {
        return receivedAt;
    }

    public boolean isLive() {
        return live;
    }

    public Collection<FleetArrivals> fleets() {
        return fleets.all();
    }

    /** Defective records too. */
    public long withoutFleet() {
        return withoutFleet;
    }

    public long withoutTime() {
        return withoutTime;
    }
}
