package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import io.caravan.database.Notifications;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.episode.Absence;
import io.caravan.watch.episode.CauseFinder;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.expect.Attendance;
import io.caravan.watch.expect.HeartbeatRepository;
import io.caravan.watch.expect.Membership;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.expect.WindowRepository;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.judge.Judgement.Spread;
import io.caravan.watch.judge.Passed;
import io.caravan.watch.judge.PassedSilences;
import io.caravan.watch.judge.Round;
import io.caravan.watch.judge.Spreads;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what doesn't happen. Each series has a moment at which its verdict could change if nothing more came of it; whatever came meanwhile is looked up only then. The watchdog sleeps until the
 * least of these moments, or until it hears that a packet came of a series that was quiet, or until its next look. Any number of nodes do the same on one database: series are claimed in chunks, merged streams before their members and by one node at a time. One thread.
 */
public final class Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final Duration SHORTEST = Duration.ofMillis(200);

    /** All series are counted for it. */
    private static final Duration STANDING_EVERY = Duration.ofSeconds(59);

    /** Merged streams are summed up over their fleets, which takes longer. */
    private static final int MERGED_AT_ONCE = 20;

    private final Database database;
    private final Clock clock;
    private final WatchdogSettings settings;
    private final Detector detector;
    private final Attendance attendance;
    private final Membership membership;
    private final MembershipRepository members;
    private final StateRepository states;
    private final Windows windows;
    private final Round round;
    private final List<Duty> duties;
    private final WatchEvents listener;
    private final Notifications notifications;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopping;
    private volatile Instant lookedAt = Instant.MIN;
    private Instant standingTold = Instant.EPOCH;

    Watchdog(
            Database database,
            Clock clock,
            WatchdogSettings settings,
            Profiles profiles,
            CauseFinder causes,
            Episodes episodes,
            List<Duty> duties,
            WatchEvents listener) {
        this.database = database;
        this.clock = clock;
        this.settings = settings;
        this.listener = listener;
        this.detector = new Detector(settings.detector());
        this.attendance =
                new Attendance(database, settings.node(), settings.look().multipliedBy(4), clock.instant());
        this.membership = new Membership(database, profiles);
        this.members = new MembershipRepository(database);
        this.states = new StateRepository(database);
        this.windows = new Windows(new WindowRepository(database), new HeartbeatRepository(database));
        this.round = new Round(
                database, detector, settings.patience(), settings.keepHours(), profiles, windows, episodes, causes);
        List<Duty> all = new ArrayList<>();
        all.add(new EvidenceDuty(database, profiles, windows, episodes, causes));
        all.addAll(duties);
        this.duties = List.copyOf(all);
        this.notifications = new Notifications(database, ArrivalRepository.CHANNEL, payload -> wake());
        this.thread = new Thread(this::run, "caravan-watchdog");
        thread.setDaemon(true);
    }

    void start() {
        notifications.start();
        thread.start();
    }

    /** Something may be due. */
    void wake() {
        wake.release();
    }

    void stop() {
        stopping = true;
        notifications.close();
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** When it last looked at all that was due; Instant.MIN: never. */
    Instant lookedAt() {
        return lookedAt;
    }

    private void run() {
        while (!stopping) {
            try {
                look();
            } catch (DatabaseException e) {
                LOG.warn("fleets can't be judged: {}; trying again in {}", e.getMessage(), settings.look());
            } catch (RuntimeException | Error e) {
                if (!stopping) {
                    LOG.error("fleets can't be judged; trying again in {}", settings.look(), e);
                }
            }
            sleep();
        }
    }

    private void sleep() {
        try {
            if (wake.tryAcquire(untilNext().toMillis(), TimeUnit.MILLISECONDS)) {
                // what comes in a burst is looked at together
                TimeUnit.MILLISECONDS.sleep(SHORTEST.toMillis());
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            LOG.debug("woken to stop", e);
        }
    }

    private Duration untilNext() {
        try {
            Instant now = clock.instant();
            Duration due = states.nextDue()
                    .map(at -> Duration.between(now, at))
                    .filter(pause -> pause.compareTo(settings.look()) < 0)
                    .orElse(settings.look());
            return due.compareTo(SHORTEST) < 0 ? SHORTEST : due;
        } catch (DatabaseException e) {
            return settings.look();
        }
    }

    /** Looks at all that is due now. */
    void look() {
        long began = System.nanoTime();
        Instant now = clock.instant();
        Optional<Absence> absence = attendance.lookingAt(now);
        absence.ifPresent(away -> {
            windows.forget();
            listener.away(away.from(), away.until());
        });
        membership.follow(now);
        // before what goes on is judged, which may be of one outage with it
        tellPassed();
        boolean more = true;
        while (more && !stopping) {
            more = merged();
        }
        Chunk chunk = chunk(false, Map.of());
        Duration late = chunk.late();
        int judged = chunk.judged();
        while (chunk.judged() == settings.chunk() && !stopping) {
            merged();
            chunk = chunk(false, Map.of());
            judged += chunk.judged();
        }
        listener.looked(judged, Duration.ofNanos(System.nanoTime() - began), late);
        duties.forEach(this::attempt);
        lookedAt = clock.instant();
        if (standingTold.isBefore(lookedAt.minus(STANDING_EVERY)) || standingTold.isAfter(lookedAt)) {
            listener.standing(states.counts());
            standingTold = lookedAt;
        }
        listener.backlog(states.backlog(lookedAt).count());
    }

    /** Silences that were over before anybody looked. */
    private void tellPassed() {
        PassedSilences passed = round.passed();
        if (!passed.isAny(clock.instant())) {
            return;
        }
        List<Passed> alone = database.inTransaction(connection ->
                states.tryLockMerged() ? passed.tellOutages(membership.sizes(), clock.instant()) : List.<Passed>of());
        for (Passed each : alone) {
            try {
                database.runInTransaction(connection -> passed.tell(each, clock.instant()));
            } catch (RuntimeException e) {
                LOG.error(
                        "series={} was silent while nobody looked, which can't be told; trying again in {}",
                        each.series(),
                        settings.look(),
                        e);
            }
        }
    }

    private void attempt(Duty duty) {
        try {
            duty.run(clock.instant());
        } catch (DatabaseException e) {
            LOG.warn("{} can't be done: {}; trying again in {}", duty, e.getMessage(), settings.look());
        } catch (RuntimeException e) {
            LOG.error("{} can't be done; trying again in {}", duty, settings.look(), e);
        }
    }

    /** Whether there may be more that are due. */
    private boolean merged() {
        if (!states.isMergedDue(clock.instant())) {
            return false;
        }
        Instant silentSince = clock.instant().minus(settings.detector().minSilence());
        Map<Long, Spread> spreads =
                Spreads.of(detector, membership.sizes(), MembershipRepository.byParent(members.quiet(silentSince)));
        return chunk(true, spreads).judged() == MERGED_AT_ONCE;
    }

    /** @param late how long after it was due the first was judged */
    private record Chunk(int judged, Duration late, List<Long> toTell) {}

    private Chunk chunk(boolean merged, Map<Long, Spread> spreads) {
        Chunk chunk = database.inTransaction(connection -> {
            Instant now = clock.instant();
            if (merged && !states.tryLockMerged()) {
                return new Chunk(0, Duration.ZERO, List.of());
            }
            List<Row> rows = states.claim(merged, now, merged ? MERGED_AT_ONCE : settings.chunk());
            Duration late = rows.isEmpty()
                    ? Duration.ZERO
                    : Duration.between(rows.get(0).dueAt(), now);
            return new Chunk(rows.size(), late, rows.isEmpty() ? List.of() : round.judge(rows, spreads, false, now));
        });
        chunk.toTell().forEach(series -> tell(series, merged, spreads));
        return chunk;
    }

    /** In a transaction of its own, since its cause has to be looked for. Another node may have done it meanwhile. */
    private void tell(long series, boolean merged, Map<Long, Spread> spreads) {
        try {
            database.runInTransaction(connection -> {
                if (merged) {
                    states.lockMerged();
                }
                states.claim(series).ifPresent(row -> round.judge(List.of(row), spreads, true, clock.instant()));
            });
        } catch (RuntimeException e) {
            LOG.error(
                    "series={} has a problem that can't be told; trying again in {}",
                    series,
                    settings.patience().group(),
                    e);
        }
    }
}
