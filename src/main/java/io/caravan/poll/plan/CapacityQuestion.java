package io.caravan.poll.plan;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a plan is wanted for. Rates are records per second.
 *
 * @param callsPerMinute the provider's limit
 * @param page most records of one call
 * @param rate mean over any hour
 * @param burst highest rate for a short time; empty when arrivals don't burst
 * @param rateP90 the rate that isn't exceeded for 90 % of the time; empty when unknown
 * @param costPerCall price of a call, zero when free
 * @param costPerDay most that a day may cost; empty when money is no object
 * @param freshness how old a record may become before it is fetched
 * @param pause for how long polling may be interrupted
 * @param callTime how long a call takes; calls are made one after another
 * @param buffer a buffer to be sized beside; empty when there is none
 */
public record CapacityQuestion(
        int callsPerMinute,
        int page,
        double rate,
        OptionalDouble burst,
        OptionalDouble rateP90,
        BigDecimal costPerCall,
        Optional<BigDecimal> costPerDay,
        Duration freshness,
        Duration pause,
        Duration callTime,
        Optional<BufferQuestion> buffer) {

    public CapacityQuestion {
        require(callsPerMinute > 0, "callsPerMinute", callsPerMinute, "to 1 or more");
        require(page > 0, "page", page, "to 1 or more");
        require(rate > 0, "rate", rate, "above zero");
        burst.ifPresent(value -> require(value > rate, "burst", value, "above the mean rate"));
        rateP90.ifPresent(value -> require(value > 0, "rateP90", value, "above zero"));
        require(costPerCall.signum() >= 0, "costPerCall", costPerCall, "to zero or more");
        costPerDay.ifPresent(value -> {
            require(costPerCall.signum() > 0, "costPerCall", costPerCall, "above zero, because there is a budget");
            require(value.compareTo(costPerCall) >= 0, "costPerDay", value, "to the price of a call or more");
        });
        require(freshness.compareTo(Duration.ZERO) > 0, "freshness", freshness, "above zero");
        require(!pause.isNegative(), "pause", pause, "to zero or more");
        require(!callTime.isNegative(), "callTime", callTime, "to zero or more");
    }

    /**
     * A buffer between an input that peaks and an output that doesn't. In megabytes per minute.
     *
     * @param inMean input on the mean of a day
     * @param inPeak input at its highest
     * @param out output, always
     * @param peak how long one peak lasts
     */
    public record BufferQuestion(double inMean, double inPeak, double out, Duration peak) {
        public BufferQuestion {
            require(inMean > 0, "bufferInMean", inMean, "above zero");
            require(inPeak >= inMean, "bufferInPeak", inPeak, "to the mean or more");
            require(out > 0, "bufferOut", out, "above zero");
            require(peak.compareTo(Duration.ZERO) > 0, "bufferPeak", peak, "above zero");
        }
    }

    /** The shortest distance of two calls. */
    double secondsBetweenCalls() {
        return Math.max(60.0 / callsPerMinute, callTime.toNanos() / 1e9);
    }

    private static void require(boolean holds, String name, Object value, String cure) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; set it " + cure + ".");
        }
    }
}
