package io.caravan.alert;

import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Lets all nodes know which channels this one serves, so that none takes a message of another's for one that nobody sends. One thread. */
final class ServedChannels {
    private static final Duration RENEWED_EVERY = Duration.ofSeconds(4);

    /** A node that has said nothing for so long serves nothing. */
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(30);

    private final Clock clock;
    private final Channels channels;
    private final Duration believedFor;
    private final ChannelRepository repository;
    private Instant since = Instant.MAX;
    private Instant renewedAt = Instant.MIN;

    /**
     * @param sweep how often nodes look at least
     */
    ServedChannels(Database database, Clock clock, Channels channels, Duration sweep) {
        this.clock = clock;
        this.channels = channels;
        Duration looks = sweep.multipliedBy(3);
        this.believedFor = looks.compareTo(BELIEVED_FOR) > 0 ? looks : BELIEVED_FOR;
        this.repository = new ChannelRepository(database);
    }

    /** Is to be called often; tells the database every few seconds. */
    void renew() {
        Instant now = clock.instant();
        if (now.isBefore(renewedAt.plus(RENEWED_EVERY))) {
            return;
        }
        since = since.isBefore(now) ? since : now;
        repository.served(List.copyOf(channels.names()), now);
        renewedAt = now;
    }

    /** What has been due since then, of a channel that nobody has served since then, is sent by nobody. Empty: this node has just begun, and others may have, too. */
    Optional<Instant> unservedBefore() {
        Instant before = clock.instant().minus(believedFor);
        return since.isAfter(before) ? Optional.empty() : Optional.of(before);
    }
}
