package io.caravan.calendar;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Ticks at whole multiples of a period since 1970-01-01T00:00Z. */
record EverySchedule(Duration period) implements Schedule {
    private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);

    EverySchedule {
        if (period.isZero() || period.isNegative()) {
            throw new IllegalArgumentException("A schedule of every " + period
                    + " never advances; write a period above zero, such as: every 15m.");
        }
    }

    @Override
    public Optional<Instant> next(Instant from, boolean inclusive) {
        BigInteger step = nanos(period.getSeconds(), period.getNano());
        BigInteger[] parts = floorDivide(nanos(from.getEpochSecond(), from.getNano()), step);
        boolean onTick = parts[1].signum() == 0;
        BigInteger multiple = onTick && inclusive ? parts[0] : parts[0].add(BigInteger.ONE);
        BigInteger[] tick = floorDivide(multiple.multiply(step), BILLION);
        return Optional.of(Instant.ofEpochSecond(tick[0].longValueExact(), tick[1].longValueExact()));
    }

    @Override
    public Optional<String> remark(Instant tick) {
        return Optional.empty();
    }

    private static BigInteger nanos(long seconds, int nanos) {
        return BigInteger.valueOf(seconds).multiply(BILLION).add(BigInteger.valueOf(nanos));
    }

    private static BigInteger[] floorDivide(BigInteger dividend, BigInteger divisor) {
        BigInteger remainder = dividend.mod(divisor);
        return new BigInteger[] {dividend.subtract(remainder).divide(divisor), remainder};
    }
}
