package io.caravan.web;

import io.caravan.alert.Incident;
import io.caravan.alert.Silence;
import io.caravan.alert.answer.Act;
import io.caravan.alert.answer.Answerer;
import io.caravan.alert.answer.Answers;
import io.caravan.alert.answer.MessageLinks;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What somebody can do about an incident now, as signed links of buttons. */
final class Buttons {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM yyyy HH:mm:ss z", Locale.ENGLISH);

    private final Answers answers;
    private final MessageLinks links;

    Buttons(Answers answers, MessageLinks links) {
        this.answers = answers;
        this.links = links;
    }

    /** Of a page that is made now. */
    List<Map<String, String>> of(Incident incident, Answerer reader) {
        return of(incident, reader, UUID.randomUUID());
    }

    /** Of a message: each of its buttons acts once, however often it is shown. */
    List<Map<String, String>> of(Incident incident, Answerer reader, UUID message) {
        return Act.changes().stream()
                .filter(act -> answers.isPossible(act, incident, reader))
                .map(act -> button(act, incident.number(), reader, message))
                .toList();
    }

    /** The one that ends a silence, for those who may. */
    List<Map<String, String>> of(Silence silence, Answerer reader) {
        return Act.UNSILENCE.isAllowed(reader.receiver().answering().may())
                ? List.of(button(Act.UNSILENCE, silence.id(), reader, UUID.randomUUID()))
                : List.of();
    }

    /** What asks for more leads to its form first. */
    private Map<String, String> button(Act act, long number, Answerer reader, UUID message) {
        return Map.of(
                "act",
                act.word(),
                "name",
                act == Act.EXPECT ? "Expected…" : act.title(),
                "method",
                act == Act.EXPECT ? "get" : "post",
                "path",
                links.path(act, number, reader.receiver().name(), message));
    }

    /** Such as UTC. */
    static String zone(ZoneId zone) {
        return zone.getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    }

    static String time(Instant at, ZoneId zone) {
        return TIME.format(at.atZone(zone));
    }

    static String time(Instant at, Optional<Answerer> reader) {
        return time(at, reader.map(known -> known.receiver().zone()).orElseGet(ZoneId::systemDefault));
    }
}
