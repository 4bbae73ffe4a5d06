package io.caravan.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.calendar.Moments;
import io.caravan.watch.FleetDirectory;
import io.caravan.watch.FleetOperations;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Author;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** What programs do to fleets, as {@code caravan fleet expect} and {@code retire} do; knows no HTTP. */
public final class FleetActionResource {
    private final FleetDirectory directory;
    private final FleetOperations operations;
    private final Profiles profiles;
    private final Clock clock;

    public FleetActionResource(FleetDirectory directory, FleetOperations operations, Profiles profiles, Clock clock) {
        this.directory = directory;
        this.operations = operations;
        this.profiles = profiles;
        this.clock = clock;
    }

    Answer expect(Request request) throws ProblemException {
        JsonNode body = request.command();
        ZoneId zone = zone(request);
        return body.path("noMore").asBoolean() ? expectNoMore(request, body) : expect(request, body, zone);
    }

    private Answer expect(Request request, JsonNode body, ZoneId zone) throws ProblemException {
        Instant now = clock.instant();
        if (!body.hasNonNull("until")) {
            throw ProblemException.refused(
                    "until", "The end is missing", "give until, such as 2026-08-17, or {\"noMore\": true}");
        }
        Instant until = moment(body, "until", zone);
        Instant from = body.hasNonNull("from") ? moment(body, "from", zone) : now;
        if (!until.isAfter(now) || !from.isBefore(until)) {
            throw ProblemException.refused(
                    "until",
                    "A window from " + from + " until " + until + " is over before it begins",
                    "give an end that is yet to come");
        }
        Window.Kind kind = body.path("maintenance").asBoolean() ? Window.Kind.MAINTENANCE : Window.Kind.EXPECTED;
        List<Series> found = operations.expect(
                author(request, body),
                name(request),
                kind,
                from,
                until,
                body.path("note").asText());
        return Answer.ok(JsonNodeFactory.instance
                .objectNode()
                .put("fleets", found.size())
                .put("maintenance", kind == Window.Kind.MAINTENANCE)
                .put("from", from.toString())
                .put("until", until.toString()));
    }

    private Answer expectNoMore(Request request, JsonNode body) throws ProblemException {
        try {
            int ended = operations.expectNoMore(author(request, body), name(request));
            return Answer.ok(JsonNodeFactory.instance.objectNode().put("ended", ended));
        } catch (IllegalArgumentException e) {
            throw ProblemException.refused(409, String.valueOf(e.getMessage()));
        }
    }

    Answer retire(Request request) throws ProblemException {
        JsonNode body = request.command();
        Series fleet = FleetResource.isWhole(request)
                ? FleetResource.find(directory, request).series()
                : FleetResource.named(() -> operations.fleet(name(request)));
        try {
            Series retired = operations.retire(author(request, body), fleet.name());
            return Answer.ok(JsonNodeFactory.instance.objectNode().put("retired", retired.name()));
        } catch (IllegalArgumentException e) {
            throw ProblemException.refused(409, String.valueOf(e.getMessage()));
        }
    }

    /** By whose clock times are told of whom the request names. */
    private ZoneId zone(Request request) throws ProblemException {
        return FleetResource.isWhole(request) && name(request).indexOf('*') < 0
                ? profiles.of(FleetResource.find(directory, request).series())
                        .expectation()
                        .zone()
                : FleetResource.named(() -> operations.zone(name(request)));
    }

    private static Instant moment(JsonNode body, String field, ZoneId zone) throws ProblemException {
        String text = body.path(field).asText();
        try {
            return Moments.parse(text, zone);
        } catch (IllegalArgumentException e) {
            throw ProblemException.refused(
                    field,
                    field + " is '" + text + "', which is no moment",
                    "write it such as 2026-08-17, \"2026-08-17 06:00\" by the clock of " + Moments.name(zone)
                            + ", or 2026-08-17T04:00:00Z");
        }
    }

    private static Author author(Request request, JsonNode body) {
        return new Author(request.who(), body.path("why").asText());
    }

    private static String name(Request request) {
        return FleetResource.name(request);
    }
}
