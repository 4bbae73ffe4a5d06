package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordTime;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.arrivals.ArrivalDays;
import io.caravan.watch.arrivals.ArrivalHour;
import io.caravan.watch.arrivals.ArrivalOptions;
import io.caravan.watch.arrivals.ArrivalReader;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.arrivals.ArrivalsRefusedException;
import io.caravan.watch.arrivals.KnownVehicles;
import io.caravan.watch.arrivals.RecordField;
import io.caravan.watch.series.Pulse;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class ArrivalsTest {
    private static final Instant NOON = Instant.parse("2026-03-03T12:00:00Z");

    private final Database database;
    private final ArrivalRepository repository;
    private final SeriesRepository series;
    private final Arrivals arrivals;

    ArrivalsTest(Database database) {
        this.database = database;
        this.repository = new ArrivalRepository(database);
        this.series = new SeriesRepository(database);
        this.arrivals = node();
    }

    @BeforeEach
    void empty() {
        Query.of(
                        "truncate caravan.watch_series, caravan.watch_hour, caravan.watch_vehicle, caravan.watch_refusal, caravan.watch_unreadable cascade")
                .on(database)
                .update();
    }

    /** Another process on the same database: it knows nothing of what this one has counted. */
    private Arrivals node() {
        Clock clock = Clock.fixed(NOON, ZoneOffset.UTC);
        return new Arrivals(
                database,
                clock,
                new WatchEvents() {},
                new KnownVehicles(1_000),
                new ArrivalDays(database, clock, ArrivalDays.KEEP_DAYS));
    }

    private static ArrivalReader reader(boolean refusing) {
        return reader(refusing, 20_000);
    }

    private static ArrivalReader reader(boolean refusing, int newFleets) {
        return new ArrivalReader(
                new ArrivalOptions(
                        RecordField.parse("fleet", "/fleet"),
                        Optional.of(RecordField.parse("vehicle", "car")),
                        Optional.of(RecordField.parse("time", "/at")),
                        Optional.of(RecordField.parse("tenant", "owner")),
                        Optional.empty(),
                        RecordTime.UTC,
                        Duration.ofMinutes(10),
                        Duration.ofDays(7),
                        Optional.empty(),
                        refusing,
                        newFleets,
                        Optional.empty()),
                Duration.ofDays(92));
    }

    private static Batch batch(Instant receivedAt, String... records) {
        List<RawRecord> all = new ArrayList<>();
        for (String record : records) {
            all.add(RawRecord.of(record.replace('\'', '"')));
        }
        return Batch.of("poll:acme/packets", receivedAt, all);
    }

    private static String packet(String fleet, String car, String at) {
        return "{'fleet': '%s', 'car': '%s', 'at': '%s'}".formatted(fleet, car, at);
    }

    private ArrivalReport count(Batch batch) {
        return arrivals.count(batch, reader(false), false);
    }

    private long id(String name) {
        return series.find(SeriesKind.FLEET, name).orElseThrow().id();
    }

    private List<ArrivalHour> hours(String fleet) {
        return repository.hours(List.of(id(fleet)), NOON.minus(Duration.ofDays(100)), NOON.plus(Duration.ofDays(1)));
    }

    private Pulse pulse(String fleet) {
        return repository.pulses(List.of(id(fleet))).get(0);
    }

    private void setState(String fleet, String state) {
        Query.of("update caravan.watch_state set state = :state, due_at = :due where series_id = :id")
                .on(database)
                .set("state", state)
                .set("due", NOON.plus(Duration.ofHours(5)))
                .set("id", id(fleet))
                .update();
    }

    private Instant dueAt(String fleet) {
        return Query.of("select due_at from caravan.watch_state where series_id = :id")
                .on(database)
                .set("id", id(fleet))
                .first(row -> Query.requiredInstant(row, "due_at"))
                .orElseThrow();
    }

    @Test
    void aFieldThatDiffersWithEachRecordMakesOnlySoManyFleetsADay() {
        ArrivalReader atMost3 = reader(false, 3);
        arrivals.count(
                batch(NOON, packet("a", "1", "2026-03-03T11:58:10Z"), packet("b", "2", "2026-03-03T11:58:10Z")),
                atMost3,
                false);

        ArrivalReport report = arrivals.count(
                batch(
                        NOON,
                        packet("a", "1", "2026-03-03T11:59:10Z"),
                        packet("seq-1", "1", "2026-03-03T11:59:10Z"),
                        packet("seq-2", "1", "2026-03-03T11:59:11Z"),
                        packet("seq-3", "1", "2026-03-03T11:59:12Z")),
                atMost3,
                false);

        assertThat(report.packets()).isEqualTo(2);
        assertThat(report.refused()).isEqualTo(2);
        assertThat(series.all(SeriesKind.FLEET))
                .extracting(Series::name)
                .containsExactly("acme/a", "acme/b", "acme/seq-1");
        assertThat(pulse("acme/a").packets()).as("nothing else is lost").isEqualTo(2);
        assertThat(new RefusalRepository(database).claim())
                .containsExactly(new Refused("acme", "/fleet", 3, 2, List.of("seq-2", "seq-3"), NOON, NOON));

        Instant tomorrow = NOON.plus(Duration.ofDays(1));
        assertThat(arrivals.count(batch(tomorrow, packet("c", "1", "2026-03-04T11:59:10Z")), atMost3, false)
                        .refused())
                .as("another day")
                .isZero();
    }

    @Test
    void aBatchOfManyFleetsIsCountedByTheHourOfItsPackets() {
        ArrivalReport report = count(batch(
                NOON,
                packet("a", "1", "2026-03-03T11:58:10Z"),
                packet("a", "1", "2026-03-03T11:58:50Z"),
                packet("a", "2", "2026-03-03T11:59:00Z"),
                packet("a", "2", "2026-03-03T10:00:00Z"),
                packet("b", "9", "2026-03-03T11:00:00Z")));

        assertThat(report.packets()).isEqualTo(5);
        assertThat(report.fleets()).isEqualTo(2);
        assertThat(hours("acme/a"))
                .containsExactly(
                        new ArrivalHour(id("acme/a"), Instant.parse("2026-03-03T10:00:00Z"), 1, 1, 1),
                        new ArrivalHour(id("acme/a"), Instant.parse("2026-03-03T11:00:00Z"), 3, 3L << 58, 2));
        assertThat(hours("acme/b")).hasSize(1);
        assertThat(pulse("acme/a").lastEventAt()).contains(Instant.parse("2026-03-03T11:59:00Z"));
        assertThat(pulse("acme/a").lastArrivalAt()).contains(NOON);
        assertThat(pulse("acme/a").lag()).contains(Duration.ofMinutes(1));
    }

    @Test
    void aNewFleetIsBornUnknownAndDueAtOnce() {
        count(batch(NOON, packet("a", "1", "2026-03-03T11:58:10Z")));

        Series born = series.find(SeriesKind.FLEET, "acme/a").orElseThrow();
        assertThat(born.bornAt()).isEqualTo(NOON);
        assertThat(born.provider()).contains("acme");
        assertThat(born.shortName()).isEqualTo("a");
        assertThat(dueAt("acme/a")).isEqualTo(NOON);
        assertThat(series.fleetsCalled("a")).containsExactly(born);
        assertThat(series.fleetsCalled("acme/a")).containsExactly(born);
    }

    @Test
    void aVehicleCountsOnceAnHourHoweverItsPacketsComeAndToWhomever() {
        count(batch(NOON, packet("a", "1", "2026-03-03T11:10:00Z"), packet("a", "2", "2026-03-03T11:10:00Z")));
        count(batch(NOON, packet("a", "1", "2026-03-03T11:20:00Z")));
        node().count(
                        batch(NOON, packet("a", "1", "2026-03-03T12:00:00Z"), packet("a", "1", "2026-03-03T11:30:00Z")),
                        reader(false),
                        false);
        // late, for an hour that another hour has overtaken
        node().count(
                        batch(NOON, packet("a", "2", "2026-03-03T09:30:00Z"), packet("a", "1", "2026-03-03T09:30:00Z")),
                        reader(false),
                        false);
        node().count(batch(NOON, packet("a", "1", "2026-03-03T09:31:00Z")), reader(false), false);

        assertThat(hours("acme/a")).extracting(ArrivalHour::vehicles).containsExactly(2, 2, 1);
        assertThat(hours("acme/a")).extracting(ArrivalHour::packets).containsExactly(3L, 4L, 1L);
    }

    @Test
    void whatIsUndoneHasNotArrived() {
        Batch first = batch(NOON, packet("a", "1", "2026-03-03T11:10:00Z"));
        assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    count(first);
                    throw new IllegalStateException("the batch fails later");
                }))
                .hasMessage("the batch fails later");

        count(first);

        assertThat(hours("acme/a"))
                .containsExactly(new ArrivalHour(id("acme/a"), Instant.parse("2026-03-03T11:00:00Z"), 1, 1L << 10, 1));
    }

    @Test
    void whatIsFetchedAgainTeachesButIsNoSignOfLife() {
        count(batch(NOON, packet("a", "1", "2026-03-03T11:59:00Z")));
        setState("acme/a", "SILENT");
        Instant later = NOON.plus(Duration.ofHours(2));

        ArrivalReport report =
                arrivals.count(batch(later, packet("a", "1", "2026-02-01T08:30:00Z")), reader(false), true);

        assertThat(report.live()).isFalse();
        assertThat(hours("acme/a")).hasSize(2);
        assertThat(pulse("acme/a").lastArrivalAt()).contains(NOON);
        assertThat(pulse("acme/a").lag()).contains(Duration.ofMinutes(1));
        assertThat(dueAt("acme/a")).isEqualTo(NOON.plus(Duration.ofHours(5)));
    }

    @Test
    void timesThatCannotBeTrueAreCountedApart() {
        ArrivalReport report = count(batch(
                NOON,
                packet("ahead", "1", "2026-03-03T12:11:00Z"),
                packet("ahead", "1", "2036-03-03T12:00:00Z"),
                packet("stale", "1", "2026-02-01T12:00:00Z"),
                packet("fine", "1", "2026-03-03T12:09:00Z")));

        assertThat(report.implausible()).isEqualTo(3);
        assertThat(report.packets()).isEqualTo(1);
        assertThat(hours("acme/ahead")).isEmpty();
        assertThat(pulse("acme/ahead").lastArrivalAt()).contains(NOON);
        assertThat(pulse("acme/ahead").lastEventAt()).isEmpty();
        assertThat(pulse("acme/stale").lastArrivalAt()).isEmpty();
        assertThat(pulse("acme/fine").lag()).contains(Duration.ZERO);
    }

    @Test
    void recordsWithoutFleetOrTimeAreCountedApartAndNeverFailABatch() {
        ArrivalReport report = count(batch(
                NOON,
                "{'car': '1', 'at': '2026-03-03T11:59:00Z'}",
                "{'fleet': '', 'at': '2026-03-03T11:59:00Z'}",
                "{'fleet': 'a', 'car': '1'}",
                "{'fleet': 'a', 'car': '1', 'at': 'soon'}",
                "{'fleet': ",
                packet("a", "1", "2026-03-03T11:59:00Z")));

        assertThat(report.withoutFleet()).isEqualTo(3);
        assertThat(report.withoutTime()).isEqualTo(2);
        assertThat(unreadable()).as("for the watchdog to judge").isEqualTo("3 without fleet, 2 without time");
        assertThat(report.packets()).isEqualTo(1);
    }

    private String unreadable() {
        return Query.of(
                        "select without_fleet || ' without fleet, ' || without_time || ' without time' as told from caravan.watch_unreadable")
                .on(database)
                .first(row -> row.getString("told"))
                .orElse("");
    }

    @Test
    void recordsWithoutFleetFailTheBatchWhereTheRouteSaysSo() {
        Batch batch = batch(NOON, "{'car': '1', 'at': '2026-03-03T11:59:00Z'}");

        assertThatThrownBy(() -> arrivals.count(batch, reader(true), false))
                .isInstanceOf(ArrivalsRefusedException.class)
                .hasMessageContaining("1 records of Batch")
                .hasMessageContaining("have no fleet at /fleet");
    }

    @Test
    void anArrivalMakesWhatItMayEndDueAtOnce() {
        count(batch(NOON, packet("a", "1", "2026-03-03T11:59:00Z"), packet("b", "1", "2026-03-03T11:59:00Z")));
        setState("acme/a", "SILENT");
        setState("acme/b", "ON_TIME");
        Instant later = NOON.plus(Duration.ofHours(2));

        count(batch(later, packet("a", "1", "2026-03-03T13:59:00Z"), packet("b", "1", "2026-03-03T13:59:00Z")));

        assertThat(dueAt("acme/a")).isEqualTo(later);
        assertThat(dueAt("acme/b")).isEqualTo(NOON.plus(Duration.ofHours(5)));
    }

    @Test
    void whatPacketsSayOfTheirFleetIsKept() {
        count(batch(NOON, "{'fleet': 'a', 'owner': 'north', 'at': '2026-03-03T11:59:00Z'}"));

        assertThat(series.find(SeriesKind.FLEET, "acme/a").orElseThrow().tenant())
                .contains("north");
    }

    @Test
    void aMergedStreamAddsUpItsFleets() {
        count(batch(
                NOON,
                packet("a", "1", "2026-03-03T11:10:00Z"),
                packet("b", "1", "2026-03-03T11:10:00Z"),
                packet("b", "2", "2026-03-03T11:59:00Z")));
        series.findOrCreate(SeriesKind.PROVIDER, List.of("acme"), NOON);
        long acme = series.find(SeriesKind.PROVIDER, "acme").orElseThrow().id();
        series.join(acme, List.of(id("acme/a"), id("acme/b")));

        assertThat(repository.mergedHours(acme, NOON.minus(Duration.ofDays(1)), NOON))
                .containsExactly(
                        new ArrivalHour(acme, Instant.parse("2026-03-03T11:00:00Z"), 3, 1L << 59 | 1L << 10, 3));
        assertThat(repository.mergedPulse(acme).lastEventAt()).contains(Instant.parse("2026-03-03T11:59:00Z"));
        assertThat(series.parents(id("acme/b"))).containsExactly(acme);
        series.leave(acme, List.of(id("acme/b")));
        assertThat(series.members(acme)).containsExactly(id("acme/a"));
    }

    @Test
    void aVehicleIsActiveUntilItHasBeenSilentForLong() {
        count(batch(NOON, packet("a", "old", "2026-02-26T11:10:00Z"), packet("a", "new", "2026-03-03T11:10:00Z")));

        assertThat(repository.activeVehicles(id("acme/a"), NOON.minus(Duration.ofDays(30)), NOON.plusSeconds(1)))
                .isEqualTo(2);
        assertThat(repository.activeVehicles(id("acme/a"), NOON.minus(Duration.ofDays(1)), NOON.plusSeconds(1)))
                .isEqualTo(1);
    }

    @Test
    void aBackfillOfOldHoursNeverCountsMoreVehiclesThanThereWere() {
        for (int minute = 10; minute < 13; minute++) {
            arrivals.count(
                    batch(
                            NOON,
                            packet("a", "1", "2026-02-01T08:%d:00Z".formatted(minute)),
                            packet("a", "2", "2026-02-01T08:%d:00Z".formatted(minute)),
                            packet("a", "1", "2026-03-03T11:%d:00Z".formatted(minute))),
                    reader(false),
                    true);
        }

        assertThat(hours("acme/a")).extracting(ArrivalHour::vehicles).containsExactly(2, 1);
        assertThat(hours("acme/a")).extracting(ArrivalHour::activeMinutes).containsExactly(3, 3);
    }

    @Test
    void batchesThatShareFleetsAtTheSameTimeLoseNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Void>> done = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Arrivals node = node();
            int first = i;
            Callable<Void> work = () -> {
                for (int n = 0; n < 25; n++) {
                    String[] records = new String[20];
                    for (int fleet = 0; fleet < 20; fleet++) {
                        records[fleet] =
                                packet("f" + (fleet + first) % 20, "car", "2026-03-03T11:%d:00Z".formatted(10 + n));
                    }
                    node.count(batch(NOON, records), reader(false), false);
                }
                return null;
            };
            done.add(threads.submit(work));
        }
        for (Future<Void> each : done) {
            each.get();
        }
        threads.shutdown();

        for (int fleet = 0; fleet < 20; fleet++) {
            assertThat(hours("acme/f" + fleet))
                    .extracting(ArrivalHour::packets, ArrivalHour::vehicles, ArrivalHour::activeMinutes)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(100L, 1, 25));
        }
    }
}
