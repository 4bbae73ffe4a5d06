package io.caravan.dag.run;

import java.util.UUID;

/**
 * A task's instance in a run.
 *
 * @param mapIndex which item of the list that it is mapped over; -1 when it isn't
 */
public record TaskKey(UUID run, String task, int mapIndex) {
    @Override
    public String toString() {
        return mapIndex < 0 ? task : task + "[" + mapIndex + "]";
    }
}
