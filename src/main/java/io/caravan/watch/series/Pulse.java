package io.caravan.watch.series;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The newest of a fleet, or of a merged stream's fleets.
 *
 * @param lastEventAt the newest time that a packet bore
 * @param lastArrivalAt when the last packet came live; what is fetched again of the past doesn't count
 * @param packets all that were ever counted
 * @param implausible those whose time was too far off to be true
 * @param lag how old the newest packet of the last live batch was when it came
 * @param usualLag what that usually is
 * @param lagDeviation by how much that usually differs; the mean of the absolute differences
 */
public record Pulse(
        long seriesId,
        Optional<Instant> lastEventAt,
        Optional<Instant> lastArrivalAt,
        long packets,
        long implausible,
        Optional<Duration> lag,
        Optional<Duration> usualLag,
        Optional<Duration> lagDeviation) {}
