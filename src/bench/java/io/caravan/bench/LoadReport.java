package io.caravan.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was measured, and how it stands to what was aimed at.
 *
 * @param remarks what else a reader must know: who was absent, what was left out
 */
record LoadReport(Machine machine, List<Result> results, List<Aim> aims, List<String> remarks) {
    private static final String CARAVAN = "poll-dedup-load";
    private static final String FLOOR = "floor";
    private static final String STOCK = "stock-camel";

    /** What was aimed at, and what it is; no judgement, as machines differ. */
    record Aim(String what, double aimed, double reached) {}

    static LoadReport of(Machine machine, List<Result> results, List<String> remarks) {
        List<Aim> aims = new ArrayList<>();
        ratio(results, FLOOR, 10_000).ifPresent(is -> aims.add(new Aim("of the floor, pages of 10,000", 0.7, is)));
        ratio(results, STOCK, 250).ifPresent(is -> aims.add(new Aim("times the stock way, pages of 250", 30, is)));
        find(results, CARAVAN, 10_000)
                .ifPresent(is -> aims.add(new Aim("records/s, pages of 10,000", 50_000, is.perSecond())));
        return new LoadReport(machine, results, aims, remarks);
    }

    private static Optional<Result> find(List<Result> results, String contender, int page) {
        return results.stream()
                .filter(result -> result.contender().equals(contender) && result.page() == page)
                .findFirst();
    }

    private static Optional<Double> ratio(List<Result> results, String other, int page) {
        return find(results, CARAVAN, page)
                .flatMap(ours -> find(results, other, page).map(theirs -> ours.perSecond() / theirs.perSecond()));
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%d cores, load average %.1f at the start, %s, %s, PostgreSQL %s (bundled, durable)%n%n",
                machine.cores(),
                machine.loadAtStart(),
                machine.system(),
                machine.java(),
                machine.postgres());
        out.printf(
                "%-20s %7s %9s %6s %10s %17s %22s %7s %7s%n",
                "",
                "page",
                "records",
                "rounds",
                "records/s",
                "slowest-fastest",
                "CPU s/million c+pg+srv",
                "floor",
                "stock");
        for (Result result : results) {
            out.printf(
                    Locale.ROOT,
                    "%-20s %,7d %,9d %6d %,10.0f %17s %22s %7s %7s%n",
                    result.contender(),
                    result.page(),
                    result.records(),
                    result.rounds(),
                    result.perSecond(),
                    String.format(Locale.ROOT, "%,.0f-%,.0f", result.slowest(), result.fastest()),
                    String.format(
                            Locale.ROOT,
                            "%.1f+%.1f+%.1f",
                            result.clientCpu(),
                            result.postgresCpu(),
                            result.providerCpu()),
                    times(result, FLOOR),
                    times(result, STOCK));
        }
        out.println();
        for (Aim aim : aims) {
            out.printf(Locale.ROOT, "aim: %,.1f %s; reached: %,.2f%n", aim.aimed(), aim.what(), aim.reached());
        }
        remarks.forEach(out::println);
    }

    /** Speed as a multiple of another contender's with the same pages. */
    private String times(Result result, String other) {
        return find(results, other, result.page())
                .map(theirs -> String.format(Locale.ROOT, "%.2f", result.perSecond() / theirs.perSecond()))
                .orElse("-");
    }
}
