package io.caravan.watch;

import java.time.Duration;

/**
 * What a batch said of its fleets.
 *
 * @param live whether its packets are signs of life
 * @param packets those that were counted
 * @param implausible those whose time was too far off to be true
 * @param withoutFleet records that name no fleet, defective ones too
 * @param withoutTime records of a fleet that bear no time
 * @param refused packets of new fleets beyond those that a day may bring
 * @param fleets how many fleets they were of
 * @param newFleets how many of these this process had not met before
 * @param took reading, counting and writing
 */
public record ArrivalReport(
        String provider,
        boolean live,
        long packets,
        long implausible,
        long withoutFleet,
        long withoutTime,
        long refused,
        int fleets,
        int newFleets,
        Duration took) {}
