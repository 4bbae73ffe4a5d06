package io.caravan.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.Moments;
import io.caravan.watch.FleetDirectory;
import io.caravan.watch.FleetDirectory.Filter;
import io.caravan.watch.FleetStanding;
import io.caravan.watch.fleet.ExpectedDay;
import io.caravan.watch.fleet.ExpectedDays;
import io.caravan.watch.fleet.FieldMistake;
import io.caravan.watch.fleet.FleetSettings;
import io.caravan.watch.fleet.SettingsJson;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Fleets as JSON; knows no HTTP. */
public final class FleetResource {
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;
    private static final int USUAL_DAYS = 30;
    private static final int MOST_DAYS = 3_660;

    private final FleetDirectory directory;
    private final Clock clock;

    public FleetResource(FleetDirectory directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    Answer list(Request request) throws ProblemException {
        Filter filter = new Filter(
                request.parameter("provider"),
                request.parameter("tenant"),
                request.parameter("region"),
                request.parameter("state").map(state -> state.toUpperCase(Locale.ROOT)),
                request.parameter("name"));
        int limit = request.number("limit", USUAL_PAGE, LARGEST_PAGE);
        List<FleetStanding> page = directory.list(filter, request.required("after"), limit);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode fleets = body.putArray("fleets");
        page.forEach(fleet -> fleets.add(json(fleet)));
        if (page.size() == limit) {
            body.put("after", page.get(limit - 1).series().name());
        }
        return Answer.ok(body);
    }

    Answer show(Request request) throws ProblemException {
        FleetStanding fleet = find(directory, request);
        ObjectNode body = json(fleet);
        body.put("vehicles", directory.activeVehicles(fleet, clock.instant()));
        body.set("settings", SettingsJson.write(fleet.settings()));
        body.set("setByHand", SettingsJson.write(fleet.override().orElse(FleetSettings.NONE)));
        return Answer.ok(body);
    }

    Answer set(Request request) throws ProblemException {
        FleetStanding fleet = find(directory, request);
        try {
            FleetSettings settings = SettingsJson.read(request.object());
            directory.set(fleet, settings, clock.instant(), request.who());
        } catch (FieldMistake e) {
            throw ProblemException.refused(e.field(), e.what(), e.cure());
        }
        return show(request);
    }

    Answer calendar(Request request) throws ProblemException {
        String name = isWhole(request) ? find(directory, request).series().name() : name(request);
        ExpectedDays calendar = named(() -> directory.calendar(name));
        LocalDate from = from(request.parameter("from"), calendar);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("fleet", name).put("zone", Moments.name(calendar.zone()));
        calendar.calendars().forEach(body.putArray("calendars")::add);
        ArrayNode days = body.putArray("days");
        for (ExpectedDay day : calendar.days(from, request.number("days", USUAL_DAYS, MOST_DAYS))) {
            ObjectNode one = days.addObject()
                    .put("date", day.date().toString())
                    .put("expected", day.expect().name().toLowerCase(Locale.ROOT));
            day.reasons().forEach(one.putArray("reasons")::add);
        }
        return Answer.ok(body);
    }

    private LocalDate from(Optional<String> text, ExpectedDays calendar) throws ProblemException {
        try {
            return text.map(LocalDate::parse).orElseGet(() -> LocalDate.ofInstant(clock.instant(), calendar.zone()));
        } catch (DateTimeException e) {
            throw ProblemException.refused(
                    "from", "from is '" + text.orElse("") + "', which is no date", "write it such as 2026-12-24");
        }
    }

    /** The fleet that a request names. */
    static FleetStanding find(FleetDirectory directory, Request request) throws ProblemException {
        String name = name(request);
        Optional<FleetStanding> found = directory.find(name);
        if (found.isEmpty()) {
            throw ProblemException.notFound(
                    "No fleet " + name + " has sent anything yet",
                    directory
                            .closest(name)
                            .map(meant -> "did you mean " + meant + "?")
                            .orElse("GET /api/fleets lists those that have"));
        }
        return found.get();
    }

    /** As the path has it: the whole name of a fleet, or the one word by which people call a fleet or a merged stream. */
    static String name(Request request) {
        return isWhole(request)
                ? request.required("provider") + "/" + request.required("fleet")
                : request.required("called");
    }

    static boolean isWhole(Request request) {
        return request.parameter("called").isEmpty();
    }

    /** What is found by a name; whoever is unknown, or may be one of several, is told so. */
    static <T> T named(Supplier<T> found) throws ProblemException {
        try {
            return found.get();
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound(
                    String.valueOf(e.getMessage()), "GET /api/fleets lists the fleets that have sent");
        }
    }

    private static ObjectNode json(FleetStanding fleet) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("fleet", fleet.series().name())
                .put("name", fleet.settings().name().orElse(fleet.series().shortName()))
                .put("state", fleet.state())
                .put("since", fleet.since().toString())
                .put("bornAt", fleet.series().bornAt().toString())
                .put("packets", fleet.packets());
        put(node, "provider", fleet.provider());
        put(node, "tenant", fleet.tenant());
        put(node, "region", fleet.region());
        put(node, "owner", fleet.settings().owner());
        put(node, "lastEventAt", fleet.lastEventAt().map(Instant::toString));
        put(node, "lastArrivalAt", fleet.lastArrivalAt().map(Instant::toString));
        put(node, "retiredAt", fleet.series().retiredAt().map(Instant::toString));
        return node;
    }

    private static void put(ObjectNode node, String name, Optional<String> text) {
        text.ifPresent(value -> node.put(name, value));
    }
}
