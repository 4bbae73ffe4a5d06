package io.caravan.poll;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * What a provider may cost in a day of its own time zone, spread over that day. The money accrues evenly from midnight to midnight (over 23 or 25
 * hours when the clocks change): what has accrued and isn't spent may be spent at once, so that a burst is drained at the provider's full
 * limit; when it is spent, the rest is spread evenly over the rest of the day. The day's sum is never exceeded. All in exact decimals; pure, immutable, safe for any thread.
 *
 * @param costPerCall price of one call, empty or not; zero means that calls are free and the budget never stands in the way
 * @param costPerDay most that a day may cost
 * @param zone in whose days the provider counts
 */
public record Budget(BigDecimal costPerCall, BigDecimal costPerDay, ZoneId zone) {

    public Budget {
        if (costPerCall.signum() < 0) {
            throw new IllegalArgumentException(
                    "A call that costs " + costPerCall + " earns money; set costPerCall to zero or more.");
        }
        if (costPerDay.compareTo(costPerCall) < 0) {
            throw new IllegalArgumentException("A budget of " + costPerDay + " a day doesn't pay for one call at "
                    + costPerCall + "; raise costPerDay to at least that.");
        }
    }

    /** The provider's local day that {@code now} belongs to, from its first instant. */
    public Instant dayStart(Instant now) {
        return now.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
    }

    /** The first instant of the provider's next day. */
    public Instant dayEnd(Instant now) {
        return now.atZone(zone).toLocalDate().plusDays(1).atStartOfDay(zone).toInstant();
    }

    /** How many more calls the day's money pays for. */
    public BigInteger callsLeft(BigDecimal spentToday) {
        BigDecimal left = left(spentToday);
        return costPerCall.signum() == 0
                ? BigInteger.valueOf(Long.MAX_VALUE)
                : left.divideToIntegralValue(costPerCall).toBigInteger();
    }

    /** What is left of the day's money; never negative. */
    public BigDecimal left(BigDecimal spentToday) {
        return costPerDay.subtract(spentToday).max(BigDecimal.ZERO);
    }

    /**
     * The earliest moment for the next call; {@code now} itself when it may begin at once.
     *
     * @param spentToday what the calls since {@link #dayStart} cost
     * @param lastCallAt when the latest of all calls to this provider began
     */
    public NotBefore nextCall(Instant now, BigDecimal spentToday, Instant lastCallAt) {
        return new NotBefore(later(now, nextCallAt(now, spentToday, lastCallAt)), PollDecision.Reason.BUDGET);
    }

    private Instant nextCallAt(Instant now, BigDecimal spentToday, Instant lastCallAt) {
        if (costPerCall.signum() == 0) {
            return now;
        }
        BigInteger callsLeft = callsLeft(spentToday);
        if (callsLeft.signum() == 0) {
            return dayEnd(now);
        }
        Instant accrued = accruedAt(now, spentToday);
        Instant spread = spreadAt(now, later(earlier(lastCallAt, now), dayStart(now)), callsLeft);
        return earlier(accrued, spread);
    }

    /** When so much has accrued as is spent already. */
    private Instant accruedAt(Instant now, BigDecimal spentToday) {
        BigDecimal day = nanos(Duration.between(dayStart(now), dayEnd(now)));
        BigDecimal elapsed = day.multiply(spentToday).divide(costPerDay, 0, RoundingMode.CEILING);
        return dayStart(now).plus(duration(elapsed));
    }

    /** When the next call comes if those left keep equal distances, the last one also from midnight. */
    private Instant spreadAt(Instant now, Instant lastCallAt, BigInteger callsLeft) {
        BigDecimal rest = nanos(Duration.between(lastCallAt, dayEnd(now)));
        BigDecimal distance = rest.divide(new BigDecimal(callsLeft.add(BigInteger.ONE)), 0, RoundingMode.CEILING);
        return lastCallAt.plus(duration(distance));
    }

    private static BigDecimal nanos(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos());
    }

    private static Duration duration(BigDecimal nanos) {
        return Duration.ofNanos(nanos.longValueExact());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
