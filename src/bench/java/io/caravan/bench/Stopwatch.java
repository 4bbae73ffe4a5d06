package io.caravan.bench;

import java.util.function.Supplier;

/** Measures one run: from {@link #start} to {@link #stop}. */
final class Stopwatch {
    private final Supplier<Cpu> meter;
    private Cpu before;
    private long startedAt;

    Stopwatch(Supplier<Cpu> meter) {
        this.meter = meter;
        this.before = meter.get();
        this.startedAt = System.nanoTime();
    }

    /**
     * What was measured.
     *
     * @param seconds by the wall's clock
     */
    record Measured(int records, double seconds, Cpu cpu) {
        double perSecond() {
            return records / seconds;
        }
    }

    void start() {
        before = meter.get();
        startedAt = System.nanoTime();
    }

    Measured stop(int records) {
        return stop(records, startedAt, System.nanoTime());
    }

    /** For those who know better when the first record was asked for and the last one was safe. */
    Measured stop(int records, long fromNanos, long toNanos) {
        return new Measured(records, (toNanos - fromNanos) / 1e9, meter.get().since(before));
    }
}
