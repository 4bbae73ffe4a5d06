package io.caravan.simulator;

import java.time.ZoneId;

/** One fleet behind the simulated provider; its share of the traffic is its share of all vehicles. */
public record SimulatedFleet(String id, int vehicles, Rhythm rhythm, ZoneId zone) {
    public SimulatedFleet {
        if (vehicles < 1) {
            throw new IllegalArgumentException(
                    "Fleet '" + id + "' has " + vehicles + " vehicles; give it at least one vehicle.");
        }
    }

    /** A fleet whose traffic is the same at every hour. */
    public static SimulatedFleet constant(String id, int vehicles) {
        return new SimulatedFleet(id, vehicles, Rhythm.CONSTANT, ZoneId.of("UTC"));
    }
}
