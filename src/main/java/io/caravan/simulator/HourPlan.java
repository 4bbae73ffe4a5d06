package io.caravan.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;

/** The rates of one hour of the stream: a base and its bursts, which together keep the hour's mean. */
final class HourPlan {
    private static final int SECONDS = 3600;

    private final BitSet burstSeconds = new BitSet(SECONDS);
    private final double[] base;
    private final double[] burst;

    private HourPlan(int fleets) {
        base = new double[fleets];
        burst = new double[fleets];
    }

    static HourPlan of(long hour, SimulatorSettings settings, Dice dice) {
        List<SimulatedFleet> fleets = settings.fleets();
        HourPlan plan = new HourPlan(fleets.size());
        double vehicles = fleets.stream().mapToInt(SimulatedFleet::vehicles).sum();
        double mean = 0;
        for (int i = 0; i < plan.base.length; i++) {
            SimulatedFleet fleet = fleets.get(i);
            double share = fleet.vehicles() / vehicles;
            double factor = fleet.rhythm()
                    .factorAt(Instant.ofEpochSecond(hour * SECONDS).atZone(fleet.zone()));
            plan.burst[i] = settings.burstRate() * share;
            plan.base[i] = settings.meanRate() * share * factor;
            mean += plan.base[i];
        }
        plan.placeBursts(hour, settings, dice, mean);
        return plan;
    }

    private void placeBursts(long hour, SimulatorSettings settings, Dice dice, double mean) {
        Duration length = settings.burst();
        int seconds = (int) Math.min(SECONDS, length.toSeconds());
        for (int i = 0; i < settings.burstsPerHour(); i++) {
            int start = (int) (dice.share(hour, i) * (SECONDS - seconds + 1));
            burstSeconds.set(start, start + seconds);
        }
        // a quiet hour has less to give than its bursts would take
        while (burstSeconds.cardinality() * settings.burstRate() > mean * SECONDS) {
            burstSeconds.clear(burstSeconds.length() - 1);
        }
        int burstCount = burstSeconds.cardinality();
        double left = mean * SECONDS - burstCount * settings.burstRate();
        double factor = mean == 0 || burstCount == SECONDS ? 0 : left / (SECONDS - burstCount) / mean;
        for (int i = 0; i < base.length; i++) {
            base[i] *= factor;
        }
    }

    /** Expected packets of one fleet in this second. */
    double rate(int fleet, long second) {
        return burstSeconds.get((int) Math.floorMod(second, (long) SECONDS)) ? burst[fleet] : base[fleet];
    }
}
