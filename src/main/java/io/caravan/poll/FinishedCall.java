package io.caravan.poll;

import java.time.Duration;
import java.time.Instant;

/**
 * A call that the provider answered with a page.
 *
 * @param startedAt when the request left; what arrives at the provider later may be missing in the page
 * @param took from request to the page's last byte
 * @param records how many the page holds
 * @param more whether more records wait behind this page: it was full, or the provider said so
 */
public record FinishedCall(Instant startedAt, Duration took, long records, boolean more) {
    public FinishedCall {
        if (took.isNegative() || records < 0) {
            throw new IllegalArgumentException(
                    "A call took " + took + " and gave " + records + " records; neither can be negative.");
        }
    }
}
