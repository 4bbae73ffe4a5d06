package io.caravan.bench;

import io.caravan.dag.engine.EngineBench;
import io.caravan.database.Database;
import io.caravan.database.Migrations;
import java.nio.file.Path;
import java.sql.SQLException;
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

    /** Chains in a round. */
    private static final int CHAINS = 10;

    private static final int WARM_CHAINS = 5;

    /** Rounds of the comparison for each of the others. */
    private static final int HISTORY_ROUNDS = 4;

    private static final String YOUNG = "young";

    private static final String AGED = "aged";

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
            description =
                    "Finished runs in the tables, for the comparison with none; 0 leaves it out. Default: ${DEFAULT-VALUE}.")
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
        try (BenchDatabase server = BenchDatabase.start(home.resolve("target/bench"))) {
            Machine machine = Machine.here(server.version());
            if (rounds > 0) {
                measure(server);
                measureHistory(server);
            }
            measureFiles(home.resolve("target/bench"));
            figures.print(machine);
        }
        return 0;
    }

    private void measure(BenchDatabase server) throws Exception {
        List<Double> chains = new ArrayList<>();
        List<Double> handOvers = new ArrayList<>();
        List<Double> pairs = new ArrayList<>();
        List<Double> floor = new ArrayList<>();
        List<Double> peer = new ArrayList<>();
        try (EngineBench engine = new EngineBench(server.database(), workers)) {
            figures.tell("warming up");
            for (int i = 0; i < CHAINS; i++) {
                engine.chain(new ArrayList<>());
            }
            engine.pairs(runs);
            for (int i = 0; i < rounds; i++) {
                figures.tell("round " + (i + 1) + " of " + rounds);
                for (int j = 0; j < CHAINS; j++) {
                    chains.add(engine.chain(handOvers));
                }
                pairs.add(engine.pairs(runs));
                floor.add(new BareClaims(server).run(2 * runs, workers));
                peer.add(new DbScheduler(server).run(2 * runs, workers));
            }
            figures.put("chain of 40 tasks, ms", Figures.median(chains));
            figures.put("hand-over p50, ms", Figures.at(handOvers, 0.5));
            figures.put("hand-over p99, ms", Figures.at(handOvers, 0.99));
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

    /**
     * Two databases that differ by their history alone. Two nodes on databases that are alike differ by up to a sixth for as long as they live, this way or that (which of its connections a statement was
     * prepared on, where its threads run), so each round has new nodes.
     */
    private void measureHistory(BenchDatabase server) throws Exception {
        if (history == 0) {
            return;
        }
        figures.tell("filling a database with " + history + " finished runs, and none with as many");
        make(server, YOUNG, 0);
        make(server, AGED, history);
        List<Double> young = new ArrayList<>();
        List<Double> aged = new ArrayList<>();
        for (int i = 0; i < HISTORY_ROUNDS * rounds; i++) {
            figures.tell("new nodes " + (i + 1) + " of " + HISTORY_ROUNDS * rounds);
            boolean youngFirst = i % 2 == 0;
            try (Database one = server.open(youngFirst ? YOUNG : AGED);
                    Database other = server.open(youngFirst ? AGED : YOUNG);
                    EngineBench first = new EngineBench(one, workers);
                    EngineBench second = new EngineBench(other, workers)) {
                for (int j = 0; j < WARM_CHAINS; j++) {
                    first.chain(new ArrayList<>());
                    second.chain(new ArrayList<>());
                }
                for (int j = 0; j < CHAINS; j++) {
                    first.chain(youngFirst ? young : aged);
                    second.chain(youngFirst ? aged : young);
                }
            }
        }
        figures.put("hand-over without history, p50, ms", Figures.at(young, 0.5));
        figures.put("hand-over without history, p99, ms", Figures.at(young, 0.99));
        figures.put("hand-over with history, p50, ms", Figures.at(aged, 0.5));
        figures.put("hand-over with history, p99, ms", Figures.at(aged, 0.99));
        figures.put("history slows the hand-over by, %", 100 * (Figures.at(aged, 0.5) / Figures.at(young, 0.5) - 1));
    }

    private static void make(BenchDatabase server, String name, int finishedRuns) throws SQLException {
        server.execute("create database " + name);
        try (Database database = server.open(name)) {
            Migrations.engine(database);
            EngineBench.fillHistory(database, finishedRuns);
        }
        server.settle(name);
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
}
