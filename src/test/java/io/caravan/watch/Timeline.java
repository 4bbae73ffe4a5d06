package io.caravan.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.calendar.files.Calendars;
import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.arrivals.ArrivalRowsBuilder;
import io.caravan.watch.arrivals.BatchArrivals;
import io.caravan.watch.arrivals.KnownVehicles;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Trouble;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.episode.Holding;
import io.caravan.watch.fleet.Fleets;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.WrittenProfiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Fleets, a watchdog and a clock that is moved by hand: {@code run} lets time pass, with packets and looks, and the events are what was told.
 */
final class Timeline {
    static final ZoneId AMSTERDAM = ZoneId.of("Europe/Amsterdam");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration STEP = Duration.ofMinutes(1);

    /** Nobody looks for so long while nothing comes and nothing is due; the watchdog takes no longer a pause for an absence. */
    private static final Duration IDLE = Duration.ofMinutes(10);

    private final Database database;
    private final HandClock clock;
    private final SeriesRepository series;
    private final Map<String, Profile> profiles = new HashMap<>();
    private final Map<String, Rhythm> rhythms = new HashMap<>();
    private final KnownVehicles knownVehicles = new KnownVehicles(1_000);
    private final Map<String, Integer> vehicles = new HashMap<>();
    private final List<String> told = new ArrayList<>();
    private Function<Trouble, Optional<Finding>> causes = trouble -> Optional.empty();
    private @Nullable Path config;
    private long version;
    private Watchdog watchdog;
    private Optional<Watchdog> beside = Optional.empty();
    private WatchdogSettings settings = WatchdogSettings.of("test")
            .with(new Holding.Patience(Duration.ofSeconds(30), Duration.ofMinutes(30)))
            .lookingEvery(IDLE);
    private Instant nextLook = Instant.MIN;
    private Duration pause = STEP;
    private Instant lookedAt = Instant.EPOCH;
    private boolean came;

    /** How many packets a fleet sends in this minute of its local time. */
    interface Rhythm {
        int packets(LocalDateTime minute, ZoneId zone);

        /** One every so many minutes, in these hours of the working week. */
        static Rhythm workdays(int from, int until, int everyMinutes) {
            return (minute, zone) -> minute.getDayOfWeek().getValue() <= 5
                            && minute.getHour() >= from
                            && minute.getHour() < until
                            && minute.getMinute() % everyMinutes == 0
                    ? 1
                    : 0;
        }

        static Rhythm always(int everyMinutes) {
            return (minute, zone) -> (minute.getMinute() + 60 * minute.getHour()) % everyMinutes == 0 ? 1 : 0;
        }

        Rhythm SILENT = (minute, zone) -> 0;
    }

    Timeline(Database database, String start) {
        this.database = database;
        this.clock = new HandClock(moment(start));
        this.series = new SeriesRepository(database);
        clear();
        this.watchdog = newWatchdog();
    }

    static Instant moment(String local) {
        return LocalDateTime.parse(local).atZone(AMSTERDAM).toInstant();
    }

    private void clear() {
        execute(
                "truncate caravan.watch_series, caravan.watch_hour, caravan.watch_vehicle, caravan.watch_heartbeat, caravan.watch_absence, caravan.watch_window,"
                        + " caravan.outbox_notice, caravan.watch_audit cascade");
    }

    /** What is written of fleets. */
    Profiles profiles() {
        Profiles plain = new Profiles() {
            @Override
            public Profile of(Series each) {
                return profiles.getOrDefault(each.name(), Profile.of(each.name(), Expectation.in(AMSTERDAM)));
            }

            @Override
            public long version() {
                return version;
            }
        };
        return config == null
                ? plain
                : new WrittenProfiles(Fleets.ofFile(config.resolve("fleets.yaml"), calendars(), clock), clock);
    }

    private Watchdog newWatchdog() {
        Profiles written = profiles();
        WatchEvents listener = new WatchEvents() {};
        Episodes episodes = new Episodes(database, listener);
        return new Watchdog(
                database, clock, settings, written, trouble -> causes.apply(trouble), episodes, List.of(), listener);
    }

    /** A look costs more than a minute's packets: for stories of days, which want no look every minute. At most the time that is no absence. */
    Timeline lookingEvery(Duration time) {
        pause = time;
        return this;
    }

    /** From now on this file is what is written of fleets; its calendars are the shipped ones. */
    Timeline written(Path folder, String fleetsYaml) {
        try {
            Files.writeString(folder.resolve("fleets.yaml"), fleetsYaml);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
        config = folder;
        return restart();
    }

    private Calendars calendars() {
        return new Calendars(Path.of("config/calendars"), clock);
    }

    /** A fleet with a rhythm; what it did in the four weeks before now is known already. */
    Timeline fleet(String name, Rhythm rhythm) {
        return fleet(name, rhythm, profile -> profile);
    }

    Timeline fleet(String name, Rhythm rhythm, UnaryOperator<Profile> written) {
        born(name, rhythm, written);
        Instant now = clock.instant();
        ZoneId zone = profile(name).expectation().zone();
        List<Instant> history = new ArrayList<>();
        for (Instant at = now.minus(Duration.ofDays(35)); at.isBefore(now); at = at.plus(STEP)) {
            for (int i = rhythm.packets(at.atZone(zone).toLocalDateTime(), zone); i > 0; i--) {
                history.add(at);
            }
        }
        arrive(name, history, history.isEmpty() ? now : history.get(history.size() - 1));
        execute("update caravan.watch_series set born_at = '" + now.minus(Duration.ofDays(35)) + "' where name = '"
                + name + "'");
        return this;
    }

    /** A fleet that nobody has heard of before. */
    Timeline born(String name, Rhythm rhythm, UnaryOperator<Profile> written) {
        profiles.put(name, written.apply(Profile.of(name, Expectation.in(AMSTERDAM))));
        rhythms.put(name, rhythm);
        version++;
        series.findOrCreate(SeriesKind.FLEET, List.of(name), clock.instant());
        return this;
    }

    Timeline write(String name, UnaryOperator<Profile> written) {
        profiles.put(name, written.apply(profile(name)));
        version++;
        return this;
    }

    private Profile profile(String name) {
        return profiles.getOrDefault(name, Profile.of(name, Expectation.in(AMSTERDAM)));
    }

    Timeline rhythm(String name, Rhythm rhythm) {
        rhythms.put(name, rhythm);
        return this;
    }

    Timeline causes(Function<Trouble, Optional<Finding>> finder) {
        causes = finder;
        return this;
    }

    /** Packets of now. */
    Timeline arrival(String name) {
        arrive(name, List.of(clock.instant()), clock.instant());
        return this;
    }

    /** Packets that come now, with other times. */
    Timeline arrival(String name, List<Instant> events) {
        arrive(name, events, clock.instant());
        return this;
    }

    private void arrive(String name, List<Instant> events, Instant at) {
        if (events.isEmpty()) {
            return;
        }
        BatchArrivals batch = new BatchArrivals(
                name.substring(0, name.indexOf('/')), events.size(), at, true, at.plusSeconds(600), Instant.EPOCH);
        events.forEach(event ->
                batch.count(name.substring(name.indexOf('/') + 1), vehicle(name, event), event.toEpochMilli()));
        long id = series.find(SeriesKind.FLEET, name).orElseThrow().id();
        database.runInTransaction(connection -> {
            ArrivalRowsBuilder rows = new ArrivalRowsBuilder(batch, knownVehicles);
            batch.fleets().forEach(fleet -> rows.add(id, fleet));
            new ArrivalRepository(database).record(rows.build());
        });
    }

    /** Each minute has the packets of another one of so many vehicles from now on; else nobody knows of which. */
    Timeline vehicles(String name, int count) {
        vehicles.put(name, count);
        return this;
    }

    private @Nullable String vehicle(String name, Instant event) {
        Integer count = vehicles.get(name);
        return count == null ? null : "v" + Math.floorMod(event.getEpochSecond() / 60, count);
    }

    /** Lets time pass to a local moment, looking every minute in which something comes or is due. */
    Timeline until(String local) {
        return until(moment(local));
    }

    Timeline until(Instant end) {
        nextLook = Instant.MIN;
        lookedAt = Instant.EPOCH;
        while (clock.instant().isBefore(end)) {
            clock.set(clock.instant().plus(STEP));
            sendAndLook();
        }
        return this;
    }

    Timeline pass(Duration time) {
        return until(clock.instant().plus(time));
    }

    /** Lets a short time pass with many looks, without packets. */
    Timeline lookEvery(Duration pause, Duration time) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            clock.set(clock.instant().plus(pause));
            look();
        }
        return this;
    }

    /** Whether anything came. */
    private boolean send() {
        Instant now = clock.instant();
        boolean sent = false;
        for (Map.Entry<String, Rhythm> fleet : rhythms.entrySet()) {
            String name = fleet.getKey();
            ZoneId zone = profile(name).expectation().zone();
            int packets = fleet.getValue().packets(now.atZone(zone).toLocalDateTime(), zone);
            if (packets > 0) {
                arrive(name, java.util.Collections.nCopies(packets, now), now);
                sent = true;
            }
        }
        return sent;
    }

    /** Packets go on, but no watchdog looks. */
    Timeline unwatchedUntil(String local) {
        while (clock.instant().isBefore(moment(local))) {
            clock.set(clock.instant().plus(STEP));
            send();
        }
        return this;
    }

    /** Nothing at all runs. */
    Timeline downUntil(String local) {
        clock.set(moment(local));
        return restart();
    }

    /** The clock jumps. */
    Timeline clockTo(String local) {
        clock.set(moment(local));
        return this;
    }

    Timeline restart() {
        watchdog = newWatchdog();
        return this;
    }

    Timeline chunksOf(int size) {
        settings = settings.chunksOf(size);
        return restart();
    }

    Timeline look() {
        watchdog.look();
        return this;
    }

    /** Another node on the same database: both look at the same time, while packets come. */
    Timeline withAnotherNode() {
        beside = Optional.of(newWatchdog());
        return this;
    }

    private void sendAndLook() {
        if (beside.isEmpty()) {
            came |= send();
            Instant now = clock.instant();
            if (!now.isBefore(lookedAt.plus(pause)) && (came || !now.isBefore(nextLook))) {
                look();
                nextLook = nextLook();
                lookedAt = now;
                came = false;
            }
        } else {
            Watchdog other = beside.get();
            List<CompletableFuture<Void>> all = List.of(
                    CompletableFuture.runAsync(this::send),
                    CompletableFuture.runAsync(watchdog::look),
                    CompletableFuture.runAsync(other::look));
            all.forEach(CompletableFuture::join);
        }
    }

    private Instant nextLook() {
        Query due = Query.of("""
                select least(:idle, (select min(due_at) from caravan.watch_state where due_at < 'infinity'),
                                    (select min(next_check) from caravan.watch_episode where closed_at is null)) as at""");
        return due.on(database)
                .set("idle", clock.instant().plus(IDLE))
                .first(row -> Query.requiredInstant(row, "at"))
                .orElseThrow();
    }

    Instant now() {
        return clock.instant();
    }

    Database database() {
        return database;
    }

    HandClock clock() {
        return clock;
    }

    FleetReports.Report report(String name) {
        Series found = java.util.stream.Stream.of(SeriesKind.values())
                .flatMap(kind -> series.find(kind, name).stream())
                .findFirst()
                .orElseThrow();
        return new FleetReports(database, clock, profiles(), new Detector(settings.detector())).report(found);
    }

    SeriesState state(String name) {
        return SeriesState.valueOf(ask(
                "select s.state from caravan.watch_state s join caravan.watch_series w on w.id = s.series_id where w.name = '"
                        + name + "'"));
    }

    /** All events so far, oldest first: {@code opened acme/north silent}. */
    List<String> events() {
        told.clear();
        facts().forEach(facts -> told.add(facts.path("event").asText() + " "
                + facts.path("series").path("name").asText() + " "
                + facts.path("trouble").asText()));
        return List.copyOf(told);
    }

    JsonNode lastEvent() {
        List<JsonNode> all = facts();
        return all.get(all.size() - 1);
    }

    List<JsonNode> facts() {
        Query query = Query.of("select facts::text from caravan.watch_event order by at, id");
        return query.on(database).list(row -> parse(row.getString(1)));
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String ask(String sql) {
        Query query = Query.of(sql);
        return query.on(database).first(row -> row.getString(1)).orElseThrow();
    }

    private void execute(String sql) {
        Query query = Query.of(sql);
        query.on(database).update();
    }
}
