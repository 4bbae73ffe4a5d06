package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.outbox.OutboxDelivery;
import io.caravan.database.outbox.Subscribers;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.episode.CauseFinder;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.episode.EventLabels;
import io.caravan.watch.fleet.Fleets;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.WrittenProfiles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watching in this process: the watchdog, and the events that go to routes. Make it before anything counts arrivals, so that it can tell what was counted while nobody looked; nothing is judged
 * before {@link #start}. Safe for any thread.
 */
public final class WatchNode implements AutoCloseable {
    private final Database database;
    private final Episodes episodes;
    private final Profiles profiles;
    private final Watchdog watchdog;
    private final OutboxDelivery delivery;
    private final Duration look;
    private boolean started;
    private boolean stopped;

    WatchNode(
            Database database,
            Clock clock,
            WatchdogSettings settings,
            Profiles profiles,
            CauseFinder causes,
            List<Duty> duties,
            WatchEvents listener,
            Subscribers subscribers) {
        this.database = database;
        this.profiles = profiles;
        this.look = settings.look();
        this.episodes = new Episodes(database, listener);
        this.delivery = new OutboxDelivery(database, clock, EventLabels.TOPIC, subscribers, settings.look());
        List<Duty> all = new java.util.ArrayList<>(duties);
        all.add(new ErrorDuty(database, settings.calm(), settings.rejects(), profiles, episodes, causes));
        all.add(new RefusalDuty(database, profiles, episodes));
        all.add(new HistoryDuty(database, settings.keepEpisodes()));
        this.watchdog = new Watchdog(database, clock, settings, profiles, causes, episodes, all, listener);
    }

    /**
     * A node.
     *
     * @param fleets null: nothing is written of fleets, whose clock is UTC
     * @param causes null: causes aren't looked for
     */
    static WatchNode of(
            Database database,
            Clock clock,
            WatchdogSettings settings,
            @Nullable Fleets fleets,
            @Nullable CauseFinder causes,
            Collection<Duty> duties,
            WatchEvents listener,
            Subscribers subscribers) {
        return new WatchNode(
                database,
                clock,
                settings,
                fleets == null ? new NothingWritten() : new WrittenProfiles(fleets, clock),
                causes == null ? trouble -> Optional.empty() : causes,
                List.copyOf(duties),
                listener,
                subscribers);
    }

    private static final class NothingWritten implements Profiles {
        @Override
        public Profile of(Series series) {
            return Profile.of(series.shortName(), Expectation.in(ZoneOffset.UTC));
        }

        @Override
        public long version() {
            return 0;
        }
    }

    /** Begins to look, and to tell. */
    public synchronized void start() {
        if (!started && !stopped) {
            started = true;
            delivery.start();
            watchdog.start();
        }
    }

    /** Opens and closes episodes for those who find trouble in other ways. */
    public Episodes episodes() {
        return episodes;
    }

    /** What is written of each series. */
    public Profiles profiles() {
        return profiles;
    }

    public Database database() {
        return database;
    }

    /** When this node's watchdog has looked at all that was due; Instant.MIN: not yet. */
    public Instant lookedAt() {
        return watchdog.lookedAt();
    }

    /** How often it should. */
    public Duration lookEvery() {
        return look;
    }

    @Override
    public synchronized void close() {
        if (!stopped) {
            stopped = true;
            if (started) {
                watchdog.stop();
                delivery.close();
            }
        }
    }
}
