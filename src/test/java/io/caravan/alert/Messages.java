package io.caravan.alert;

import io.caravan.alert.answer.Act;
import io.caravan.alert.routing.Answering;
import io.caravan.alert.routing.HeartbeatRule;
import io.caravan.alert.routing.Receiver;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Messages for tests of channels. */
final class Messages {
    static final Instant NOW = Instant.parse("2026-03-02T10:05:00Z");

    /** What has to be escaped in one service or another. */
    static final String NASTY =
            "5 < 6 & 7 > \"4\" 'x' \\ *bold* _it_ `code` ~no~ [a](http://b) #1 @channel 🚚 é\nnew line";

    private static final UUID ID = UUID.fromString("0195a000-0000-7000-8000-000000000001");

    private Messages() {}

    static Delivery firing(String address) {
        return of(MessageKind.FIRING, address, null, List.of(incident(1, "acme/1 is silent", Map.of())));
    }

    static Delivery later(MessageKind kind, String address, @Nullable String thread) {
        return of(kind, address, thread, List.of(incident(1, "acme/1 is silent", Map.of())));
    }

    static Delivery nasty(String address) {
        return of(
                MessageKind.FIRING,
                address,
                null,
                List.of(incident(
                        1,
                        NASTY,
                        Map.of("cause", NASTY, "evidence", List.of(NASTY, 17), "action", NASTY, "draft", NASTY))));
    }

    /** 20 incidents and 5 more, with texts that no service takes. */
    static Delivery huge(String address) {
        return of(
                MessageKind.FIRING,
                address,
                null,
                IntStream.rangeClosed(1, 25)
                        .mapToObj(number -> incident(
                                number,
                                "Silent & <lost> " + "x*_é🚚".repeat(500),
                                Map.of(
                                        "cause", "<&>".repeat(1_000),
                                        "evidence", "\"\\\n".repeat(1_000),
                                        "action", "🚚".repeat(1_500),
                                        "draft", "Dear customer, ".repeat(300))))
                        .toList());
    }

    static Delivery of(MessageKind kind, String address, @Nullable String thread, List<Incident> incidents) {
        boolean over = kind == MessageKind.RESOLVED;
        return of(kind, address, thread, over ? List.of() : incidents, over ? incidents : List.of());
    }

    static Delivery of(
            MessageKind kind, String address, @Nullable String thread, List<Incident> firing, List<Incident> ended) {
        Receiver receiver = new Receiver(
                "ops",
                "own",
                address,
                ZoneId.of("Europe/Amsterdam"),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Answering.USUAL);
        Flush flush = new Flush(Optional.of(kind), firing, ended, NOW, Optional.empty());
        return new Delivery(
                ID,
                Optional.of(7L),
                "ops",
                "own",
                address,
                Severity.CRITICAL,
                kind,
                Message.of(ID, kind, Severity.CRITICAL, flush, Besides.NOTHING, receiver, NOW),
                List.of(),
                NOW,
                NOW,
                0,
                0,
                Optional.ofNullable(thread));
    }

    static Incident incident(long number, String summary, Map<String, Object> detail) {
        return new Incident(
                new UUID(1, number),
                number,
                "acme/" + number,
                IncidentState.OPEN,
                Severity.CRITICAL,
                Map.of("provider", "acme", "fleet", "acme/" + number),
                summary,
                Json.text(detail),
                NOW.minusSeconds(300),
                NOW,
                Optional.empty(),
                Optional.empty(),
                3,
                0,
                Optional.empty(),
                Flapping.NONE,
                Set.of());
    }

    /** Whose route offers that people say that it is expected. */
    static Incident expectable(long number) {
        Incident incident = incident(number, "acme/" + number + " is silent", Map.of());
        return new Incident(
                incident.id(),
                incident.number(),
                incident.key(),
                incident.state(),
                incident.severity(),
                incident.labels(),
                incident.summary(),
                incident.detail(),
                incident.openedAt(),
                incident.lastAt(),
                Optional.empty(),
                Optional.empty(),
                incident.signals(),
                incident.reopened(),
                Optional.empty(),
                incident.flapping(),
                Set.of(Act.EXPECT));
    }

    static Incident acknowledged(Incident incident, String who) {
        return new Incident(
                incident.id(),
                incident.number(),
                incident.key(),
                IncidentState.ACKNOWLEDGED,
                incident.severity(),
                incident.labels(),
                incident.summary(),
                incident.detail(),
                incident.openedAt(),
                incident.lastAt(),
                Optional.of(who),
                Optional.empty(),
                incident.signals(),
                incident.reopened(),
                Optional.empty(),
                incident.flapping(),
                incident.acts());
    }

    static Incident over(Incident incident) {
        return new Incident(
                incident.id(),
                incident.number(),
                incident.key(),
                IncidentState.RESOLVED,
                incident.severity(),
                incident.labels(),
                incident.summary(),
                incident.detail(),
                incident.openedAt(),
                incident.lastAt(),
                Optional.empty(),
                Optional.of(NOW),
                incident.signals(),
                incident.reopened(),
                Optional.empty(),
                Flapping.NONE,
                incident.acts());
    }

    /** A sign of life. */
    static Delivery heartbeat() {
        Receiver receiver = new Receiver(
                "ops",
                "own",
                "",
                ZoneId.of("Europe/Amsterdam"),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Answering.USUAL);
        return new Delivery(
                ID,
                Optional.empty(),
                "ops",
                "own",
                "",
                Severity.LOW,
                MessageKind.HEARTBEAT,
                Message.heartbeat(ID, new HeartbeatRule(receiver, Duration.ofMinutes(1)), NOW),
                List.of(),
                NOW,
                NOW,
                0,
                0,
                Optional.empty());
    }
}
