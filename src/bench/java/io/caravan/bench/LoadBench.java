package io.caravan.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.bench.Stopwatch.Measured;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
 * {@code caravan bench load}: records a second of poll, dedup and load beside the floor, the stock Camel way and a Python script. All of them load the same
 * packets into the same table of the same PostgreSQL, in turns whose order is reversed from round to round; medians count.
 */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures how many records a second go from a provider's pages into a table, and by whom.",
            "Takes some minutes. Exits with 0 when it could measure, whatever it measured."
        })
final class LoadBench implements Callable<Integer> {
    private static final int WARM_UP_RECORDS = 40_000;

    @Option(
            names = "--pages",
            split = ",",
            defaultValue = "250,10000",
            description = "Page sizes. Default: ${DEFAULT-VALUE}.")
    private List<Integer> pages = List.of();

    @Option(
            names = "--records",
            defaultValue = "100000",
            description = "Records of one round. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--stock-records",
            defaultValue = "1000",
            description = "Records of one round of the stock way. Default: ${DEFAULT-VALUE}.")
    private int stockRecords;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds, at most. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "600",
            description = "No round begins later than this, once there is one. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--only", split = ",", description = "Names of the contenders that take part. Default: all.")
    private List<String> only = List.of();

    @Option(
            names = "--python",
            defaultValue = "python3",
            description = "A Python with psycopg. Default: ${DEFAULT-VALUE}.")
    private String python = "python3";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    /** One contender with one page size. */
    private record Match(Contender contender, int page) {}

    @Override
    public Integer call() throws Exception {
        Path home = Path.of(System.getProperty("caravan.home", "."));
        List<String> remarks = new ArrayList<>();
        try (BenchDatabase database = BenchDatabase.start(home.resolve("target/bench"));
                PageServerProcess server = PageServerProcess.start(records)) {
            Packets packets = Packets.generate(records);
            List<Contender> contenders = contenders(home, database, server, packets, remarks);
            contenders.forEach(contender -> remarks.add(contender.name() + ": " + contender.does()));
            Machine machine = Machine.here(database.version());
            Map<Match, List<Measured>> measured = measure(contenders, database, server, packets);
            List<Result> results = new ArrayList<>();
            measured.forEach(
                    (match, runs) -> results.add(Result.of(match.contender().name(), match.page(), runs)));
            print(LoadReport.of(machine, results, remarks));
        }
        return 0;
    }

    private List<Contender> contenders(
            Path home, BenchDatabase database, PageServerProcess server, Packets packets, List<String> remarks)
            throws InterruptedException {
        List<Contender> all = new ArrayList<>(List.of(
                new PollDedupLoad(database, server, true),
                new PollDedupLoad(database, server, false),
                new BareCopy(database, server, packets, false),
                new BareCopy(database, server, packets, true),
                new StockCamel(database, server, stockRecords)));
        if (PsycopgCopy.isAtHand(python)) {
            all.add(new PsycopgCopy(database, server, python, home.resolve("src/bench/python/psycopg_copy.py")));
        } else {
            remarks.add("psycopg-copy did not take part: " + python
                    + " is missing or has no psycopg (pip install 'psycopg[binary]', or --python PATH)");
        }
        all.removeIf(contender -> !only.isEmpty() && !only.contains(contender.name()));
        return all;
    }

    private Map<Match, List<Measured>> measure(
            List<Contender> contenders, BenchDatabase database, PageServerProcess server, Packets packets)
            throws Exception {
        List<Match> matches = new ArrayList<>();
        for (int page : pages) {
            contenders.forEach(contender -> matches.add(new Match(contender, page)));
        }
        for (Match match : matches) {
            int few = match.contender().share(Math.min(records, WARM_UP_RECORDS), match.page());
            run(match, few, database, server, packets);
            tell("warm-up", match, few, Double.NaN);
        }
        Map<Match, List<Measured>> measured = new LinkedHashMap<>();
        matches.forEach(match -> measured.put(match, new ArrayList<>()));
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        for (int round = 1; round <= rounds && (round == 1 || System.nanoTime() < end); round++) {
            for (Match match : matches) {
                int share = match.contender().share(records, match.page());
                Measured run = run(match, share, database, server, packets);
                measured.computeIfAbsent(match, first -> new ArrayList<>()).add(run);
                tell("round " + round, match, share, run.perSecond());
            }
            Collections.reverse(matches);
        }
        return measured;
    }

    private static Measured run(
            Match match, int share, BenchDatabase database, PageServerProcess server, Packets packets)
            throws Exception {
        server.render(match.page(), share);
        database.reset();
        Stopwatch watch = new Stopwatch(() -> Cpu.now(database.postmaster(), server.pid()));
        Measured measured = match.contender().run(match.page(), share, watch);
        database.requireRows(packets.distinct(share), match.contender().name());
        return measured;
    }

    private void tell(String when, Match match, int share, double perSecond) {
        PrintWriter err = out(true);
        err.printf(
                Locale.ROOT,
                "%s: %s, pages of %,d, %,d records%s%n",
                when,
                match.contender().name(),
                match.page(),
                share,
                Double.isNaN(perSecond) ? "" : String.format(Locale.ROOT, ": %,.0f/s", perSecond));
        err.flush();
    }

    private void print(LoadReport report) throws IOException {
        PrintWriter out = out(false);
        if (json) {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
        } else {
            report.print(out);
        }
        out.flush();
    }

    private PrintWriter out(boolean progress) {
        if (spec == null) {
            throw new IllegalStateException("picocli makes this command");
        }
        return progress ? spec.commandLine().getErr() : spec.commandLine().getOut();
    }
}
