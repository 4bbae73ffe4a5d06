package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.expect.HeartbeatRepository;
import java.time.Duration;
import java.time.Instant;

/** Once an hour forgets episodes, audit entries, absences and records that said nothing of a fleet, when they are past their time; every node may do it. */
final class HistoryDuty implements Duty {
    private static final Duration EVERY = Duration.ofHours(1);

    /** What is usual is learned from a day. */
    private static final Duration UNREADABLE_KEPT = Duration.ofDays(2);

    private final Database database;
    private final Duration keep;
    private final EpisodeRepository episodes;
    private final HeartbeatRepository heartbeats;
    private final AuditRepository audit;
    private final UnreadableRepository unreadable;
    private Instant next = Instant.MIN;

    HistoryDuty(Database database, Duration keep) {
        this.database = database;
        this.keep = keep;
        this.episodes = new EpisodeRepository(database);
        this.heartbeats = new HeartbeatRepository(database);
        this.audit = new AuditRepository(database);
        this.unreadable = new UnreadableRepository(database);
    }

    @Override
    public void run(Instant now) {
        if (now.isBefore(next)) {
            return;
        }
        Instant before = now.minus(keep);
        database.runInTransaction(connection -> {
            episodes.forget(before);
            heartbeats.forget(before);
            audit.forget(before);
            unreadable.forget(now.minus(UNREADABLE_KEPT));
        });
        next = now.plus(EVERY);
    }
}
