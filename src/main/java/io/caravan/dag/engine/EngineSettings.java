package io.caravan.dag.engine;

import java.time.Duration;

/**
 * How a node works.
 *
 * @param node its name, for people
 * @param workers how many tasks it runs at once
 * @param lease how long after its last sign of life a worker is dead
 * @param beat how often it gives one
 * @param sweep how often it looks for what nobody told it of: the safety net
 * @param keepDays how many days finished runs are kept
 */
public record EngineSettings(String node, int workers, Duration lease, Duration beat, Duration sweep, int keepDays) {
    public EngineSettings {
        if (workers < 1 || lease.compareTo(beat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "A node with " + workers + " workers, a lease of " + lease + " and a beat of " + beat
                            + " can't work; give at least one worker, and a lease of at least two beats.");
        }
    }

    public static EngineSettings of(String node) {
        return new EngineSettings(node, 16, Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(5), 90);
    }
}
