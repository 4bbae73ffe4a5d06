package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.HourCount;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.StateRepository;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Many fleets of some providers, all of which have learned that they send every four minutes of the working day, and a watchdog whose clock is moved by hand. Its day is a Tuesday. */
final class ManyFleets {
    private static final int IN_ONE_STATEMENT = 5_000;

    /** Hours up to 10:00 are learned, and the next after 11:05. */
    private static final Instant START = Instant.parse("2026-03-03T10:16:00Z");

    private static final Duration PAUSE = Duration.ofSeconds(15);

    private static final Query SERIES = Query.of("""
            insert into caravan.watch_series (kind, name, provider, born_at)
            select 'FLEET', 'provider' || n % :providers || '/fleet' || n, 'provider' || n % :providers, :born from generate_series(0, :fleets - 1) as n""");
    private static final Query STATES = Query.of("""
            insert into caravan.watch_state (series_id, state, since, due_at, arrived_at)
            select id, 'ON_TIME', :born, :now::timestamptz + interval '2 hours', :now from caravan.watch_series""");
    private static final Query PULSES = Query.of("""
            insert into caravan.watch_pulse (series_id, last_event_at, last_arrival_at, packets, lag, lag_mean, lag_deviation)
            select id, :now, :now, 10000, 30, 30, 5 from caravan.watch_series""");
    private static final Query IDS = Query.of("select id from caravan.watch_series where kind = 'FLEET' order by id");
    private static final Query ANALYZE = Query.of("analyze");
    private static final Query SENT = Query.of("""
            update caravan.watch_pulse set last_event_at = :at, last_arrival_at = :at
             where series_id in (select id from caravan.watch_series where provider is distinct from :except)""");
    private static final Query DUE = Query.of("""
            update caravan.watch_state set due_at = :now
             where series_id in (select id from caravan.watch_series where provider = :provider and kind = 'FLEET')""");

    private final Database database;
    private final int providers;
    private final HandClock clock = new HandClock(START);
    private Watchdog watchdog;

    ManyFleets(Database database, int fleets, int providers) {
        this.database = database;
        this.providers = providers;
        fill(fleets);
        this.watchdog = newWatchdog();
    }

    private Watchdog newWatchdog() {
        WatchEvents listener = new WatchEvents() {};
        return new Watchdog(
                database,
                clock,
                WatchdogSettings.of("many"),
                new Written(),
                trouble -> Optional.empty(),
                new Episodes(database, listener),
                List.of(),
                listener);
    }

    private static final class Written implements Profiles {
        private static final Expectation UTC = Expectation.in(ZoneOffset.UTC);

        @Override
        public Profile of(Series series) {
            return Profile.of(series.name(), UTC);
        }

        @Override
        public long version() {
            return 1;
        }
    }

    private void fill(int fleets) {
        Instant born = START.minus(Duration.ofDays(60));
        SERIES.on(database)
                .set("providers", providers)
                .set("fleets", fleets)
                .set("born", born)
                .update();
        STATES.on(database).set("born", born).set("now", START).update();
        PULSES.on(database).set("now", START).update();
        Pattern pattern = pattern();
        List<Long> ids = IDS.on(database).list(row -> row.getLong("id"));
        StateRepository states = new StateRepository(database);
        for (int first = 0; first < ids.size(); first += IN_ONE_STATEMENT) {
            Map<Long, Pattern> patterns = new HashMap<>();
            ids.subList(first, Math.min(ids.size(), first + IN_ONE_STATEMENT)).forEach(id -> patterns.put(id, pattern));
            states.teach(patterns);
        }
        ANALYZE.on(database).update();
    }

    /** A packet every four minutes of the working day, for six weeks. */
    private static Pattern pattern() {
        Instant until = Instant.parse("2026-03-03T10:00:00Z");
        List<HourCount> hours = new ArrayList<>();
        for (Instant hour = until.minus(Duration.ofDays(42));
                hour.isBefore(until);
                hour = hour.plus(Duration.ofHours(1))) {
            var local = hour.atZone(ZoneOffset.UTC);
            boolean works = local.getDayOfWeek().getValue() <= 5 && local.getHour() >= 6 && local.getHour() < 18;
            hours.add(new HourCount(hour, works ? 0x111111111111111L : 0, works ? 15 : 0, works ? 5 : 0));
        }
        return new Detector(DetectorSettings.DEFAULTS)
                .learn(Pattern.EMPTY, Expectation.in(ZoneOffset.UTC), hours, until);
    }

    /** Merged streams appear, with what they have learned, and come to rest. */
    void settle() {
        look(1);
        Pattern pattern = pattern();
        Map<Long, Pattern> patterns = new HashMap<>();
        new SeriesRepository(database).all(SeriesKind.PROVIDER).forEach(stream -> patterns.put(stream.id(), pattern));
        new StateRepository(database).teach(patterns);
        look(12);
    }

    /** Lets the watchdog look so often, four times a minute. */
    void look(int times) {
        for (int i = 0; i < times; i++) {
            clock.set(clock.instant().plus(PAUSE));
            watchdog.look();
        }
    }

    void restart() {
        watchdog = newWatchdog();
    }

    /** All have just sent. */
    void allSend() {
        SENT.on(database).set("at", now()).set("except", "").update();
    }

    /** All others have just sent. */
    void othersSend(String provider) {
        SENT.on(database).set("at", now()).set("except", provider).update();
    }

    /** Fleets of a provider have been silent for three hours, and are due. */
    void silence(String provider) {
        SENT.on(database)
                .set("at", now().minus(Duration.ofHours(3)))
                .set("except", "")
                .update();
        othersSend(provider);
        DUE.on(database).set("now", now()).set("provider", provider).update();
    }

    Instant now() {
        return clock.instant();
    }
}
