package io.caravan.poll;

import java.time.Duration;

/**
 * How long calls take: a smoothed mean and a smoothed deviation, as TCP estimates its round trips (RFC 6298), so that one slow answer
 * is remembered for a while and forgotten again. Immutable.
 */
public record CallTime(Duration mean, Duration deviation) {

    /** Before the first call: no time at all. */
    public static final CallTime UNKNOWN = new CallTime(Duration.ZERO, Duration.ZERO);

    public CallTime after(Duration took) {
        if (equals(UNKNOWN)) {
            return new CallTime(took, took.dividedBy(2));
        }
        Duration error = took.minus(mean);
        return new CallTime(
                mean.plus(error.dividedBy(8)),
                deviation.plus(error.abs().minus(deviation).dividedBy(4)));
    }

    /** What nearly every call stays below: the mean and four deviations. */
    public Duration nearlyAlways() {
        return mean.plus(deviation.multipliedBy(4));
    }
}
