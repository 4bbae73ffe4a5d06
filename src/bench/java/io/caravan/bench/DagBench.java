package io.caravan.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.dag.EngineBench;
import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.Migrations;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code caravan bench dag}: what the workflow engine itself costs, with tasks that do nothing, beside bare JDBC and db-scheduler on the same server in the same run. What is compared is measured in
 * turns, and medians count.
 */
@Command(
        name = "dag",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures how quickly a task follows another, and how many tasks a second are done.",
            "Takes some minutes. Exits with 0 when it could measure, whatever it measured."
        })
final class DagBench implements Callable<Integer> {
    private static final int SAVES = 20;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "Rounds; 0 measures nothing but files. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--runs",
            defaultValue = "1000",
            description = "Runs of two tasks in a round. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--workers",
            defaultValue = "16",
            description = "Workers of the node, and threads of the others. Default: ${DEFAULT-VALUE}.")
    private int workers;

    @Option(
            names = "--history",
            defaultValue = "100000",
            description = "Finished runs in the tables, for the comparison with none. Default: ${DEFAULT-VALUE}.")
    private int history;

    @Option(
            names = "--workflows",
            defaultValue = "10000",
            description = "Workflows with a schedule each; 0 leaves them out. Default: ${DEFAULT-VALUE}.")
    private int scheduled;

    @Option(
            names = "--files",
            defaultValue = "10000",
            description =
                    "Workflows in a file each, which a service of its own loads; 0 leaves them out. Default: ${DEFAULT-VALUE}.")
    private int files;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Map<String, Double> figures = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        Path home = Path.of(System.getProperty("caravan.home", "."));
        try (BenchDatabase server = BenchDatabase.start(home.resolve("target/bench"));
                Database old = another(server)) {
            Machine machine = Machine.here(server.version());
            tell("filling a second database with " + history + " finished runs");
            EngineBench.fillHistory(old, history);
            server.execute("vacuum analyze");
            if (rounds > 0) {
                measure(server, old);
            }
            measureFiles(home.resolve("target/bench"));
            print(machine);
        }
        return 0;
    }

    private void measure(BenchDatabase server, Database old) throws Exception {
        List<Double> chains = new ArrayList<>();
        List<Double> fresh = new ArrayList<>();
        List<Double> full = new ArrayList<>();
        List<Double> pairs = new ArrayList<>();
        List<Double> floor = new ArrayList<>();
        List<Double> peer = new ArrayList<>();
        try (EngineBench engine = new EngineBench(server.database(), workers);
                EngineBench aged = new EngineBench(old, workers)) {
            warmUp(engine, aged);
            for (int i = 0; i < rounds; i++) {
                tell("round " + (i + 1) + " of " + rounds);
                for (int j = 0; j < 5; j++) {
                    chains.add(engine.chain(fresh));
                    aged.chain(full);
                }
                pairs.add(engine.pairs(runs));
                floor.add(new BareClaims(server).run(2 * runs, workers));
                peer.add(new DbScheduler(server).run(2 * runs, workers));
            }
            put("chain of 40 tasks, ms", median(chains));
            put("hand-over p50, ms", at(fresh, 0.5));
            put("hand-over p99, ms", at(fresh, 0.99));
            put("hand-over p50 with history, ms", at(full, 0.5));
            put("hand-over p99 with history, ms", at(full, 0.99));
            put("history slows the hand-over by, %", 100 * (at(full, 0.5) / at(fresh, 0.5) - 1));
            put("tasks/s, runs of two tasks", median(pairs));
            put("tasks/s, floor (bare JDBC)", median(floor));
            put("tasks/s, peer (db-scheduler)", median(peer));
            put("x floor", median(pairs) / median(floor));
            put("x peer", median(pairs) / median(peer));
            if (scheduled > 0) {
                tell(scheduled + " workflows with a schedule each");
                List<Double> lags = engine.ticks(scheduled, Duration.ofSeconds(20));
                put("ticks", lags.size());
                put("tick lag p50, ms", at(lags, 0.5));
                put("tick lag p99, ms", at(lags, 0.99));
            }
        }
    }

    private void measureFiles(Path folder) throws Exception {
        if (files == 0) {
            return;
        }
        tell(files + " workflows in a file each");
        try (ManyFiles service = ManyFiles.start(folder, files)) {
            ManyFiles.Loaded loaded = service.load();
            put("files", files);
            put("files loaded within, s", loaded.wall().toMillis() / 1e3);
            put("processor time for that, s", loaded.cpu().toMillis() / 1e3);
            List<Double> saves = new ArrayList<>();
            for (int i = 0; i < SAVES; i++) {
                saves.add(service.save(i * files / SAVES).toNanos() / 1e6);
            }
            put("a saved file is live, median ms", median(saves));
            put("a saved file is live, most ms", at(saves, 1));
        }
    }

    private void warmUp(EngineBench engine, EngineBench aged) throws InterruptedException {
        tell("warming up");
        for (int i = 0; i < 10; i++) {
            engine.chain(new ArrayList<>());
            aged.chain(new ArrayList<>());
        }
        engine.pairs(runs);
    }

    private static Database another(BenchDatabase server) throws Exception {
        server.execute("create database aged");
        String url = server.server().url();
        Database database = Database.open(new DatabaseSettings(
                url.substring(0, url.lastIndexOf('/')) + "/aged",
                server.server().user(),
                server.server().password()));
        Migrations.engine(database);
        return database;
    }

    private void put(String what, double figure) {
        figures.put(what, figure);
    }

    private static double median(List<Double> figures) {
        return at(figures, 0.5);
    }

    private static double at(List<Double> figures, double share) {
        List<Double> sorted = figures.stream().sorted().toList();
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * (sorted.size() - 1))));
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
            figures.forEach((what, figure) -> out.printf(Locale.ROOT, "%-40s %,12.2f%n", what, figure));
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
