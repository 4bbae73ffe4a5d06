package io.caravan.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.Incident;
import io.caravan.alert.IncidentJson;
import io.caravan.alert.IncidentListRepository.Filter;
import io.caravan.alert.IncidentState;
import io.caravan.alert.Severity;
import io.caravan.alert.answer.Act;
import io.caravan.alert.answer.Answerer;
import io.caravan.alert.answer.Answers;
import io.caravan.alert.answer.Outcome;
import io.caravan.calendar.Durations;
import io.caravan.calendar.Moments;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Incidents as JSON; knows no HTTP. */
public final class AlertResource {
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;
    private static final int MOST_MESSAGES = 200;
    private static final int MOST_HIDDEN = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AlertDesk desk;
    private final Answers answers;
    private final Clock clock;

    public AlertResource(AlertDesk desk, Answers answers, Clock clock) {
        this.desk = desk;
        this.answers = answers;
        this.clock = clock;
    }

    Answer list(Request request) throws ProblemException {
        Filter filter = new Filter(
                words(request, "state", IncidentState.class),
                words(request, "severity", Severity.class),
                labels(request.all("label")),
                request.required("text"));
        int limit = request.number("limit", USUAL_PAGE, LARGEST_PAGE);
        List<Incident> page = desk.incidents(filter, request.number("before", 0, Integer.MAX_VALUE), limit);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode alerts = body.putArray("alerts");
        page.forEach(incident -> alerts.add(IncidentJson.write(incident)));
        if (page.size() == limit) {
            body.put("before", page.get(limit - 1).number());
        }
        return Answer.ok(body);
    }

    private static <E extends Enum<E>> Set<E> words(Request request, String name, Class<E> type)
            throws ProblemException {
        Set<E> found = EnumSet.noneOf(type);
        for (String word : String.join(",", request.all(name)).split(",", -1)) {
            if (!word.isBlank()) {
                found.add(word(name, word.strip(), type));
            }
        }
        return found;
    }

    private static <E extends Enum<E>> E word(String name, String word, Class<E> type) throws ProblemException {
        List<String> known = Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
        if (!known.contains(word.toLowerCase(Locale.ROOT))) {
            throw ProblemException.refused(
                    name, name + " is '" + word + "'", "use some of " + String.join(", ", known));
        }
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    }

    private static Map<String, String> labels(List<String> texts) throws ProblemException {
        Map<String, String> labels = new TreeMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw ProblemException.refused(
                        "label", "label is '" + text + "'", "write it such as label=provider=acme");
            }
            labels.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return labels;
    }

    Answer show(Request request) throws ProblemException {
        Incident incident = find(request);
        ObjectNode body = IncidentJson.write(incident);
        body.set("detail", detail(incident));
        body.put("hiddenBy", desk.hiding(incident).map(Incident::number).orElse(null));
        ArrayNode hides = body.putArray("hides");
        desk.hiddenBy(incident, MOST_HIDDEN).forEach(hidden -> hides.add(IncidentJson.write(hidden)));
        ArrayNode timeline = body.putArray("timeline");
        desk.incidents()
                .timeline(incident)
                .forEach(entry -> timeline.addObject()
                        .put("at", entry.at().toString())
                        .put("who", entry.who())
                        .put("action", entry.action())
                        .put("detail", entry.detail()));
        ArrayNode messages = body.putArray("messages");
        desk.messages(incident, MOST_MESSAGES)
                .forEach(message -> messages.addObject()
                        .put("id", message.id().toString())
                        .put("receiver", message.receiver())
                        .put("channel", message.channel())
                        .put("kind", message.kind().name().toLowerCase(Locale.ROOT))
                        .put("state", message.state().name().toLowerCase(Locale.ROOT))
                        .put("dueAt", message.dueAt().toString())
                        .put("sentAt", message.sentAt().map(Instant::toString).orElse(null))
                        .put(
                                "deliveredAt",
                                message.deliveredAt().map(Instant::toString).orElse(null))
                        .put("readAt", message.readAt().map(Instant::toString).orElse(null))
                        .put("tries", message.tries())
                        .put("error", message.error().orElse(null)));
        return Answer.ok(body);
    }

    Answer acknowledge(Request request) throws ProblemException {
        request.command();
        return told(answers.answer(number(request), Act.ACKNOWLEDGE, Answers.program(request.who())));
    }

    Answer resolve(Request request) throws ProblemException {
        request.command();
        return told(answers.answer(number(request), Act.RESOLVE, Answers.program(request.who())));
    }

    Answer silence(Request request) throws ProblemException {
        JsonNode body = request.command();
        long number = number(request);
        String until = body.path("until").asText();
        if (until.equals("workday")) {
            return told(answers.answer(number, Act.SILENCE_WORKDAY, Answers.program(request.who())));
        }
        Optional<Duration> length = Durations.parse(body.path("for").asText("1h"));
        if (!until.isEmpty()) {
            return told(answers.silence(number, moment(until), Answers.program(request.who())));
        }
        if (length.isEmpty() || length.get().isNegative() || length.get().isZero()) {
            throw ProblemException.refused(
                    "for", "for is '" + body.path("for").asText() + "'", "write a time such as 30m, 1h or 2d");
        }
        return told(answers.silence(number, length.get(), Answers.program(request.who())));
    }

    Answer expect(Request request) throws ProblemException {
        JsonNode body = request.command();
        Answerer program = Answers.program(request.who());
        String until = body.path("until").asText();
        return told(answers.expect(
                number(request),
                until.equals("workday") ? answers.nextWorkday(program) : moment(until),
                body.path("why").asText(),
                program));
    }

    private Instant moment(String text) throws ProblemException {
        try {
            Instant moment = Moments.parse(text, ZoneId.systemDefault());
            if (moment.isAfter(clock.instant())) {
                return moment;
            }
        } catch (IllegalArgumentException e) {
            // told below, with how to write it
        }
        throw ProblemException.refused(
                "until",
                "until is '" + text + "'",
                "write workday, or a time to come such as 2026-12-24, 2026-12-24T09:00 by the service's clock or 2026-12-24T09:00:00Z");
    }

    private static Answer told(Outcome outcome) throws ProblemException {
        return switch (outcome.kind()) {
            case DONE -> Answer.ok(JsonNodeFactory.instance.objectNode().put("done", outcome.sentence()));
            case UNKNOWN ->
                throw ProblemException.notFound(outcome.sentence(), "GET /api/alerts lists those that there are");
            case ALREADY, USED, EXPIRED, UNFIT, UNCLEAR -> throw ProblemException.refused(409, outcome.sentence());
            case FORGED, REFUSED -> throw ProblemException.refused(403, outcome.sentence());
        };
    }

    private Incident find(Request request) throws ProblemException {
        long number = number(request);
        Optional<Incident> found = desk.incidents().find(number);
        if (found.isEmpty()) {
            throw ProblemException.notFound(
                    "There is no incident " + number, "GET /api/alerts lists those that there are");
        }
        return found.get();
    }

    private static long number(Request request) throws ProblemException {
        return request.number("number", 0, Integer.MAX_VALUE);
    }

    private static JsonNode detail(Incident incident) {
        try {
            return JSON.readTree(incident.detail());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The detail of incident " + incident.number() + " is no JSON", e);
        }
    }
}
