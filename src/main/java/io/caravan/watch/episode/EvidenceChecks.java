package io.caravan.watch.episode;

import java.time.Duration;
import java.time.Instant;

/** When the evidence of an open episode is looked at again: often while its cause may still come to light, ever less often later. Pure. */
public final class EvidenceChecks {
    private EvidenceChecks() {}

    public static Instant next(Instant openedAt, Instant now) {
        Duration age = Duration.between(openedAt, now);
        if (age.compareTo(Duration.ofMinutes(15)) < 0) {
            return now.plus(Duration.ofMinutes(1));
        } else if (age.compareTo(Duration.ofHours(4)) < 0) {
            return now.plus(Duration.ofMinutes(5));
        }
        return now.plus(Duration.ofMinutes(30));
    }
}
