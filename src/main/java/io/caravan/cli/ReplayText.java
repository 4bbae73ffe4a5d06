package io.caravan.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.watch.history.Delays;
import io.caravan.watch.history.ReplayAlarm;
import io.caravan.watch.history.ReplayReport;
import io.caravan.watch.history.SeriesReport;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A replay's report for people, and for programs. Runs of one series are told as one. */
final class ReplayText {
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ENGLISH);
    private static final int MOST_SERIES = 60;

    private final List<String> understood;
    private final ReplayReport report;
    private final ZoneId zone;
    private final int longestName;
    private final Map<String, ReplayReport> bySeries = new LinkedHashMap<>();

    ReplayText(List<String> understood, ReplayReport report, ZoneId zone, int longestName) {
        this.understood = understood;
        this.report = report;
        this.zone = zone;
        this.longestName = longestName;
        for (SeriesReport each : report.series()) {
            List<SeriesReport> runs = new ArrayList<>(Optional.ofNullable(bySeries.get(each.name()))
                    .map(ReplayReport::series)
                    .orElse(List.of()));
            runs.add(each);
            bySeries.put(each.name(), new ReplayReport(runs));
        }
    }

    void print(PrintWriter out, int listed) {
        understood.forEach(out::println);
        out.println();
        Table table = new Table(
                "SERIES", "YEARS", "ALARMS", "A YEAR", "INJECTED", "MEDIAN min", "P95 min", "<= 4 h", "<= 24 h");
        bySeries.entrySet().stream()
                .sorted((a, b) -> bySeries.size() > MOST_SERIES
                        ? Integer.compare(b.getValue().alarms(), a.getValue().alarms())
                        : 0)
                .limit(MOST_SERIES)
                .forEach(each -> table.row(cells(shortened(each.getKey()), each.getValue())));
        if (bySeries.size() > 1) {
            table.row(cells("all " + bySeries.size(), report));
        }
        table.print(out);
        if (bySeries.size() > MOST_SERIES) {
            out.println("(those of most alarms are shown; --json has all)");
        }
        printAlarms(out, listed);
        printRemarks(out);
        out.flush();
    }

    private String shortened(String name) {
        return name.length() <= longestName ? name : name.substring(0, longestName - 1) + "…";
    }

    private static List<String> cells(String name, ReplayReport each) {
        Delays delays = each.delays();
        return List.of(
                name,
                "%.2f".formatted(each.years()),
                String.valueOf(each.alarms()),
                each.years() > 0 ? "%.2f".formatted(each.alarmsPerYear()) : "-",
                String.valueOf(delays.trials()),
                minutes(delays.trials(), delays.medianMinutes()),
                minutes(delays.trials(), delays.p95Minutes()),
                share(delays.trials(), delays.within4Hours()),
                share(delays.trials(), delays.within24Hours()));
    }

    private static String minutes(int trials, double minutes) {
        if (trials == 0) {
            return "-";
        }
        return Double.isFinite(minutes) ? "%,.0f".formatted(minutes) : "not found";
    }

    private static String share(int trials, double share) {
        return trials == 0 ? "-" : "%.0f %%".formatted(100 * share);
    }

    private void printAlarms(PrintWriter out, int listed) {
        List<ReplayAlarm> alarms =
                report.series().stream().flatMap(each -> each.alarms().stream()).toList();
        if (alarms.isEmpty()) {
            return;
        }
        out.println();
        out.println("Alarms (judge yourself which were real outages):");
        alarms.stream()
                .limit(listed)
                .forEach(alarm -> out.printf(
                        "  %s  %s %s%n",
                        SHOWN.format(alarm.at().atZone(zone)),
                        alarm.sentence(),
                        alarm.recoveredAt()
                                .map(at -> "Packets again at " + SHOWN.format(at.atZone(zone)) + ".")
                                .orElse("No packets until the end.")));
        if (alarms.size() > listed) {
            out.printf("  and %,d more; --alarms shows more, --json all%n", alarms.size() - listed);
        }
    }

    private void printRemarks(PrintWriter out) {
        out.println();
        int returned = report.series().stream().mapToInt(SeriesReport::returned).sum();
        if (returned > 0) {
            out.printf(
                    "%,d %s came back soon after a recovery; %s the alarm before and %s counted again.%n",
                    returned,
                    returned == 1 ? "alarm" : "alarms",
                    returned == 1 ? "it continues" : "they continue",
                    returned == 1 ? "isn't" : "aren't");
        }
        if (report.years() <= 0) {
            out.println("The history is no longer than the warm-up, so nothing was judged; give a shorter --warm-up.");
        } else if (report.alarms() == 0) {
            out.printf(
                    "No alarm in %.2f series-years: with 95 %% confidence fewer than %.2f a year.%n",
                    report.years(), 3 / report.years());
        }
        if (report.delays().trials() > 0) {
            out.printf(
                    "Delays count from the first missing packet: by day %s min (median), at night %s min.%n",
                    minutes(
                            report.businessDelays().trials(),
                            report.businessDelays().medianMinutes()),
                    minutes(report.nightDelays().trials(), report.nightDelays().medianMinutes()));
        }
    }

    ObjectNode json() {
        ObjectNode root = JsonMapper.builder().build().createObjectNode();
        ArrayNode words = root.putArray("understood");
        understood.forEach(words::add);
        put(root.putObject("overall"), report);
        ArrayNode all = root.putArray("series");
        bySeries.forEach((name, each) -> {
            ObjectNode node = all.addObject().put("name", name);
            put(node, each);
            ArrayNode alarms = node.putArray("alarmList");
            each.series()
                    .forEach(run -> run.alarms()
                            .forEach(alarm -> alarms.addObject()
                                    .put("at", alarm.at().toString())
                                    .put("since", alarm.since().toString())
                                    .put(
                                            "recoveredAt",
                                            alarm.recoveredAt()
                                                    .map(Object::toString)
                                                    .orElse(null))
                                    .put("sentence", alarm.sentence())));
        });
        return root;
    }

    private static void put(ObjectNode node, ReplayReport each) {
        node.put("seriesYears", each.years());
        node.put("alarms", each.alarms());
        node.put(
                "returned",
                each.series().stream().mapToInt(SeriesReport::returned).sum());
        put(node, "falseAlarmsPerSeriesYear", each.alarmsPerYear());
        put(node, "delay", each.delays());
        put(node, "delayBusiness", each.businessDelays());
        put(node, "delayNight", each.nightDelays());
    }

    private static void put(ObjectNode node, String name, Delays delays) {
        if (delays.trials() == 0) {
            return;
        }
        ObjectNode child = node.putObject(name).put("injected", delays.trials());
        put(child, "medianMinutes", delays.medianMinutes());
        put(child, "p95Minutes", delays.p95Minutes());
        put(child, "within4Hours", delays.within4Hours());
        put(child, "within24Hours", delays.within24Hours());
    }

    /** JSON knows neither infinity nor not-a-number: null. */
    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }
}
