package io.caravan.watch.history;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * Makes arrivals of counts: so many at random minutes of their interval. A large series may be thinned to the size of a fleet, and its packets may come as trips.
 *
 * @param packetsPerHour their mean; empty: as many as were counted
 * @param burst mean packets of a trip, one a minute, geometrically distributed; 1: none
 */
public record Thinning(OptionalDouble packetsPerHour, double burst) {
    /** Every packet as it was counted. */
    public static final Thinning NONE = new Thinning(OptionalDouble.empty(), 1);

    private static final double NORMAL_FROM = 50;
    /** With so many packets a minute no minute is empty. */
    private static final double FULL = 20;

    public Thinning {
        packetsPerHour.ifPresent(rate -> {
            if (!(rate > 0)) {
                throw new IllegalArgumentException(
                        "Thinning to " + rate + " packets an hour leaves nothing; give more than 0");
            }
        });
        if (!(burst >= 1)) {
            throw new IllegalArgumentException("Bursts of " + burst + " packets are none; give 1 or more");
        }
    }

    public static Thinning to(double packetsPerHour) {
        return new Thinning(OptionalDouble.of(packetsPerHour), 1);
    }

    public Thinning inBursts(double mean) {
        return new Thinning(packetsPerHour, mean);
    }

    /** Arrivals that depend on the counts and the seed alone. */
    public ArrivalHistory arrivals(Counts counts, long seed) {
        Random random = new Random(seed);
        ArrivalHistory history = new ArrivalHistory(counts.from(), counts.until());
        double mean = counts.perHour();
        double kept = packetsPerHour.isPresent() && mean > 0 ? packetsPerHour.getAsDouble() / mean : 1;
        long interval = counts.interval().toSeconds();
        for (int i = 0; i < counts.size(); i++) {
            long start = counts.start(i);
            fill(history, start, interval, counts.value(i), kept, random);
            if (i > 0 && !counts.absentIsZero()) {
                forgetBetween(history, counts.start(i - 1), interval, start);
            }
        }
        return history;
    }

    private void fill(ArrivalHistory history, long start, long interval, double value, double kept, Random random) {
        double trips = value * kept / burst;
        long count = packetsPerHour.isPresent() || burst > 1 ? poisson(trips, random) : round(value, random);
        long minutes = Math.max(1, interval / 60);
        if (burst == 1 && count > FULL * minutes) {
            for (long minute = 0; minute < minutes; minute++) {
                history.add(start + 60 * minute, count / minutes + (minute < count % minutes ? 1 : 0));
            }
            return;
        }
        for (long trip = 0; trip < count; trip++) {
            long at = start + 60L * random.nextInt((int) minutes);
            for (long left = length(random); left > 0; left--) {
                history.add(at, 1);
                at += 60;
            }
        }
    }

    /** Longer than a forgotten interval is a time of which nobody knows. */
    private static void forgetBetween(ArrivalHistory history, long before, long interval, long next) {
        if (next - before > interval + Duration.ofMinutes(1).toSeconds()) {
            history.forget(Instant.ofEpochSecond(before + interval), Instant.ofEpochSecond(next));
        }
    }

    private long length(Random random) {
        return burst == 1 ? 1 : 1 + (long) (Math.log(1 - random.nextDouble()) / Math.log1p(-1 / burst));
    }

    private static long round(double value, Random random) {
        long whole = (long) value;
        return value > whole && random.nextDouble() < value - whole ? whole + 1 : whole;
    }

    private static long poisson(double mean, Random random) {
        if (mean > NORMAL_FROM) {
            return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        long count = 0;
        for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }
}
