package io.caravan.watch;

import io.caravan.database.Database;
import java.time.Duration;
import java.time.Instant;

/** Once an hour forgets episodes, audit entries and absences that are past their time; every node may do it. */
final class HistoryDuty implements Duty {
    private static final Duration EVERY = Duration.ofHours(1);

    private final Database database;
    private final Duration keep;
    private final EpisodeRepository episodes;
    private final HeartbeatRepository heartbeats;
    private final AuditRepository audit;
    private Instant next = Instant.MIN;

    HistoryDuty(Database database, Duration keep) {
        this.database = database;
        this.keep = keep;
        this.episodes = new EpisodeRepository(database);
        this.heartbeats = new HeartbeatRepository(database);
        this.audit = new AuditRepository(database);
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
        });
        next = now.plus(EVERY);
    }
}
