package io.caravan.alert.routing;

import java.time.Duration;

/**
 * When a problem flaps: people are told so once, and then nothing until it is stable.
 *
 * @param openings so often it has to open
 * @param within in this time
 * @param stableFor so long it must neither open nor resolve before it is told how it stands
 */
public record FlappingRule(int openings, Duration within, Duration stableFor) {
    /** Four times in an hour; stable after half an hour. */
    public static final FlappingRule USUAL = new FlappingRule(4, Duration.ofHours(1), Duration.ofMinutes(30));

    public FlappingRule {
        if (openings < 2) {
            throw new IllegalArgumentException(
                    "A problem that opened " + openings + " times does not flap yet; write openings: 2 or more");
        }
    }
}
