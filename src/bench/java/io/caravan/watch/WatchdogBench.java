package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.HourCount;
import io.caravan.watch.detect.Pattern;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A watchdog over many fleets of a hundred providers, whose clock is moved by hand: what a minute's looks take, in PostgreSQL and here. One thread. */
public final class WatchdogBench {
    private static final int PROVIDERS = 100;
    private static final int LOOKS_A_MINUTE = 4;
    private static final int IN_ONE_STATEMENT = 5_000;

    /** Tuesday; every fleet has learned its hours up to 10:00, and learns the next after 11:05. */
    private static final Instant START = Instant.parse("2026-03-03T10:16:00Z");

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
    private static final Query DUE_SOME = Query.of("""
            update caravan.watch_state set due_at = :now
             where series_id in (select id from caravan.watch_series where kind = 'FLEET' order by md5(id::text || :seed::text) limit :count)""");
    private static final Query DUE_PROVIDER = Query.of("""
            update caravan.watch_state set due_at = :now
             where series_id in (select id from caravan.watch_series where provider = :provider and kind = 'FLEET')""");
    private static final Query SENT = Query.of("""
            update caravan.watch_pulse set last_event_at = :at, last_arrival_at = :at
             where series_id in (select id from caravan.watch_series where provider is distinct from :except)""");
    private static final Query ANALYZE = Query.of("analyze");
    private static final Query EVENTS = Query.of("select count(*) as n from caravan.watch_event");

    private final Database database;
    private final HandClock clock = new HandClock(START);
    private final Watchdog watchdog;

    public WatchdogBench(Database database, int fleets) {
        this.database = database;
        fill(fleets);
        WatchEvents listener = new WatchEvents() {};
        this.watchdog = new Watchdog(
                database,
                clock,
                WatchdogSettings.of("bench"),
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
                .set("providers", PROVIDERS)
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
    public void settle() {
        nextLook();
        Pattern pattern = pattern();
        Map<Long, Pattern> patterns = new HashMap<>();
        new SeriesRepository(database).all(SeriesKind.PROVIDER).forEach(stream -> patterns.put(stream.id(), pattern));
        new StateRepository(database).teach(patterns);
        for (int i = 0; i < 3 * LOOKS_A_MINUTE; i++) {
            nextLook();
        }
    }

    /** All have just sent, and so many fleets are due. */
    public void prepareOrdinary(int due, int seed) {
        sent(clock.instant(), "");
        DUE_SOME.on(database)
                .set("now", clock.instant())
                .set("seed", seed)
                .set("count", due)
                .update();
    }

    /** All have just sent, but those of one provider, which have been silent for three hours and are due. */
    public void prepareOutage() {
        SENT.on(database)
                .set("at", clock.instant().minus(Duration.ofHours(3)))
                .set("except", "")
                .update();
        sent(clock.instant(), "provider7");
        DUE_PROVIDER
                .on(database)
                .set("now", clock.instant())
                .set("provider", "provider7")
                .update();
    }

    private void sent(Instant at, String except) {
        SENT.on(database).set("at", at).set("except", except).update();
    }

    /** What the watchdog does in a minute. */
    public void minute() {
        for (int i = 0; i < LOOKS_A_MINUTE; i++) {
            nextLook();
        }
    }

    private void nextLook() {
        clock.set(clock.instant().plusSeconds(60 / LOOKS_A_MINUTE));
        watchdog.look();
    }

    public int events() {
        return EVENTS.on(database).first(row -> row.getInt("n")).orElse(0);
    }
}
