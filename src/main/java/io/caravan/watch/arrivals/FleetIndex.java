package io.caravan.watch.arrivals;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fleets of one batch by their names, in the order in which they came. A set with open addressing, at most half full. Belongs to the thread that counts. */
final class FleetIndex {
    private final List<FleetArrivals> fleets = new ArrayList<>();
    private final @Nullable FleetArrivals[] places;
    private @Nullable FleetArrivals latest;

    /** @param most how many fleets there can be: one for each packet */
    FleetIndex(int most) {
        this.places = new FleetArrivals[4 * Integer.highestOneBit(Math.max(1, most))];
    }

    /** The fleet of this name, made when it comes for the first time. Packets of a fleet often stand together. */
    FleetArrivals of(String name) {
        FleetArrivals last = latest;
        if (last == null || !last.fleet().equals(name)) {
            last = find(name, TextHash.of(name));
            latest = last;
        }
        return last;
    }

    Collection<FleetArrivals> all() {
        return Collections.unmodifiableList(fleets);
    }

    private FleetArrivals find(String name, long hash) {
        int place = place(hash);
        FleetArrivals there = places[place];
        while (there != null && !(there.hash() == hash && there.fleet().equals(name))) {
            place = next(place);
            there = places[place];
        }
        return there == null ? add(new FleetArrivals(name, hash), place) : there;
    }

    private FleetArrivals add(FleetArrivals fleet, int place) {
        places[place] = fleet;
        fleets.add(fleet);
        return fleet;
    }

    private int place(long hash) {
        return (int) hash & (places.length - 1);
    }

    private int next(int place) {
        return (place + 1) & (places.length - 1);
    }
}
