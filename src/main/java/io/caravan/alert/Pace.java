package io.caravan.alert;

import java.time.Duration;

/**
 * How fast a channel's service takes messages. All nodes together keep it.
 *
 * @param interval least time from one message to the next; zero: any pace
 * @param perAddress whether the service counts for each address, rather than for the whole channel
 */
public record Pace(Duration interval, boolean perAddress) {
    public static final Pace ANY = new Pace(Duration.ZERO, false);

    /** So many messages that are critical may go ahead of the pace: services stand short bursts. */
    private static final int CRITICAL_AHEAD = 3;

    public Pace {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("An interval of " + interval + " can't be kept; write it such as 1s");
        }
    }

    /** How much earlier than the pace allows a message of a lane may go. */
    Duration ahead(Lane lane) {
        return lane == Lane.CRITICAL ? interval.multipliedBy(CRITICAL_AHEAD) : Duration.ZERO;
    }
}
