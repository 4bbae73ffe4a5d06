package io.caravan.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordTime;
import io.caravan.database.Database;
import io.caravan.watch.arrivals.ArrivalDays;
import io.caravan.watch.arrivals.ArrivalOptions;
import io.caravan.watch.arrivals.ArrivalReader;
import io.caravan.watch.arrivals.BatchArrivals;
import io.caravan.watch.arrivals.KnownVehicles;
import io.caravan.watch.arrivals.RecordField;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.HourCount;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.SilenceVerdict;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Drives {@code watch:arrivals} as a route would, without Camel, and the detector over many fleets. Figures are of one thread. */
public final class ArrivalsBench {
    private static final int VEHICLES_A_FLEET = 10;
    /** At 15,000 packets a second of a million vehicles, two of a hundred packets are their vehicle's first of the hour. */
    private static final double KNOWN = 0.98;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Database database;
    private final int fleets;
    private final Random random = new Random(42);
    private final Clock clock = Clock.systemUTC();
    private final KnownVehicles vehicles;
    private final Arrivals arrivals;
    private final ArrivalOptions options = new ArrivalOptions(
            RecordField.parse("fleet", "/fleet_id"),
            Optional.of(RecordField.parse("vehicle", "/car_id")),
            Optional.of(RecordField.parse("time", "/rtc_time")),
            Optional.empty(),
            Optional.empty(),
            RecordTime.UTC,
            Duration.ofMinutes(10),
            Duration.ofDays(7),
            Optional.empty(),
            false,
            1_000_000,
            Optional.empty());
    private final ArrivalReader reader = new ArrivalReader(options, Duration.ofDays(92));
    private long sink;

    /** What a batch costs. */
    public record Cost(double millis, double clientCpuMillis) {}

    public ArrivalsBench(Database database, int fleets) {
        this.database = database;
        this.fleets = fleets;
        this.vehicles = new KnownVehicles(fleets * VEHICLES_A_FLEET);
        this.arrivals = new Arrivals(
                database,
                clock,
                new WatchEvents() {},
                vehicles,
                new ArrivalDays(database, clock, ArrivalDays.KEEP_DAYS));
    }

    /** All fleets send once, so that each is known and has its rows of this hour. */
    public void meetAll() {
        for (int first = 0; first < fleets; first += 10_000) {
            List<RawRecord> records = new ArrayList<>();
            for (int fleet = first; fleet < Math.min(fleets, first + 10_000); fleet++) {
                records.add(packet(fleet, 0));
            }
            count(batch(records));
        }
    }

    /** A page as 15,000 packets a second over all fleets give it: hardly two of one fleet. */
    public Batch page(int size) {
        return page(size, fleets);
    }

    /** A page of some fleets only, as a provider gives that is asked fleet by fleet. */
    public Batch page(int size, int ofFleets) {
        int first = random.nextInt(fleets - ofFleets + 1);
        List<RawRecord> records = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            boolean known = random.nextDouble() < KNOWN;
            records.add(packet(first + random.nextInt(ofFleets), known ? 0 : 1 + random.nextInt(VEHICLES_A_FLEET - 1)));
        }
        return batch(records);
    }

    /** As a provider gives it that is asked vehicle by vehicle: ten packets of one, then ten of the next. */
    public Batch pageByVehicle(int size, int ofFleets) {
        int first = random.nextInt(fleets - ofFleets + 1);
        List<RawRecord> records = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            records.add(packet(first + i / 10 % ofFleets, i / 10 / ofFleets % VEHICLES_A_FLEET));
        }
        return batch(records);
    }

    private RawRecord packet(int fleet, int vehicle) {
        return RawRecord.of("{\"fleet_id\":\"fleet-%06d\",\"car_id\":\"WBA%06d%05d\",\"rtc_time\":\"%s\"}"
                .formatted(fleet, fleet, vehicle, clock.instant().minusMillis(random.nextInt(60_000))));
    }

    private Batch batch(List<RawRecord> records) {
        return Batch.of("poll:bench/packets", clock.instant(), records);
    }

    /**
     * Nanoseconds a packet, medians of all pages.
     *
     * @param reading finding its fleet, vehicle and time in the parsed record
     * @param counting what counting it adds to that
     * @param columns making the columns of the page's statement of what was counted
     */
    public record Nanos(double reading, double counting, double columns) {}

    /**
     * What happens in memory, by the wall's clock, since asking for a thread's CPU time takes longer than some packets: it is CPU time on a machine that has nothing else to do. Each page is parsed anew
     * before it is read, so that its texts are as cold as a route finds them. Fleets must have been met.
     */
    public Nanos inMemory(List<Batch> pages, int rounds) {
        List<Double> reading = new ArrayList<>();
        List<Double> both = new ArrayList<>();
        List<Double> columns = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (Batch page : pages) {
                reading.add(nanosAPacket(parsedAnew(page), this::read));
                BatchArrivals[] counted = new BatchArrivals[1];
                both.add(nanosAPacket(parsedAnew(page), fresh -> counted[0] = reader.read(fresh, false)));
                columns.add(nanosAPacket(page, same -> makeColumns(counted[0])));
            }
        }
        return new Nanos(median(reading), median(both) - median(reading), median(columns));
    }

    private static Batch parsedAnew(Batch page) {
        return Batch.of(
                page.source(),
                page.receivedAt(),
                page.records().stream()
                        .map(record -> RawRecord.of(record.printable()))
                        .toList());
    }

    private static double nanosAPacket(Batch page, Consumer<Batch> work) {
        long start = System.nanoTime();
        work.accept(page);
        return (double) (System.nanoTime() - start) / page.size();
    }

    private static double median(List<Double> measured) {
        return measured.stream().sorted().toList().get(measured.size() / 2);
    }

    /** All that {@link ArrivalReader} does but counting. */
    private void read(Batch page) {
        for (RawRecord record : page.records()) {
            ObjectNode value = record.value();
            String fleet = options.fleet().text(value);
            String vehicle = options.vehicle().orElseThrow().text(value);
            JsonNode time = options.time().orElseThrow().in(value);
            if (fleet != null && vehicle != null && time != null) {
                sink += fleet.length()
                        + vehicle.length()
                        + options.times().read(time).orElseThrow().toEpochMilli();
            }
        }
    }

    private void makeColumns(BatchArrivals counted) {
        arrivals.learn(counted, options.newFleets());
        sink += arrivals.rows(counted).build().series().length;
    }

    /** Most vehicles of these pages are known to be counted in this hour. */
    public void meet(List<Batch> pages) {
        for (Batch page : pages) {
            BatchArrivals counted = reader.read(page, false);
            arrivals.learn(counted, options.newFleets());
            vehicles.add(Arrays.stream(arrivals.rows(counted).fingerprints())
                    .filter(vehicle -> random.nextDouble() < KNOWN)
                    .toArray());
        }
    }

    /** Counts a page in a transaction of its own. */
    public Cost count(Batch page) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        database.runInTransaction(connection -> arrivals.count(page, reader, false));
        return new Cost((System.nanoTime() - start) / 1e6, (THREADS.getCurrentThreadCpuTime() - cpu) / 1e6);
    }

    /** The floor: one bare upsert of as many rows, in a transaction of its own, by JDBC alone. */
    public Cost floor(Batch page) {
        long[] ids = page.records().stream()
                .mapToLong(record -> Long.parseLong(
                        record.value().get("fleet_id").textValue().substring(6)))
                .distinct()
                .sorted()
                .toArray();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        database.runInTransaction(connection -> upsert(connection, ids));
        return new Cost((System.nanoTime() - start) / 1e6, (THREADS.getCurrentThreadCpuTime() - cpu) / 1e6);
    }

    private static void upsert(Connection connection, long[] ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into public.floor as f (id, packets) select id, 1 from unnest(?::bigint[]) as id
                on conflict (id) do update set packets = f.packets + 1
                """)) {
            statement.setArray(
                    1, connection.unwrap(org.postgresql.PGConnection.class).createArrayOf("int8", ids));
            statement.executeUpdate();
        }
    }

    /** The table of the {@link #floor}. */
    public void makeFloor() {
        database.runInTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "create table public.floor (id bigint primary key, packets bigint not null) with (fillfactor = 50)")) {
                statement.execute();
            }
        });
    }

    /** So many patterns of fleets of six learned weeks. */
    public List<Pattern> patterns(int count) {
        Detector detector = new Detector(DetectorSettings.DEFAULTS);
        Expectation expectation = Expectation.in(ZoneId.of("Europe/Amsterdam"));
        Instant start = Instant.parse("2026-01-05T00:00:00Z");
        List<HourCount> hours = new ArrayList<>();
        for (int hour = 0; hour < 6 * 168; hour++) {
            boolean works = hour % 168 < 120 && hour % 24 >= 6 && hour % 24 < 18;
            long minutes = works ? random.nextLong() >>> 4 : 0;
            hours.add(
                    new HourCount(start.plus(Duration.ofHours(hour)), minutes, Long.bitCount(minutes), works ? 5 : 0));
        }
        Instant until = start.plus(Duration.ofHours(hours.size()));
        byte[] learned =
                detector.learn(Pattern.EMPTY, expectation, hours, until).toBytes();
        List<Pattern> patterns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            patterns.add(Pattern.ofBytes(learned));
        }
        return patterns;
    }

    /** Milliseconds to compute each pattern's verdict, with its deadlines. */
    public double deadlines(List<Pattern> patterns) {
        Detector detector = new Detector(DetectorSettings.DEFAULTS);
        Expectation expectation = Expectation.in(ZoneId.of("Europe/Amsterdam"));
        Instant now = Instant.parse("2026-02-16T09:30:00Z");
        long start = System.nanoTime();
        for (int i = 0; i < patterns.size(); i++) {
            Instant lastArrival = now.minusSeconds(60L + i % 900);
            SilenceVerdict verdict = detector.silence(patterns.get(i), expectation, lastArrival, now);
            sink += verdict.isAlarm() ? 1 : 0;
        }
        return (System.nanoTime() - start) / 1e6;
    }

    /** Bytes of heap that {@code count} fleets take: what this process knows of each, and its pattern if that were kept. */
    public static double bytesOfPatterns(java.util.function.Supplier<List<Pattern>> made, int count) {
        long before = used();
        List<Pattern> patterns = made.get();
        long after = used();
        if (patterns.size() != count) {
            throw new IllegalStateException("Not all patterns were kept");
        }
        return (double) (after - before) / count;
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** So that nothing measured is optimized away. */
    public long sink() {
        return sink;
    }
}
