package io.caravan.bench;

import io.caravan.batch.Batch;
import io.caravan.watch.ArrivalsBench;
import io.caravan.watch.WatchdogBench;
import io.caravan.watch.detect.Pattern;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    @Option(
            names = "--rounds",
            defaultValue = "40",
            description = "Pages of each size, and rounds of what is counted in memory. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--only-minutes", description = "Measure the watchdog's minutes only.")
    private boolean onlyMinutes;

    @Mixin
    private Figures figures = new Figures();

    @Override
    public Integer call() throws Exception {
        Path home = Path.of(System.getProperty("caravan.home", "."));
        if (onlyMinutes) {
            Machine machine = measureMinutes(home);
            figures.print(machine);
            return 0;
        }
        try (BenchDatabase server = BenchDatabase.start(home.resolve("target/bench"))) {
            Machine machine = Machine.here(server.version());
            ArrivalsBench bench = new ArrivalsBench(server.database(), fleets);
            figures.tell("%,d fleets send for the first time".formatted(fleets));
            bench.meetAll();
            measureCounting(bench);
            measureStatements(server, bench);
            measureDeadlines(bench);
            measureMinutes(home);
            figures.print(machine);
        }
        return 0;
    }

    private void measureCounting(ArrivalsBench bench) {
        figures.tell("counting in memory");
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
        bench.meet(pages);
        bench.inMemory(pages, 5 * rounds);
        ArrivalsBench.Nanos nanos = bench.inMemory(pages, rounds);
        figures.put(what + ", ns a packet: reading", nanos.reading());
        figures.put(what + ", ns a packet: counting", nanos.counting());
        figures.put(what + ", ns a packet: columns", nanos.columns());
    }

    private void measureStatements(BenchDatabase server, ArrivalsBench bench) throws Exception {
        bench.makeFloor();
        server.execute("insert into public.floor select n, 0 from generate_series(0, " + fleets + ") as n");
        server.execute("vacuum analyze");
        for (int size : new int[] {250, 10_000}) {
            figures.tell("pages of %,d".formatted(size));
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
            figures.put(page + ", ms", Figures.at(ours, 0.5));
            figures.put(page + ", p99, ms", Figures.at(ours, 0.99));
            figures.put(page + ", ms CPU of ours", Figures.at(client, 0.5));
            figures.put(page + ", floor (one bare upsert), ms", Figures.at(floor, 0.5));
            figures.put(page + ", x floor", Figures.at(ours, 0.5) / Figures.at(floor, 0.5));
            figures.put(page + ", packets/s of one thread", size / Figures.at(ours, 0.5) * 1_000);
            figures.put(
                    page + ", share of a thread at 15,000/s, %",
                    100 * WANTED_PER_SECOND * Figures.at(ours, 0.5) / size / 1_000);
        }
    }

    private void measureDeadlines(ArrivalsBench bench) {
        figures.tell("computing deadlines");
        Supplier<List<Pattern>> made = () -> bench.patterns(fleets);
        figures.put("pattern in memory, bytes a fleet", ArrivalsBench.bytesOfPatterns(made, fleets));
        List<Pattern> patterns = made.get();
        figures.put("pattern stored, bytes a fleet", patterns.get(0).toBytes().length);
        for (int count : new int[] {50_000, 100_000}) {
            if (count <= patterns.size()) {
                List<Double> millis = new ArrayList<>();
                for (int i = 0; i < 15; i++) {
                    double took = bench.deadlines(patterns.subList(0, count));
                    if (i >= 5) {
                        millis.add(took);
                    }
                }
                figures.put("%,d deadlines, ms".formatted(count), Figures.at(millis, 0.5));
            }
        }
    }

    private Machine measureMinutes(Path home) throws Exception {
        try (BenchDatabase server = BenchDatabase.start(home.resolve("target/bench"))) {
            Machine machine = Machine.here(server.version());
            figures.tell("%,d fleets for the watchdog".formatted(fleets));
            WatchdogBench bench = new WatchdogBench(server.database(), fleets);
            figures.tell("its minutes");
            for (int due : new int[] {0, 100, 1_000}) {
                measureMinute(
                        server, "minute, %,d due".formatted(due), bench, seed -> bench.prepareOrdinary(due, seed));
            }
            bench.prepareOutage();
            figures.put("outage of 1,000 fleets, minute, ms CPU", minute(server, bench));
            figures.put("outage of 1,000 fleets, next minute, ms CPU", minute(server, bench));
            figures.put("outage of 1,000 fleets, troubles told", bench.openings());
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
        figures.put(what + ", ms CPU here", Figures.at(ours, 0.5));
        figures.put(what + ", ms CPU of PostgreSQL", Figures.at(postgres, 0.5));
        figures.put(what + ", ms", Figures.at(wall, 0.5));
    }

    private static double minute(BenchDatabase server, WatchdogBench bench) {
        Cpu before = Cpu.now(server.postmaster(), 0);
        bench.minute();
        Cpu used = Cpu.now(server.postmaster(), 0).since(before);
        return (used.client() + used.postgres()) * 1_000;
    }
}
