package io.caravan.load;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;

/** What a bare number means as a point in time: how many of these since 1970-01-01 00:00 UTC. */
public enum Epoch {
    /** Nothing: a number for a point in time is rejected. The default. */
    none(0),
    seconds(9),
    millis(6);

    private final int nanosPower;

    Epoch(int nanosPower) {
        this.nanosPower = nanosPower;
    }

    /**
     * The moment, to the microsecond, which is as fine as PostgreSQL keeps it.
     *
     * @throws DateTimeException when it is beyond what a clock can show
     */
    Instant moment(BigDecimal number) {
        BigDecimal micros = number.movePointRight(nanosPower - 3).setScale(0, RoundingMode.HALF_EVEN);
        try {
            long exact = micros.longValueExact();
            return Instant.ofEpochSecond(Math.floorDiv(exact, 1_000_000L), Math.floorMod(exact, 1_000_000L) * 1_000L);
        } catch (ArithmeticException e) {
            throw new DateTimeException("no moment is " + number.toPlainString() + " " + name() + " after 1970", e);
        }
    }
}
