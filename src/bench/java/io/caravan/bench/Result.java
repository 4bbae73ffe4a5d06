package io.caravan.bench;

import io.caravan.bench.Stopwatch.Measured;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one contender reached with one page size: medians of its rounds.
 *
 * @param records of one round
 * @param slowest records a second of its slowest round
 * @param fastest records a second of its fastest round
 * @param clientCpu seconds per million records, of the JVM or the script
 * @param postgresCpu seconds per million records
 * @param providerCpu seconds per million records, of the page server
 */
record Result(
        String contender,
        int page,
        int records,
        int rounds,
        double perSecond,
        double slowest,
        double fastest,
        double clientCpu,
        double postgresCpu,
        double providerCpu) {

    static Result of(String contender, int page, List<Measured> rounds) {
        double perMillion = 1e6 / rounds.get(0).records();
        return new Result(
                contender,
                page,
                rounds.get(0).records(),
                rounds.size(),
                median(rounds, Measured::perSecond),
                rounds.stream().mapToDouble(Measured::perSecond).min().orElse(Double.NaN),
                rounds.stream().mapToDouble(Measured::perSecond).max().orElse(Double.NaN),
                median(rounds, round -> round.cpu().client() * perMillion),
                median(rounds, round -> round.cpu().postgres() * perMillion),
                median(rounds, round -> round.cpu().provider() * perMillion));
    }

    private static double median(List<Measured> rounds, ToDoubleFunction<Measured> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** What loading costs, whoever pays: the client's and PostgreSQL's CPU. */
    double cpu() {
        return clientCpu + postgresCpu;
    }
}
