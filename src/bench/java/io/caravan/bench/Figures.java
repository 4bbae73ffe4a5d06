package io.caravan.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a benchmark has found, in the order in which it found it, and how its command tells that: progress as it comes, figures at the end, for people or machines. */
final class Figures {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    private final Map<String, Double> figures = new LinkedHashMap<>();

    void put(String what, double figure) {
        figures.put(what, figure);
    }

    static double median(List<Double> measured) {
        return at(measured, 0.5);
    }

    /** The figure below which a share of all lies: 0.99 is the 99th percentile, 1 the greatest. NaN where nothing was measured. */
    static double at(List<Double> measured, double share) {
        List<Double> sorted = measured.stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.round(share * (sorted.size() - 1)));
    }

    /** What is being measured now. */
    void tell(String what) {
        PrintWriter err = command().getErr();
        err.println(what);
        err.flush();
    }

    void print(Machine machine) throws JsonProcessingException {
        PrintWriter out = command().getOut();
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
            figures.forEach((what, figure) -> out.printf(Locale.ROOT, "%-72s %,12.2f%n", what, figure));
        }
        out.flush();
    }

    private CommandLine command() {
        return Objects.requireNonNull(command, "picocli makes this command").commandLine();
    }
}
