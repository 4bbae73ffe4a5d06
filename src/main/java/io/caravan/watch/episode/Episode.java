package io.caravan.watch.episode;

import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One problem of one series, from its opening to its recovery.
 *
 * @param since when the trouble itself began: the last packet, the first error
 * @param escalated whether its severity was raised since it lasts
 * @param cause the likeliest one that is known
 * @param parent the episode of a merged stream that explains this one
 * @param told whether people were told of it
 * @param members of how many fleets people were told
 * @param facts what was last told of it, a JSON object
 * @param confirmed since when somebody has known it to be real
 * @param nextCheck when to look at its evidence again
 * @param overAt when it ended, if that was before it was found
 * @param returned since when the trouble is there again, if it was over in between
 */
public record Episode(
        UUID id,
        long series,
        EpisodeKind kind,
        Instant openedAt,
        Instant since,
        Severity severity,
        boolean escalated,
        Optional<Cause> cause,
        double confidence,
        Optional<UUID> parent,
        boolean told,
        int members,
        String sentence,
        String facts,
        Optional<Instant> confirmed,
        Optional<Instant> nextCheck,
        Optional<Instant> overAt,
        Optional<Instant> closedAt,
        Optional<Instant> returned) {

    /** That sure a cause makes an outage real. */
    private static final double EVIDENT = 0.8;

    private static final Set<Cause> NO_OUTAGE = Set.of(Cause.UNKNOWN, Cause.HOLIDAY, Cause.FLEET_OFF);

    /** Whether it was real: somebody said so, or the evidence is plain. Its hours teach nothing. */
    public boolean isReal() {
        boolean isPlain = confidence >= EVIDENT
                && cause.filter(found -> !NO_OUTAGE.contains(found)).isPresent();
        return confirmed.isPresent() || isPlain;
    }

    public boolean isOpen() {
        return closedAt.isEmpty();
    }

    /** Since when it lasts without a break. */
    public Instant lastsSince() {
        return returned.orElse(since);
    }

    /** How long the trouble has lasted, since it was last over. */
    public Duration duration(Instant now) {
        Instant end = end(now);
        return end.isBefore(lastsSince()) ? Duration.ZERO : Duration.between(lastsSince(), end);
    }

    /** When the trouble itself ended; now, as long as it lasts. */
    public Instant end(Instant now) {
        return overAt.or(() -> closedAt).orElse(now);
    }
}
