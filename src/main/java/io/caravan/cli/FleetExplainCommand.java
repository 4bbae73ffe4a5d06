package io.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.Moments;
import io.caravan.watch.FleetReports.Report;
import io.caravan.watch.WeekTable;
import io.caravan.watch.episode.Spoken;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code caravan fleet explain}: why a fleet is in the state that it is in. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Explains the state of a fleet: the sentence, its score, its calendar, the evidence, and its usual week.",
            "The week is a row a day and a sign an hour, from . (nothing) over : - = + * # % to @ (its busiest)."
        })
public final class FleetExplainCommand extends Subcommand {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DAYS = 7;

    private final FleetDesk desk;

    @Parameters(
            paramLabel = "FLEET",
            description =
                    "Such as acme/north, or north where only one fleet has that name; or a provider, region, tenant, or acme:main for a credential.")
    private String fleet = "";

    public FleetExplainCommand(FleetDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Report report = desk.reports().report(desk.operations().watched(fleet));
        Optional<JsonNode> told = report.told().map(episode -> facts(episode.facts()));
        if (isJson()) {
            say(json(report, told));
        } else {
            print(report, told);
        }
        return 0;
    }

    private static JsonNode facts(String json) {
        try {
            return JSON.readTree(json);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("The database holds what is no JSON: " + json, e);
        }
    }

    private static ObjectNode json(Report report, Optional<JsonNode> told) {
        ObjectNode node = FleetShowCommand.json(report);
        ArrayNode table = node.putArray("table");
        report.explanation()
                .rows()
                .forEach(row -> table.addObject().put("label", row.label()).put("value", row.value()));
        ArrayNode week = node.putArray("packetsByHourOfWeek");
        report.week().forEach(week::add);
        told.ifPresent(facts -> {
            node.set("cause", facts.path("cause"));
            node.set("evidence", facts.path("evidence"));
            node.set("customerDraft", facts.path("customerDraft"));
        });
        return node;
    }

    private void print(Report report, Optional<JsonNode> told) {
        say(report.explanation().sentence());
        say("");
        say("State: " + FleetText.word(report.line().standing().state()));
        report.explanation().rows().forEach(row -> field(row.label(), row.value()));
        told.ifPresent(facts -> printCause(facts, report.line().series().name()));
        say("");
        say("Usual week, packets an hour (busiest " + Spoken.packetsAnHour(WeekTable.busiest(report.week())) + "), "
                + Moments.name(report.line().zone()));
        WeekTable.lines(report.week()).forEach(this::say);
        say("");
        say("Calendar");
        LocalDate today = LocalDate.ofInstant(desk.now(), report.line().zone());
        List<LocalDate> days = today.datesUntil(today.plusDays(DAYS)).toList();
        days.forEach(day -> field(
                day.toString(), report.expectation().specialDates().nameOn(day).orElse("as any " + weekday(day))));
    }

    private static String weekday(LocalDate day) {
        return day.getDayOfWeek().getDisplayName(java.time.format.TextStyle.FULL, java.util.Locale.ENGLISH);
    }

    private void printCause(JsonNode facts, String series) {
        String whose = facts.path("series").path("name").asText();
        if (!whose.isEmpty() && !whose.equals(series)) {
            say("");
            say("Part of the trouble of " + whose + ": "
                    + facts.path("sentence").asText());
        }
        if (facts.has("cause")) {
            say("");
            say("Cause: " + facts.path("cause").path("title").asText() + " ("
                    + Math.round(100 * facts.path("cause").path("confidence").asDouble()) + " %): "
                    + facts.path("cause").path("sentence").asText());
            say("To do: " + facts.path("cause").path("remedy").asText());
            facts.path("evidence")
                    .forEach(row ->
                            field(row.path("label").asText(), row.path("value").asText()));
        }
        if (facts.has("customerDraft")) {
            say("");
            say("To the customer:");
            facts.path("customerDraft").asText().lines().forEach(text -> say("  " + text));
        }
    }

    private void field(String label, String value) {
        say(String.format("  %-32s%s", label, value));
    }
}
