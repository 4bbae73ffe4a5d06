package io.caravan.watch.judge;

import io.caravan.database.Database;
import io.caravan.watch.arrivals.ArrivalHour;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Absence;
import io.caravan.watch.expect.PaceRepository;
import io.caravan.watch.expect.PastSilences;
import io.caravan.watch.expect.PollPace;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.history.ArrivalHistory;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.StateRepository;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was counted of fleets, by the times of their packets and as far back as hours are kept, with what is written of them: calendars, planned silences, windows set by hand, and the times in
 * which Caravan was away. Reads only, and needs no running watchdog. Safe for any thread.
 */
public final class StoredHistory {
    private final Clock clock;
    private final Profiles profiles;
    private final ArrivalRepository arrivals;
    private final StateRepository states;
    private final PastSilences silences;
    private final PollPace pace;

    public StoredHistory(Database database, Clock clock, Profiles profiles) {
        this.clock = clock;
        this.profiles = profiles;
        this.arrivals = new ArrivalRepository(database);
        this.states = new StateRepository(database);
        this.silences = new PastSilences(database, profiles);
        this.pace = new PollPace(new PaceRepository(database));
    }

    /**
     * A fleet's history.
     *
     * @param arrivals from the first hour with packets that is kept
     * @param lastPackets the end of the last hour with packets in it
     */
    public record OfFleet(Series fleet, ArrivalHistory arrivals, Expectation expectation, Instant lastPackets) {
        /** When the first hour with packets begins. */
        public Instant firstPackets() {
            return arrivals.startOf(0);
        }
    }

    /** What is kept of a fleet up to a moment, of complete hours only; empty: no packet. */
    public Optional<OfFleet> of(Series fleet, Instant until) {
        Instant end = earlier(until.truncatedTo(ChronoUnit.HOURS), complete(fleet));
        List<ArrivalHour> hours = arrivals.hours(List.of(fleet.id()), Instant.EPOCH, end);
        if (hours.isEmpty()) {
            return Optional.empty();
        }
        Instant start = hours.get(0).start();
        ArrivalHistory history = new ArrivalHistory(start, end);
        hours.forEach(hour -> history.add(Lessons.count(hour)));
        List<Absence> away = silences.deaf(start);
        away.forEach(absence -> forgetWholeHours(history, absence));
        Instant last = hours.get(hours.size() - 1).start().plus(1, ChronoUnit.HOURS);
        return Optional.of(new OfFleet(fleet, history, expectation(fleet, start, end, away), last));
    }

    /** When the fleet's packets have all come; a fleet that is gone isn't missed after that. */
    private Instant complete(Series fleet) {
        Instant now = clock.instant();
        Instant come = states.read(List.of(fleet.id())).stream()
                .findFirst()
                .map(row -> Lessons.completeUntil(row, now))
                .orElse(now.truncatedTo(ChronoUnit.HOURS));
        return fleet.retiredAt()
                .map(gone -> earlier(come, gone.truncatedTo(ChronoUnit.HOURS)))
                .orElse(come);
    }

    private Expectation expectation(Series fleet, Instant from, Instant until, List<Absence> away) {
        Profile profile = profiles.of(fleet);
        List<Window> quiet = new ArrayList<>(silences.of(fleet, from, until, silences.handmade(from)));
        away.forEach(absence -> quiet.add(Windows.away(absence)));
        return pace.allow(
                profile.expectation().withWindows(quiet), profile.provider().or(fleet::provider), clock.instant());
    }

    /** Of an hour in which Caravan was away for a part only, the rest is known. */
    private static void forgetWholeHours(ArrivalHistory history, Absence absence) {
        Instant first = absence.from().plus(1, ChronoUnit.HOURS).minusNanos(1).truncatedTo(ChronoUnit.HOURS);
        Instant end = absence.until().truncatedTo(ChronoUnit.HOURS);
        if (first.isBefore(end)) {
            history.forget(first, end);
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
