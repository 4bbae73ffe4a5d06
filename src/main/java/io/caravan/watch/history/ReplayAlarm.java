package io.caravan.watch.history;

import java.time.Instant;
import java.util.Optional;

/**
 * An alarm that a replay gave.
 *
 * @param at when it would have been told
 * @param since the last packet before it
 * @param recoveredAt when packets came again; empty: not before the end of the history
 * @param sentence what would have been told
 */
public record ReplayAlarm(Instant at, Instant since, Optional<Instant> recoveredAt, String sentence) {}
