package io.caravan.dedup;

import io.caravan.batch.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A record that was dropped because it had been seen: one row of {@code caravan.dedup_dropped}.
 *
 * @param key the key for people, cut after 200 characters
 * @param hash by which it is remembered
 * @param hashVersion the version of the canonical form that was hashed
 * @param firstSeen when its key was seen first
 * @param seenAgain when this record came
 * @param batch the batch in which this record came
 * @param source where that batch came from
 */
public record Duplicate(
        String repository,
        String key,
        UUID hash,
        short hashVersion,
        Instant firstSeen,
        Instant seenAgain,
        UUID batch,
        String source,
        RawRecord record) {

    /** How long after the first one it came; zero for a repeat inside one batch. */
    public Duration late() {
        return Duration.between(firstSeen, seenAgain);
    }
}
