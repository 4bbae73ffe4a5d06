package io.caravan.watch.expect;

import io.caravan.database.Database;
import io.caravan.watch.episode.Absence;
import io.caravan.watch.episode.Spoken;
import io.caravan.watch.series.StateRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps record of when somebody looked. A time in which nobody did (a stopped service, a machine that slept, a clock that jumped ahead) becomes an {@link Absence}; of a clock that was set back
 * it undoes what it did while it was ahead. One thread.
 */
public final class Attendance {
    private static final Logger LOG = LoggerFactory.getLogger(Attendance.class);
    /** Clocks of nodes differ by less. */
    private static final Duration TOLERANCE = Duration.ofSeconds(90);

    private final Database database;
    private final HeartbeatRepository heartbeats;
    private final StateRepository states;
    private final String node;
    private final Duration longestPause;
    private final Instant startedAt;
    private final boolean heardBefore;

    /**
     * Made before this node begins to count arrivals: what came after the last look of anybody, was counted without a watchdog.
     *
     * @param longestPause between two looks of all nodes, as long as somebody is there
     * @param startedAt now
     */
    public Attendance(Database database, String node, Duration longestPause, Instant startedAt) {
        this.database = database;
        this.heartbeats = new HeartbeatRepository(database);
        this.states = new StateRepository(database);
        this.node = node;
        this.longestPause = longestPause.compareTo(TOLERANCE) < 0 ? TOLERANCE : longestPause;
        this.startedAt = startedAt;
        this.heardBefore = heartbeats
                .latest()
                .filter(latest -> heartbeats.heardWithin(latest.plus(TOLERANCE), startedAt))
                .isPresent();
    }

    /** Says that somebody looks now; the answer is a time in which nobody did, if that is news. */
    public Optional<Absence> lookingAt(Instant now) {
        return database.inTransaction(connection -> {
            Instant before = heartbeats.lock().orElse(now);
            heartbeats.beat(now, node);
            if (now.isBefore(before.minus(TOLERANCE))) {
                setBack(before, now);
                return Optional.empty();
            }
            return Duration.between(before, now).compareTo(longestPause) > 0
                    ? Optional.of(absent(before, now))
                    : Optional.empty();
        });
    }

    private Absence absent(Instant from, Instant now) {
        // Of a node that worked before the absence, nothing did: it slept, or its clock has jumped
        boolean beforeStart = startedAt.isAfter(from);
        Instant until = beforeStart && startedAt.isBefore(now) ? startedAt : now;
        boolean listened = beforeStart && heardBefore;
        Absence absence = new Absence(from, until, listened);
        heartbeats.absent(absence);
        LOG.warn(
                "watchdog away={} from={} until={} listened={}: {}",
                Spoken.duration(absence.duration()),
                from,
                until,
                listened,
                listened
                        ? "what was silent meanwhile is told now"
                        : "nothing was counted meanwhile either; what turns out to be missing when fleets have caught up is told then");
        return absence;
    }

    private void setBack(Instant from, Instant now) {
        states.lockMerged();
        int arrivals = heartbeats.notOfTheFuture(now);
        int series = states.wakeJudgedAfter(now, now);
        LOG.warn(
                "the clock was set back from {} to {}: {} arrivals of the future came now, {} series are judged again",
                from,
                now,
                arrivals,
                series);
    }
}
