package io.caravan.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.batch.Batch;
import io.caravan.watch.ArrivalsBench;
import io.caravan.watch.WatchdogBench;
import io.caravan.watch.detect.Pattern;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code caravan bench watch}: what it costs to count the arrivals of many fleets, beside a bare upsert of as many rows on the same server, and to compute their deadlines. What is compared is measured in
 * turns, and medians count.
 */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures what it costs to count the arrivals of many fleets, to compute when each would be missed,",
            "and what the watchdog does in a minute.",
            "Takes some minutes. Exits with 0 when it could measure, whatever it measured."
        })
final class WatchBench implements Callable<Integer> {
    private static final int WANTED_PER_SECOND = 15_000;
    private static final int WARM_MINUTES = 3;
    private static final int MINUTES = 7;

    @Option(names = "--fleets", defaultValue = "100000", description = "How many fleets. Default: ${DEFAULT-VALUE}.")
    private int fleets;

    @Option(names = "--rounds", defaultValue = "40", description = "Pages of each size. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--only-minutes", description = "Measure the watchdog's minutes only.")
    private boolean onlyMinutes;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Map<String, Double> figures = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        Path home = Path.of(System.getProperty("caravan.home", "."));
        if (onlyMinutes) {
            Machine machine = measureMinutes(home);
            print(machine);
            return 0;
        }
        try (BenchDatabase server = BenchDatabase.start(home.resolve("target/bench"))) {
            Machine machine = Machine.here(server.version());
            ArrivalsBench bench = new ArrivalsBench(server.database(), fleets);
            tell("%,d fleets send for the first time".formatted(fleets));
            bench.meetAll();
            measureCounting(bench);
            measureStatements(server, bench);
            measureDeadlines(bench);
            measureMinutes(home);
            print(machine);
        }
        return 0;
    }

    private void measureCounting(ArrivalsBench bench) {
        tell("counting in memory");
        measureCounting(bench, "250 packets of 5 fleets, vehicle by vehicle", 250, () -> bench.pageByVehicle(250, 5));
        for (int[] shape : new int[][] {{250, 5}, {10_000, 100}, {250, fleets}, {10_000, fleets}}) {
            measureCounting(
                    bench,
                    "%,d packets of %,d fleets".formatted(shape[0], shape[1]),
                    shape[0],
                    () -> bench.page(shape[0], shape[1]));
        }
    }

    private void measureCounting(ArrivalsBench bench, String what, int size, Supplier<Batch> made) {
        List<Batch> pages =
                Stream.generate(made).limit(Math.max(5, 20_000 / size)).toList();
        bench.countingNanos(pages, 200);
        put("counting, ns a packet, " + what, bench.countingNanos(pages, 50));
    }

    private void measureStatements(BenchDatabase server, ArrivalsBench bench) throws Exception {
        bench.makeFloor();
        server.execute("insert into public.floor select n, 0 from generate_series(0, " + fleets + ") as n");
        server.execute("vacuum analyze");
        for (int size : new int[] {250, 10_000}) {
            tell("pages of %,d".formatted(size));
            int pages = size == 250 ? rounds * 5 : rounds;
            List<Double> ours = new ArrayList<>();
            List<Double> client = new ArrayList<>();
            List<Double> floor = new ArrayList<>();
            for (int i = -pages / 4; i < pages; i++) {
                ArrivalsBench.Cost cost = bench.count(bench.page(size));
                ArrivalsBench.Cost bare = bench.floor(bench.page(size));
                if (i >= 0) {
                    ours.add(cost.millis());
                    client.add(cost.clientCpuMillis());
                    floor.add(bare.millis());
                }
            }
            String page = "page of %,d over all fleets".formatted(size);
            put(page + ", ms", at(ours, 0.5));
            put(page + ", p99, ms", at(ours, 0.99));
            put(page + ", ms CPU of ours", at(client, 0.5));
            put(page + ", floor (one bare upsert), ms", at(floor, 0.5));
            put(page + ", x floor", at(ours, 0.5) / at(floor, 0.5));
            put(page + ", packets/s of one thread", size / at(ours, 0.5) * 1_000);
            put(page + ", share of a thread at 15,000/s, %", 100 * WANTED_PER_SECOND * at(ours, 0.5) / size / 1_000);
        }
    }

    private void measureDeadlines(ArrivalsBench bench) {
        tell("computing deadlines");
        Supplier<List<Pattern>> made = () -> bench.patterns(fleets);
        put("pattern in memory, bytes a fleet", ArrivalsBench.bytesOfPatterns(made, fleets));
        List<Pattern> patterns = made.get();
        put("pattern stored, bytes a fleet", patterns.get(0).toBytes().length);
        for (int count : new int[] {50_000, 100_000}) {
            if (count <= patterns.size()) {
                List<Double> millis = new ArrayList<>();
                for (int i = 0; i < 15; i++) {
                    double took = bench.deadlines(patterns.subList(0, count));
                    if (i >= 5) {
                        millis.add(took);
                    }
                }
                put("%,d deadlines, ms".formatted(count), at(millis, 0.5));
            }
        }
    }

    private Machine measureMinutes(Path home) throws Exception {
        try (BenchDatabase server = BenchDatabase.start(home.resolve("target/bench"))) {
            Machine machine = Machine.here(server.version());
            tell("%,d fleets for the watchdog".formatted(fleets));
            WatchdogBench bench = new WatchdogBench(server.database(), fleets);
            tell("its minutes");
            for (int due : new int[] {0, 100, 1_000}) {
                measureMinute(
                        server, "minute, %,d due".formatted(due), bench, seed -> bench.prepareOrdinary(due, seed));
            }
            bench.prepareOutage();
            put("outage of 1,000 fleets, minute, ms CPU", minute(server, bench));
            put("outage of 1,000 fleets, next minute, ms CPU", minute(server, bench));
            put("outage of 1,000 fleets, troubles told", bench.openings());
            return machine;
        }
    }

    private void measureMinute(BenchDatabase server, String what, WatchdogBench bench, IntConsumer prepare) {
        List<Double> ours = new ArrayList<>();
        List<Double> postgres = new ArrayList<>();
        List<Double> wall = new ArrayList<>();
        for (int i = -WARM_MINUTES; i < MINUTES; i++) {
            prepare.accept(i);
            Cpu before = Cpu.now(server.postmaster(), 0);
            long start = System.nanoTime();
            bench.minute();
            if (i >= 0) {
                Cpu used = Cpu.now(server.postmaster(), 0).since(before);
                wall.add((System.nanoTime() - start) / 1e6);
                ours.add(used.client() * 1_000);
                postgres.add(used.postgres() * 1_000);
            }
        }
        put(what + ", ms CPU here", at(ours, 0.5));
        put(what + ", ms CPU of PostgreSQL", at(postgres, 0.5));
        put(what + ", ms", at(wall, 0.5));
    }

    private static double minute(BenchDatabase server, WatchdogBench bench) {
        Cpu before = Cpu.now(server.postmaster(), 0);
        bench.minute();
        Cpu used = Cpu.now(server.postmaster(), 0).since(before);
        return (used.client() + used.postgres()) * 1_000;
    }

    private void put(String what, double figure) {
        figures.put(what, figure);
    }

    private static double at(List<Double> figures, double share) {
        List<Double> sorted = figures.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * (sorted.size() - 1))));
    }

    private void print(Machine machine) throws Exception {
        PrintWriter out = out(false);
        if (json) {
            out.println(new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(Map.of("machine", machine, "figures", figures)));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%d cores (load %.1f at start), %s, %s, PostgreSQL %s%n%n",
                    machine.cores(),
                    machine.loadAtStart(),
                    machine.system(),
                    machine.java(),
                    machine.postgres());
            figures.forEach((what, figure) -> out.printf(Locale.ROOT, "%-64s %,12.2f%n", what, figure));
        }
        out.flush();
    }

    private void tell(String what) {
        PrintWriter err = out(true);
        err.println(what);
        err.flush();
    }

    private PrintWriter out(boolean progress) {
        if (spec == null) {
            throw new IllegalStateException("picocli makes this command");
        }
        return progress ? spec.commandLine().getErr() : spec.commandLine().getOut();
    }
}
