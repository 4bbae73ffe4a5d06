package io.caravan.bench;

import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;
import io.caravan.alert.rules.RulesBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code caravan bench alert}: what it costs to let records meet many stream rules, beside parsing them only, asking all rules, and CEL; and how long it takes from a record to the webhook while 10,000 records
 * a second meet the rules. What is compared is measured in turns, and medians count.
 */
@Command(
        name = "alert",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures stream rules, and the time from a record to the webhook that tells of it.",
            "Takes some minutes. Exits with 0 when it could measure, whatever it measured."
        })
final class AlertBench implements Callable<Integer> {
    @Option(names = "--rules", defaultValue = "1000", description = "How many rules. Default: ${DEFAULT-VALUE}.")
    private int rules;

    @Option(names = "--rounds", defaultValue = "7", description = "Rounds of each. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--rate",
            defaultValue = "10000",
            description = "Records a second while messages are timed. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            description = "How long messages are timed; 0: not at all. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Mixin
    private Figures figures = new Figures();

    @Override
    public Integer call() throws Exception {
        Path parent = Path.of(System.getProperty("caravan.home", ".")).resolve("target/bench");
        try (BenchDatabase server = BenchDatabase.start(parent)) {
            Machine machine = Machine.here(server.version());
            Path folder = Files.createTempDirectory(parent, "rules-");
            measureThroughput(server, folder);
            if (seconds > 0) {
                measureDelay(server, folder);
            }
            figures.print(machine);
        }
        return 0;
    }

    private void measureThroughput(BenchDatabase server, Path folder) throws Exception {
        RulesBench bench = new RulesBench(server.database(), folder, rules);
        CelPeer cel = new CelPeer(bench.conditions());
        byte[][] many = bench.records(20_000);
        byte[][] few = bench.records(500);
        figures.tell("%,d rules, in memory".formatted(rules));
        Map<String, List<Double>> perSecond = new LinkedHashMap<>();
        for (int round = -3; round < rounds; round++) {
            measure(perSecond, round, "floor: parse only", many, bench::parse);
            measure(perSecond, round, "parse, index and conditions", many, bench::byIndex);
            measure(perSecond, round, "parse and all conditions", few, bench::bruteForce);
            measure(perSecond, round, "peer: parse and all conditions by CEL", few, cel::judge);
        }
        if (bench.byIndex(few) != bench.bruteForce(few)) {
            throw new IllegalStateException("The index and all conditions disagree; the figures are void");
        }
        for (int size : new int[] {250, 10_000}) {
            figures.tell("with PostgreSQL, batches of %,d".formatted(size));
            for (int round = -2; round < rounds; round++) {
                byte[][] records = bench.records(20_000);
                measure(
                        perSecond,
                        round,
                        "parse and judge, batches of %,d, with PostgreSQL".formatted(size),
                        records,
                        batch -> bench.judge(batch, size));
            }
        }
        perSecond.forEach((what, all) -> figures.put(what + ", records/s", Figures.at(all, 0.5)));
    }

    /** Does what is measured to some records. */
    private interface Work {
        void on(byte[][] records) throws CelValidationException, CelEvaluationException, IOException;
    }

    private static void measure(
            Map<String, List<Double>> perSecond, int round, String what, byte[][] records, Work work) throws Exception {
        long from = System.nanoTime();
        work.on(records);
        double figure = records.length * 1e9 / (System.nanoTime() - from);
        if (round >= 0) {
            perSecond.computeIfAbsent(what, key -> new ArrayList<>()).add(figure);
        }
    }

    private void measureDelay(BenchDatabase server, Path folder) throws Exception {
        figures.tell("%,d records/s for %d s, messages to a webhook".formatted(rate, seconds));
        try (RecordToWebhook timed = new RecordToWebhook(server.database(), folder, rules)) {
            double reached = timed.run(rate, seconds);
            figures.put("while timed: records/s", reached);
            figures.put("the record's batch to its commit, p50, ms", Figures.at(timed.commits(), 0.5));
            figures.put("the record's batch to its commit, p99, ms", Figures.at(timed.commits(), 0.99));
            timed.delays().forEach((severity, delays) -> {
                figures.put(severity + ": messages", delays.size());
                figures.put(severity + ": record to webhook, p50, ms", Figures.at(delays, 0.5));
                figures.put(severity + ": record to webhook, p99, ms", Figures.at(delays, 0.99));
            });
        }
    }
}
