package io.caravan.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.answer.Act;
import io.caravan.alert.routing.HeartbeatRule;
import io.caravan.alert.routing.Receiver;
import io.caravan.calendar.Moments;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All that a text to a receiver can say, as JSON; channels' templates choose from it. */
final class Message {
    /** More are only counted, but for channels that keep each incident by itself. */
    static final int SHOWN = 20;

    /** So many more are told in brief. */
    private static final int OTHERS = 500;

    /** Who watches the signs of life may miss so many less one. */
    private static final int MISSED = 3;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEEE d MMMM yyyy HH:mm:ss z", Locale.ENGLISH);

    private Message() {}

    static String of(
            UUID id,
            MessageKind kind,
            Severity severity,
            Flush flush,
            Besides besides,
            Receiver receiver,
            Instant now) {
        List<Incident> about = flush.firing().isEmpty() ? flush.ended() : flush.firing();
        ObjectNode message = JsonNodeFactory.instance
                .objectNode()
                .put("id", id.toString())
                .put("kind", kind.name().toLowerCase(Locale.ROOT))
                .put("state", flush.firing().isEmpty() ? "resolved" : "open")
                .put("severity", severity.word())
                .put("summary", summary(about, now))
                .put("at", now.toString())
                .put("time", text(now, receiver.zone()))
                .put("receiver", receiver.name())
                .put("open", flush.firing().size())
                .put("resolved", flush.ended().size());
        message.set("incidents", incidents(flush.firing(), besides, receiver.zone(), now));
        message.set("ended", incidents(flush.ended(), besides, receiver.zone(), now));
        message.set("others", others(flush));
        if (receiver.answering().outside()) {
            CustomerView.reduce(message);
        }
        return message.toString();
    }

    /** The same for another receiver, by its clock. */
    static String readdressed(String message, UUID id, Receiver receiver) {
        ObjectNode tree = (ObjectNode) Json.tree(message);
        tree.put("id", id.toString())
                .put("receiver", receiver.name())
                .put("time", text(Instant.parse(tree.path("at").asText()), receiver.zone()));
        for (String list : List.of("incidents", "ended")) {
            tree.path(list).forEach(incident -> {
                Instant since = Instant.parse(incident.path("since").asText());
                ((ObjectNode) incident)
                        .put("sinceTime", text(since, receiver.zone()))
                        .put(
                                "clock",
                                otherClock(
                                        incident.path("summary").asText(),
                                        incident.path("detail"),
                                        receiver.zone(),
                                        since));
            });
        }
        return tree.toString();
    }

    /** A message that says that it is only a test. */
    static String test(UUID id, Receiver receiver, Instant now) {
        return empty(id, "test", "This is a test of " + receiver.name() + "; nothing is wrong", receiver, now)
                .toString();
    }

    /** A message that says only that the service is alive, and when the next one comes. */
    static String heartbeat(UUID id, HeartbeatRule rule, Instant now) {
        ObjectNode message = empty(id, "heartbeat", "Caravan is alive", rule.to(), now);
        return message.put("next", now.plus(rule.every()).toString())
                .put("until", now.plus(rule.every().multipliedBy(MISSED)).toString())
                .toString();
    }

    private static ObjectNode empty(UUID id, String kind, String summary, Receiver receiver, Instant now) {
        ObjectNode message = JsonNodeFactory.instance
                .objectNode()
                .put("id", id.toString())
                .put("kind", kind)
                .put("state", "open")
                .put("severity", Severity.LOW.word())
                .put("summary", summary)
                .put("at", now.toString())
                .put("time", text(now, receiver.zone()))
                .put("receiver", receiver.name())
                .put("open", 0)
                .put("resolved", 0);
        message.putArray("incidents");
        message.putArray("ended");
        return message;
    }

    private static String summary(List<Incident> about, Instant now) {
        return about.stream()
                        .findFirst()
                        .map(incident -> summary(incident, now))
                        .orElse("")
                + (about.size() > 1 ? " (and " + (about.size() - 1) + " more)" : "");
    }

    private static String summary(Incident incident, Instant now) {
        return incident.summary()
                + (incident.flapping().holdsAt(now)
                        ? " (flapping: opened " + incident.flapping().openings().size() + " times in "
                                + lasted(Duration.between(
                                        incident.flapping().since().orElse(now), now))
                                + "; told again when stable)"
                        : "");
    }

    private static ArrayNode incidents(List<Incident> incidents, Besides besides, ZoneId zone, Instant now) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        incidents.stream().limit(SHOWN).forEach(incident -> array.add(incident(incident, besides, zone, now)));
        return array;
    }

    /** What is not shown, in brief. */
    private static ArrayNode others(Flush flush) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        Stream.of(flush.firing(), flush.ended())
                .flatMap(incidents -> incidents.stream().skip(SHOWN))
                .limit(OTHERS)
                .forEach(incident -> {
                    ObjectNode node = array.addObject()
                            .put("number", incident.number())
                            .put("key", incident.key())
                            .put("state", incident.state().name().toLowerCase(Locale.ROOT))
                            .put("severity", incident.severity().word())
                            .put("summary", incident.summary())
                            .put("since", incident.openedAt().toString());
                    labels(node, incident);
                });
        return array;
    }

    private static void labels(ObjectNode node, Incident incident) {
        ObjectNode labels = node.putObject("labels");
        incident.labels().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(label -> labels.put(label.getKey(), label.getValue()));
    }

    static ObjectNode incident(Incident incident, Besides besides, ZoneId zone, Instant now) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("number", incident.number())
                .put("id", incident.id().toString())
                .put("key", incident.key())
                .put("state", incident.state().name().toLowerCase(Locale.ROOT))
                .put("severity", incident.severity().word())
                .put("summary", summary(incident, now))
                .put("since", incident.openedAt().toString())
                .put("sinceTime", text(incident.openedAt(), zone))
                .put("signals", incident.signals())
                .put("reopened", incident.reopened())
                .put("hides", besides.hiddenBy(incident).orElse(null))
                .put("ending", besides.ending(incident).orElse(null))
                .put("acknowledgedBy", incident.acknowledgedBy().orElse(null))
                .put(
                        "lasted",
                        lasted(Duration.between(
                                incident.openedAt(), incident.resolvedAt().orElse(now))));
        labels(node, incident);
        ArrayNode acts = node.putArray("acts");
        incident.acts().stream().map(Act::word).sorted().forEach(acts::add);
        node.set("detail", Json.tree(incident.detail()));
        node.put("clock", otherClock(incident.summary(), node.path("detail"), zone, incident.openedAt()));
        return node;
    }

    /** By which zone's clock the signal's own texts tell times; null: they say so themselves, or it is that of whoever reads them, as far as is known. */
    private static @Nullable String otherClock(String summary, JsonNode detail, ZoneId zone, Instant at) {
        String written = detail.path("zone").asText();
        if (written.isEmpty()) {
            return null;
        }
        try {
            ZoneId its = ZoneId.of(written);
            String name = Moments.name(its);
            boolean isSame = its.getRules().getOffset(at).equals(zone.getRules().getOffset(at));
            return isSame || summary.contains(name) ? null : name;
        } catch (DateTimeException e) {
            return null; // whoever signals may mean something else by it
        }
    }

    private static String text(Instant at, ZoneId zone) {
        return TIME.format(at.atZone(zone));
    }

    /** Such as {@code 3 d 4 h}, {@code 2 h 5 min} or {@code 40 s}. */
    static String lasted(Duration time) {
        long days = time.toDays();
        long hours = time.toHoursPart();
        long minutes = time.toMinutesPart();
        if (days > 0) {
            return days + " d " + hours + " h";
        }
        if (hours > 0) {
            return hours + " h " + minutes + " min";
        }
        return minutes > 0 ? minutes + " min" : Math.max(0, time.toSeconds()) + " s";
    }
}
