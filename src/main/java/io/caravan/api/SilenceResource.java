package io.caravan.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.Silence;
import io.caravan.alert.routing.Matchers;
import io.caravan.calendar.Durations;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Silences as JSON; knows no HTTP. */
public final class SilenceResource {
    private final AlertDesk desk;
    private final Clock clock;

    public SilenceResource(AlertDesk desk, Clock clock) {
        this.desk = desk;
        this.clock = clock;
    }

    Answer list(Request request) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode silences = body.putArray("silences");
        desk.incidents().silences().forEach(silence -> silences.add(silence.json()));
        return Answer.ok(body);
    }

    Answer make(Request request) throws ProblemException {
        JsonNode body = request.command();
        Instant now = clock.instant();
        Instant from = body.has("from") ? moment("from", body, now) : now;
        Instant until = body.has("until") ? moment("until", body, from) : from.plus(length(body));
        String why = body.path("why").asText();
        if (why.isBlank()) {
            throw ProblemException.refused("why", "why is missing", "say why, for those who wonder");
        }
        long silence = desk.incidents().silence(matchers(body), from, until, request.who(), why);
        return Answer.ok(JsonNodeFactory.instance
                .objectNode()
                .put("silence", silence)
                .put("from", from.toString())
                .put("until", until.toString()));
    }

    private static Matchers matchers(JsonNode body) throws ProblemException {
        List<String> texts = new ArrayList<>();
        body.path("match").forEach(text -> texts.add(text.asText()));
        try {
            if (!texts.isEmpty()) {
                return Matchers.parse(texts);
            }
        } catch (IllegalArgumentException e) {
            throw ProblemException.refused("match", String.valueOf(e.getMessage()), "write it such as provider=acme");
        }
        throw ProblemException.refused(
                "match", "match is no list of conditions", "give one such as [\"provider=acme\"]");
    }

    private static Instant moment(String name, JsonNode body, Instant after) throws ProblemException {
        String text = body.path(name).asText();
        try {
            Instant moment = Instant.parse(text);
            if (moment.isAfter(after)) {
                return moment;
            }
        } catch (DateTimeException e) {
            // told below, with how to write it
        }
        throw ProblemException.refused(
                name, name + " is '" + text + "'", "write a time after " + after + ", such as 2026-12-24T09:00:00Z");
    }

    private static Duration length(JsonNode body) throws ProblemException {
        String text = body.path("for").asText();
        Optional<Duration> length = Durations.parse(text).filter(time -> !time.isNegative() && !time.isZero());
        if (length.isEmpty()) {
            throw ProblemException.refused(
                    "for", "for is '" + text + "'", "write a time such as 30m, 1h or 2d, or until");
        }
        return length.get();
    }

    Answer end(Request request) throws ProblemException {
        request.command();
        long number = request.number("number", 0, Integer.MAX_VALUE);
        Optional<Silence> ended = desk.incidents().unsilence(number, request.who());
        if (ended.isEmpty()) {
            throw ProblemException.notFound(
                    "There is no silence " + number + " that holds", "GET /api/silences lists those that there are");
        }
        return Answer.ok(ended.get().json());
    }
}
