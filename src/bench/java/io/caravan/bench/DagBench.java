package io.caravan.bench;

import io.caravan.dag.EngineBench;
import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.Migrations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    /** Workflows in a large file. */
    private static final int LARGE = 100;

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

    @Mixin
    private Figures figures = new Figures();

    @Override
    public Integer call() throws Exception {
        Path home = Path.of(System.getProperty("caravan.home", "."));
        try (BenchDatabase server = BenchDatabase.start(home.resolve("target/bench"));
                Database old = another(server)) {
            Machine machine = Machine.here(server.version());
            figures.tell("filling a second database with " + history + " finished runs");
            EngineBench.fillHistory(old, history);
            server.execute("vacuum analyze");
            if (rounds > 0) {
                measure(server, old);
            }
            measureFiles(home.resolve("target/bench"));
            figures.print(machine);
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
                figures.tell("round " + (i + 1) + " of " + rounds);
                for (int j = 0; j < 5; j++) {
                    chains.add(engine.chain(fresh));
                    aged.chain(full);
                }
                pairs.add(engine.pairs(runs));
                floor.add(new BareClaims(server).run(2 * runs, workers));
                peer.add(new DbScheduler(server).run(2 * runs, workers));
            }
            figures.put("chain of 40 tasks, ms", Figures.median(chains));
            figures.put("hand-over p50, ms", Figures.at(fresh, 0.5));
            figures.put("hand-over p99, ms", Figures.at(fresh, 0.99));
            figures.put("hand-over p50 with history, ms", Figures.at(full, 0.5));
            figures.put("hand-over p99 with history, ms", Figures.at(full, 0.99));
            figures.put(
                    "history slows the hand-over by, %", 100 * (Figures.at(full, 0.5) / Figures.at(fresh, 0.5) - 1));
            figures.put("tasks/s, runs of two tasks", Figures.median(pairs));
            figures.put("tasks/s, floor (bare JDBC)", Figures.median(floor));
            figures.put("tasks/s, peer (db-scheduler)", Figures.median(peer));
            figures.put("x floor", Figures.median(pairs) / Figures.median(floor));
            figures.put("x peer", Figures.median(pairs) / Figures.median(peer));
            if (scheduled > 0) {
                figures.tell(scheduled + " workflows with a schedule each");
                List<Double> lags = engine.ticks(scheduled, Duration.ofSeconds(20));
                figures.put("ticks", lags.size());
                figures.put("tick lag p50, ms", Figures.at(lags, 0.5));
                figures.put("tick lag p99, ms", Figures.at(lags, 0.99));
            }
        }
    }

    private void measureFiles(Path folder) throws Exception {
        if (files == 0) {
            return;
        }
        figures.tell(files + " workflows in a file each");
        try (ManyFiles service = ManyFiles.start(folder, files, 1)) {
            ManyFiles.Loaded loaded = service.load();
            figures.put("files", files);
            figures.put("files loaded within, s", loaded.wall().toMillis() / 1e3);
            figures.put("processor time for that, s", loaded.cpu().toMillis() / 1e3);
            List<Double> saves = new ArrayList<>();
            for (int i = 0; i < SAVES; i++) {
                saves.add(service.save(i * files / SAVES).toNanos() / 1e6);
            }
            figures.put("a saved file is live, median ms", Figures.median(saves));
            figures.put("a saved file is live, most ms", Figures.at(saves, 1));
        }
        int large = Math.max(1, files / LARGE);
        figures.tell("as many in %d files".formatted(large));
        try (ManyFiles service = ManyFiles.start(folder, large, files / large)) {
            ManyFiles.Loaded loaded = service.load();
            figures.put("large files", large);
            figures.put("large files loaded within, s", loaded.wall().toMillis() / 1e3);
            figures.put("processor time of large files, s", loaded.cpu().toMillis() / 1e3);
        }
    }

    private void warmUp(EngineBench engine, EngineBench aged) throws InterruptedException {
        figures.tell("warming up");
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
}
