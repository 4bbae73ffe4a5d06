package io.caravan.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.calendar.Moments;
import io.caravan.watch.FleetOperations;
import io.caravan.watch.FleetReports;
import io.caravan.watch.FleetReports.Line;
import io.caravan.watch.FleetReports.Report;
import io.caravan.watch.WeekTable;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.Spoken;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesState;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Message;

/**
 * Pages about fleets:
 *
 * <pre>
 * GET  /, /fleets   how fleets stand, those in trouble first; state and name (a part) choose
 * GET  /fleet       one, or a merged stream, by its kind and name: why it stands so, its usual week, its calendar and latest troubles
 * </pre>
 */
public final class FleetPages extends PageRoutes {
    private static final int LISTED = 200;
    private static final int DAYS_AHEAD = 60;
    private static final int HOURS = 24;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final FleetReports reports;
    private final FleetOperations operations;
    private final Clock clock;
    private final Templates templates = new Templates();

    public FleetPages(FleetReports reports, FleetOperations operations, Clock clock) {
        this.reports = reports;
        this.operations = operations;
        this.clock = clock;
    }

    @Override
    public void configure() {
        route("web-home", "/", "GET", this::list);
        route("web-fleets", "/fleets", "GET", this::list);
        route("web-fleet", "/fleet", "GET", message -> show(text(message, "kind"), text(message, "name")));
    }

    private Page list(Message message) {
        String word = text(message, "state");
        Optional<SeriesState> state = Stream.of(SeriesState.values())
                .filter(each -> word(each).equals(word))
                .findFirst();
        return list(200, "", state, text(message, "name").strip());
    }

    private Page list(int status, String mistake, Optional<SeriesState> state, String part) {
        List<Line> lines = reports.worst(state, part, LISTED + 1);
        boolean isOfOneClock = lines.stream().map(Line::zone).distinct().count() < 2;
        Map<String, Object> model = new HashMap<>(Map.of(
                "root",
                "",
                "mistake",
                mistake,
                "state",
                state.map(FleetPages::word).orElse(""),
                "name",
                part,
                "counts",
                counts(),
                "fleets",
                lines.stream()
                        .limit(LISTED)
                        .map(line -> row(line, isOfOneClock))
                        .toList(),
                "isCut",
                lines.size() > LISTED));
        return Page.html(status, templates.fill("fleets.ftlh", model));
    }

    /** Of all, whatever is chosen. */
    private List<Map<String, Object>> counts() {
        Map<SeriesState, Integer> counts = reports.counts();
        return Stream.of(SeriesState.values())
                .filter(counts::containsKey)
                .map(state -> Map.<String, Object>of(
                        "state", word(state), "tone", tone(state), "count", counts.getOrDefault(state, 0)))
                .toList();
    }

    private Map<String, Object> row(Line line, boolean isOfOneClock) {
        Map<String, Object> row = standing(line);
        row.put("clock", isOfOneClock ? "" : Moments.name(line.zone()));
        row.put("expected", line.expectedNow() > 0 ? Spoken.packetsAnHour(line.expectedNow()) : "");
        row.put(
                "sentence",
                line.trouble().filter(Episode::told).map(Episode::sentence).orElse(""));
        return row;
    }

    private Map<String, Object> standing(Line line) {
        return new HashMap<>(Map.of(
                "kind", line.series().kind().word(),
                "name", line.series().name(),
                "title", line.title(),
                "state", line.stateInWords(),
                "tone",
                        line.trouble()
                                .filter(Episode::told)
                                .map(episode -> episode.severity().word())
                                .orElseGet(() -> tone(line.standing().state())),
                "since", moment(line.standing().since(), line.zone()),
                "last", line.lastPacket().map(at -> moment(at, line.zone())).orElse("never"),
                "cause", line.causeInWords().orElse("")));
    }

    private Page show(String kind, String name) {
        Series series;
        try {
            series = kind.isEmpty() ? operations.watched(name) : operations.series(kind + "/" + name);
        } catch (IllegalArgumentException e) {
            return list(404, String.valueOf(e.getMessage()), Optional.empty(), "");
        }
        Report report = reports.report(series);
        ZoneId zone = report.line().zone();
        Map<String, Object> model = standing(report.line());
        model.put("root", "");
        model.put("zone", Moments.name(zone));
        model.put("sentence", report.explanation().sentence());
        model.put(
                "rows",
                report.explanation().rows().stream()
                        .map(row -> Map.of("label", row.label(), "value", row.value()))
                        .toList());
        report.told().ifPresent(episode -> model.put("told", facts(episode)));
        model.put("isLearned", WeekTable.busiest(report.week()) > 0);
        model.put("busiest", Spoken.packetsAnHour(WeekTable.busiest(report.week())));
        model.put("week", week(report.week()));
        model.put("days", specialDays(report));
        model.put(
                "windows",
                report.windows().stream().map(window -> window(window, zone)).toList());
        model.put(
                "troubles",
                report.troubles().stream()
                        .map(episode -> trouble(episode, zone))
                        .toList());
        return Page.html(200, templates.fill("fleet.ftlh", model));
    }

    /** What people were told, as its event has it. */
    private static Map<String, Object> facts(Episode episode) {
        try {
            return JSON.readValue(episode.facts(), OBJECT);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The database holds what is no JSON: " + episode.facts(), e);
        }
    }

    /** Seven days of 24 hours, each as dark as it is busy. */
    private static List<Map<String, Object>> week(List<Double> hours) {
        double most = WeekTable.busiest(hours);
        List<Map<String, Object>> days = new ArrayList<>();
        for (DayOfWeek day : DayOfWeek.values()) {
            List<Map<String, Object>> cells = new ArrayList<>();
            for (int hour = 0; hour < HOURS; hour++) {
                double packets = hours.get((day.getValue() - 1) * HOURS + hour);
                cells.add(Map.of(
                        "dark",
                        most <= 0 ? "0" : String.format(Locale.ROOT, "%.2f", packets / most),
                        "text",
                        String.format(Locale.ROOT, "%s %02d:00: %s", name(day), hour, Spoken.packetsAnHour(packets))));
            }
            days.add(Map.of("day", name(day), "hours", cells));
        }
        return days;
    }

    private static String name(DayOfWeek day) {
        return day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    }

    /** The holidays, eves and other special days ahead. */
    private List<Map<String, Object>> specialDays(Report report) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), report.line().zone());
        return today.datesUntil(today.plusDays(DAYS_AHEAD))
                .flatMap(day -> report.expectation().specialDates().nameOn(day).stream()
                        .map(name -> Map.<String, Object>of("day", name(day.getDayOfWeek()) + " " + day, "name", name)))
                .toList();
    }

    private Map<String, Object> window(Window window, ZoneId zone) {
        return Map.of(
                "kind", window.kind() == Window.Kind.MAINTENANCE ? "maintenance" : "expected silence",
                "from", moment(window.from(), zone),
                "until", moment(window.until(), zone),
                "note", window.note());
    }

    private Map<String, Object> trouble(Episode episode, ZoneId zone) {
        return Map.of(
                "kind", episode.kind().word(),
                "severity", episode.severity().word(),
                "since", moment(episode.since(), zone),
                "lasted", Spoken.duration(episode.duration(clock.instant())),
                "cause", episode.cause().map(Cause::word).orElse(""),
                "isOpen", episode.isOpen(),
                "sentence", episode.sentence());
    }

    private String moment(Instant at, ZoneId zone) {
        return Spoken.moment(at, clock.instant(), zone);
    }

    private static String word(SeriesState state) {
        return state.word().replace(' ', '-');
    }

    /** The colour of a state, by the severity or state of an alert that has it. */
    private static String tone(SeriesState state) {
        return state.isTold()
                ? "high"
                : state == SeriesState.LATE ? "medium" : state == SeriesState.ON_TIME ? "resolved" : "";
    }
}
