package io.caravan.dag.schedule;

import io.caravan.calendar.DataInterval;
import java.time.Instant;
import java.util.Optional;

/**
 * A moment at which a workflow's run is due.
 *
 * @param dueAt when it is to start: the end of its interval, or for a run by hand the moment it was asked for
 * @param logicalTime what names the run among all of its workflow: the start of its interval, or for a run by hand the moment it was asked for
 * @param interval the time that the run's data is from
 * @param remark why the tick isn't where the clock on the wall would suggest, such as a holiday or a change of the clocks
 */
public record Tick(Instant dueAt, Instant logicalTime, DataInterval interval, Optional<String> remark) {

    static Tick scheduled(DataInterval interval, Optional<String> remark) {
        return new Tick(interval.end(), interval.start(), interval, remark);
    }

    static Tick manual(Instant now, DataInterval interval) {
        return new Tick(now, now, interval, Optional.empty());
    }
}
