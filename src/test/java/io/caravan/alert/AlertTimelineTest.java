package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertsFile;
import io.caravan.alert.routing.HeartbeatRule;
import io.caravan.alert.routing.Matchers;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From signals to messages, by a clock that is set by hand. */
@ExtendWith(PostgresExtension.class)
class AlertTimelineTest {
    /** A Monday. */
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    private static final String ROUTING = """
            zone: Europe/Amsterdam
            receivers:
              chat: {quietHours: "* 22:00-07:00"}
              boss:
              mail: {fallback: chat}
              digest:
              both: {channel: digest}
              pager: {fallback: chat}
              sms: {channel: mail, fallback: boss, confirm: 2m}
              pulse:
            people:
              ada: {channels: [{mail: ada@example.com}]}
              grace: {channels: [{digest: grace}]}
              mia: {channels: [{mail: mia@example.com}, {mail: mia@home.example}]}
              eve: {channels: [{mail: eve@example.com}, {pulse: "4711"}, {digest: eve}], confirm: 2m}
            rotations:
              on-call: {start: "2026-03-01T11:30", turn: 1d, people: [ada, grace]}
            route:
              to: chat
              groupBy: [provider]
              timings:
                high: {groupWait: 10s, groupInterval: 5m, repeatInterval: 4h}
              routes:
                - match: team=mail
                  to: mail
                - match: team=sms
                  to: sms
                - match: team=eve
                  to: eve
                - match: team=mia
                  to: mia
                - match: team=alone
                  to: boss
                - match: team=turns
                  to: on-call
                - match: team=two
                  to: [mail, digest]
                  escalate: [{after: 15m, to: boss}]
                - match: severity=critical
                  escalate: [{after: 10m, to: boss}, {after: 30m, to: mail}]
                - match: team=both
                  to: both
                  timings: {low: {digest: "0 8,16 * * *"}}
                - match: severity=low
                  to: digest
                - match: team=pager
                  to: pager
            inhibit:
              - {source: kind=PROVIDER, target: kind=FLEET, equal: provider}
            """;

    private final Database database;
    private final HandClock clock = new HandClock(START);
    private final List<String> sent = new ArrayList<>();
    private final List<String> threads = new ArrayList<>();
    private final Deque<SendFailedException> failures = new ArrayDeque<>();
    private final List<String> addresses = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final List<Duration> took = new ArrayList<>();
    private AlertRouting routing;
    private Optional<String> trouble = Optional.empty();
    private Pace pace = Pace.ANY;
    private Path folder = Path.of("");
    private Incidents incidents;
    private Telling telling;
    private Notifier notifier;
    private Sending sending;
    private Confirmations confirmations;

    AlertTimelineTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        for (String table : List.of(
                "alert_delivery",
                "alert_line",
                "alert_channel",
                "alert_heartbeat",
                "alert_group",
                "alert_silence",
                "alert_incident")) {
            Query.of("delete from caravan." + table).on(database).update();
        }
        route(ROUTING);
        telling = new Telling(database, () -> routing, queued -> {});
        incidents = new Incidents(database, clock, () -> routing, Duration.ofMinutes(30), telling);
        AlertEvents events = new AlertEvents() {
            @Override
            public void sent(Delivery delivery, Duration time) {
                took.add(time);
            }
        };
        Settlement settlement = new Settlement(database, clock, () -> routing, incidents, events);
        sending = new Sending(clock, new DeliveryRepository(database), settlement);
        confirmations = new Confirmations(database, clock, settlement, incidents, events);
        notifier = notifier();
    }

    /** Looks from now on; another node, or this one after it was started again. */
    private Notifier notifier() {
        Channels channels = new Channels();
        List.of("boss", "mail", "digest", "pulse", "chat").forEach(name -> channels.add(new Recorder(name)));
        return new Notifier(
                database,
                clock,
                Duration.ofSeconds(5),
                telling,
                new Strays(database, clock, () -> routing, Duration.ofSeconds(5), telling),
                new Readdressing(() -> routing, new DeliveryRepository(database)),
                sending,
                confirmations,
                new Heartbeat(database, clock, () -> routing, List.of(() -> trouble)),
                new Retention(database, clock, Duration.ofDays(90)),
                new ServedChannels(database, clock, channels, Duration.ofSeconds(5)));
    }

    @Test
    void whatIsCriticalIsQueuedWithItsSignal() {
        raise("acme/1", "severity=critical", "provider=acme");

        assertThat(queued()).isEqualTo(1);
        sends("chat firing critical: acme/1");
    }

    @Test
    void aTextThatPostgresCantStoreIsToldAllTheSame() {
        incidents.raise(List.of(new Signal(
                "acme/\0",
                Severity.CRITICAL,
                Map.of("fleet", "a\0"),
                "x\0y",
                "{\"cause\": \"\\u0000 and \\\\u0000\"}",
                clock.instant(),
                1)));
        sends("chat firing critical: x\uFFFDy");
        assertThat(incidents.list(Map.of("fleet", "a\uFFFD"), false, 1).get(0).detail())
                .isEqualTo("{\"cause\": \"\uFFFD and \\\\u0000\"}");
        incidents.resolve(List.of("acme/\0"), "caravan", "over\0");
        sends("chat resolved critical: x\uFFFDy");
    }

    @Test
    void nothingIsToldOfASignalThatWasUndone() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    raise("acme/1", "severity=critical");
                    throw new IllegalStateException("undone");
                }))
                .hasMessage("undone");

        assertThat(queued()).isZero();
        assertThat(incidents.list(Map.of(), true, 10)).isEmpty();
    }

    @Test
    void whatBelongsTogetherComesInOneMessage() {
        raise("acme/1", "severity=high", "provider=acme");
        at("PT5S");
        raise("acme/2", "severity=high", "provider=acme");
        raise("zeta/1", "severity=high", "provider=zeta");
        at("PT9S");
        sends();
        at("PT10S");
        sends("chat firing high: acme/1 (and 1 more)");
        at("PT15S");
        sends("chat firing high: zeta/1");
    }

    @Test
    void whatBelongsTogetherGoesOnWhereItBeganUntilItIsOver() {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        at("PT6H");
        sends("chat resolved critical: acme/1");
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        assertThat(threads).containsExactly("new", "chat 1", "new");
    }

    @Test
    void eachReceiverHasItsOwnPlace() {
        raise("acme/1", "severity=critical", "provider=acme", "team=mail");
        sends("mail firing critical: acme/1");
        at("PT1M");
        failures.add(new SendFailedException("403", null, true, null));
        raise("acme/2", "severity=critical", "provider=acme", "team=mail");
        assertThat(sendAll()).contains("chat update critical: acme/1 (and 1 more)");
        incidents.resolve(List.of("acme/1", "acme/2"), "caravan", "");
        threads.clear();
        sends("mail resolved critical: acme/1 (and 1 more)", "chat resolved critical: acme/1 (and 1 more)");
        assertThat(threads).containsExactlyInAnyOrder("mail 1", "chat 2");
    }

    @Test
    void whoIsToldInsteadHearsHowItGoesOnOnce() {
        raise("acme/1", "severity=critical", "provider=acme", "team=mail");
        failures.add(new SendFailedException("403", null, true, null));
        sends("chat firing critical: acme/1");
        at("PT5M");
        sends("chat firing high: Alerts don't reach mail by mail");
        incidents.acknowledge(number("acme/1"), "ada");
        failures.add(new SendFailedException("403", null, true, null));
        sends("chat update critical: acme/1");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        failures.add(new SendFailedException("403", null, true, null));
        sends("chat resolved critical: acme/1");
    }

    @Test
    void whoIsToldInsteadIsToldInItsOwnHoursAndByItsOwnName() {
        at("PT12H"); // 23:00 in Amsterdam
        raise("acme/1", "severity=high", "provider=acme", "team=mail");
        at("PT12H10S");
        failures.add(new SendFailedException("403", null, true, null));
        sends();
        assertThat(desk().deliveries(false, Optional.of("chat"), 1).get(0).dueAt())
                .isEqualTo(START.plus(Duration.ofHours(20)));
        at("PT20H"); // 07:00
        assertThat(sendAll()).contains("chat firing high: acme/1");
        assertThat(Query.of("select message ->> 'receiver' as name from caravan.alert_delivery where receiver = 'chat'")
                        .on(database)
                        .list(row -> row.getString("name")))
                .containsOnly("chat");
    }

    @Test
    void signalsOfOneKeyAreOneIncident() {
        for (int i = 0; i < 5; i++) {
            raise("acme/1", "severity=high", "provider=acme");
        }
        at("PT1M");
        sends("chat firing high: acme/1");
        assertThat(incidents.list(Map.of("provider", "acme"), false, 10))
                .singleElement()
                .satisfies(incident -> assertThat(incident.signals()).isEqualTo(5));
    }

    @Test
    void aGroupThatGrowsIsToldAgainAfterItsInterval() {
        raise("acme/1", "severity=high", "provider=acme");
        at("PT10S");
        sends("chat firing high: acme/1");
        raise("acme/2", "severity=high", "provider=acme");
        at("PT5M");
        sends();
        at("PT5M10S");
        sends("chat update high: acme/1 (and 1 more)");
    }

    @Test
    void whatIsCriticalDoesNotWaitForTheIntervalOfWhatWasLessGrave() {
        raise("acme/1", "severity=high", "team=mail", "provider=acme");
        at("PT10S");
        sends("mail firing high: acme/1");
        at("PT12S");
        raise("acme/2", "severity=critical", "team=mail", "provider=acme");
        sends("mail update critical: acme/2 (and 1 more)");
        at("PT14S");
        raise("acme/3", "severity=critical", "team=mail", "provider=acme");
        sends();
        at("PT42S");
        sends("mail update critical: acme/2 (and 2 more)");
    }

    @Test
    void whatIsCriticalIsToldBeforeWhatWasDueEarlier() {
        raise("acme/1", "severity=high", "provider=acme");
        raise("zeta/1", "severity=critical", "team=mail", "provider=zeta");
        sends("mail firing critical: zeta/1");
        at("PT5S");
        raise("zeta/2", "severity=critical", "team=mail", "provider=zeta");
        at("PT40S");
        notifier.look();
        assertThat(Query.of("select receiver from caravan.alert_delivery where state = 'QUEUED' order by id")
                        .on(database)
                        .list(row -> row.getString("receiver")))
                .containsExactly("mail", "chat");
    }

    @Test
    void whoKnowsOfAnIncidentHearsOfItsChangeWhereItWasTold() {
        raise("acme/1", "severity=high", "provider=acme");
        at("PT10S");
        sends("chat firing high: acme/1");
        at("PT1M");
        raise("acme/1", "severity=high", "provider=zeta");
        sends();
        at("PT5M10S");
        sends("chat update high: acme/1");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends("chat resolved high: acme/1");
    }

    @Test
    void theEndIsToldOnceAndOnlyToThoseWhoKnewOfTheBeginning() {
        raise("acme/1", "severity=high", "provider=acme");
        raise("zeta/1", "severity=high", "provider=zeta");
        at("PT5S");
        incidents.resolve(List.of("zeta/1"), "caravan", "");
        at("PT10S");
        sends("chat firing high: acme/1");
        at("PT20M");
        incidents.resolve(List.of("acme/1"), "caravan", "packets came");
        sends("chat resolved high: acme/1");
        at("PT10H");
        sends();
    }

    @Test
    void whatStaysOpenIsToldAgainUntilSomebodyTakesCareOfIt() {
        raise("acme/1", "severity=high", "provider=acme");
        at("PT10S");
        sends("chat firing high: acme/1");
        at("PT4H");
        sends();
        at("PT4H10S");
        sends("chat repeat high: acme/1");
        assertThat(incidents.acknowledge(number("acme/1"), "ada")).isTrue();
        at("PT9H");
        sends("chat update high: acme/1");
        at("PT20H");
        sends();
        assertThat(incidents.acknowledge(number("acme/1"), "grace")).isFalse();
    }

    @Test
    void whatComesBackSoonIsTheSameIncident() {
        raise("acme/1", "severity=high", "provider=acme");
        at("PT1M");
        sends("chat firing high: acme/1");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends("chat resolved high: acme/1");
        long first = incidents.list(Map.of(), true, 1).get(0).number();
        at("PT20M");
        raise("acme/1", "severity=high", "provider=acme");
        assertThat(number("acme/1")).isEqualTo(first);
        at("PT21M");
        sends("chat firing high: acme/1");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends("chat resolved high: acme/1");
        at("PT1H");
        raise("acme/1", "severity=high", "provider=acme");
        assertThat(number("acme/1")).isNotEqualTo(first);
    }

    @Test
    void anOutageHidesItsFleetsAndShowsThemWhenItIsOver() {
        raise("acme/1", "severity=high", "provider=acme", "kind=FLEET");
        at("PT5S");
        raise("acme", "severity=high", "provider=acme", "kind=PROVIDER");
        raise("acme/2", "severity=high", "provider=acme", "kind=FLEET");
        raise("zeta/1", "severity=high", "provider=zeta", "kind=FLEET");
        at("PT20S");
        sends("chat firing high: acme", "chat firing high: zeta/1");
        incidents.resolve(List.of("acme/2"), "caravan", "");
        at("PT1H");
        incidents.resolve(List.of("acme"), "caravan", "");
        sends("chat update high: acme/1");
    }

    @Test
    void anOutageNamesWhatItExplains() {
        for (int i = 10; i < 22; i++) {
            raise("watch/" + i, "severity=high", "provider=acme", "kind=FLEET", "fleet=acme/" + i);
        }
        raise("acme", "severity=high", "provider=acme", "kind=PROVIDER");
        at("PT10S");
        sends("chat firing high: acme");
        assertThat(told("acme").path("hides").asText())
                .isEqualTo("12 more alerts: acme/10, acme/11, acme/12, acme/13, acme/14, acme/15, acme/16, acme/17,"
                        + " acme/18, acme/19 and 2 others");
        Incident hidden = incidents.find(number("watch/10")).orElseThrow();
        Incident outage = desk().hiding(hidden).orElseThrow();
        assertThat(outage.key()).isEqualTo("acme");
        assertThat(desk().hiddenBy(outage, 100)).hasSize(12);
    }

    @Test
    void aRecoverySaysWhyAndAReopenedProblemThatItCameAgain() {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        at("PT10M");
        incidents.resolve(List.of("acme/1"), "caravan", "packets came after 10 min");
        sends("chat resolved critical: acme/1");
        assertThat(told("acme/1").path("ending").asText()).isEqualTo("packets came after 10 min");
        at("PT20M");
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        assertThat(told("acme/1").path("reopened").asInt()).isEqualTo(1);
        at("PT21M");
        incidents.resolve(number("acme/1"), "ada");
        sends("chat resolved critical: acme/1");
        assertThat(told("acme/1").path("ending").asText()).isEqualTo("resolved by ada");
    }

    /** What the newest message says of an incident. */
    private JsonNode told(String key) {
        JsonNode message = Query.of("select message::text from caravan.alert_delivery order by id desc limit 1")
                .on(database)
                .first(row -> Json.tree(row.getString(1)))
                .orElseThrow();
        return StreamSupport.stream(message.path("incidents").spliterator(), false)
                .findFirst()
                .or(() -> Optional.of(message.at("/ended/0")))
                .filter(incident -> incident.path("key").asText().equals(key))
                .orElseThrow();
    }

    @Test
    void aStormOfOneProviderIsOneMessageAndOneRecovery() {
        List<String> keys = IntStream.range(0, 2_000).mapToObj(i -> "acme/" + i).toList();
        for (int batch = 0; batch < 5; batch++) {
            incidents.raise(keys.stream()
                    .map(key -> signal(key, "severity=high", "provider=acme"))
                    .toList());
        }
        at("PT10S");
        sends("chat firing high: acme/0 (and 1999 more)");
        assertThat(incidents.list(Map.of(), false, 5_000))
                .hasSize(2_000)
                .allSatisfy(incident -> assertThat(incident.signals()).isEqualTo(5));
        at("PT30M");
        incidents.resolve(keys, "caravan", "");
        sends("chat resolved high: acme/0 (and 1999 more)");
        at("PT10H");
        sends();
    }

    @Test
    void whoTellsAndWhoHasNewsDoNotWaitForEachOther() throws Exception {
        raise("acme/1", "severity=high", "provider=acme");
        at("PT10S");
        ExecutorService others = Executors.newSingleThreadExecutor();
        try {
            Future<?> moving = database.inTransaction(connection -> {
                Group group = new GroupRepository(database).due(clock.instant()).orElseThrow();
                Future<?> other = others.submit(() -> raise("acme/1", "severity=high", "provider=zeta"));
                await().until(() -> other.isDone() || somebodyWaits());
                telling.flush(group, clock.instant());
                return other;
            });
            moving.get();
        } finally {
            others.shutdown();
        }
        sends("chat firing high: acme/1");
        at("PT5M10S");
        sends("chat update high: acme/1");
    }

    @Test
    void whatHidesAndWhatIsHiddenSeeEachOtherAlsoWhenTheyOpenAtOnce() throws Exception {
        ExecutorService others = Executors.newSingleThreadExecutor();
        try {
            Future<?> fleet = database.inTransaction(connection -> {
                raise("acme", "severity=high", "provider=acme", "kind=PROVIDER");
                Future<?> other = others.submit(() -> raise("acme/1", "severity=high", "provider=acme", "kind=FLEET"));
                await().until(() -> other.isDone() || somebodyWaits());
                return other;
            });
            fleet.get();
        } finally {
            others.shutdown();
        }
        at("PT10S");
        sends("chat firing high: acme");
    }

    @Test
    void nothingIsHiddenByWhatEndsAtThatMoment() throws Exception {
        raise("acme", "severity=high", "provider=acme", "kind=PROVIDER");
        ExecutorService others = Executors.newSingleThreadExecutor();
        try {
            Future<?> fleet = database.inTransaction(connection -> {
                incidents.resolve(List.of("acme"), "caravan", "");
                Future<?> other = others.submit(() -> raise("acme/1", "severity=high", "provider=acme", "kind=FLEET"));
                await().until(() -> other.isDone() || somebodyWaits());
                return other;
            });
            fleet.get();
        } finally {
            others.shutdown();
        }
        at("PT10S");
        sends("chat firing high: acme/1");
    }

    private boolean somebodyWaits() {
        return Query.of("select count(*) from pg_locks where not granted")
                        .on(database)
                        .first(row -> row.getLong(1))
                        .orElse(0L)
                > 0;
    }

    @Test
    void quietHoursHoldWhatIsNotCritical() {
        at("PT12H"); // 23:00 in Amsterdam
        raise("acme/1", "severity=high", "provider=acme");
        raise("acme/2", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/2");
        incidents.acknowledge(number("acme/2"), "ada");
        at("PT13H");
        sends("chat update critical: acme/2");
        at("PT20H"); // 07:00
        sends("chat firing high: acme/1");
    }

    @Test
    void whatIsLowWaitsForTheDigest() {
        raise("acme/1", "severity=low", "provider=acme");
        at("PT10H");
        raise("acme/2", "severity=low", "provider=acme");
        sends();
        at("PT21H"); // Tuesday 08:00 in Amsterdam
        sends("digest firing low: acme/1 (and 1 more)");
    }

    @Test
    void aDigestIsNotMadeEarlierByWhatEndsOrIsTakenCareOf() {
        raise("acme/1", "severity=low", "provider=acme");
        raise("acme/2", "severity=low", "provider=acme");
        raise("acme/3", "severity=low", "provider=acme");
        at("PT2H");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        incidents.acknowledge(number("acme/2"), "ada");
        at("PT20H59M");
        sends();
        at("PT21H");
        sends("digest firing low: acme/2 (and 1 more)");
        at("PT27H");
        incidents.resolve(List.of("acme/2"), "caravan", "");
        raise("acme/4", "severity=low", "provider=acme");
        at("PT44H59M");
        sends();
        at("PT45H");
        sends("digest update low: acme/3 (and 1 more)");
        at("PT46H");
        incidents.resolve(List.of("acme/3", "acme/4"), "caravan", "");
        at("PT68H");
        sends();
        at("PT69H");
        sends("digest resolved low: acme/3 (and 1 more)");
    }

    @Test
    void whatIsGraverAndEndsBeforeItIsToldDoesNotBringTheDigestForward() {
        raise("acme/1", "severity=low", "provider=acme", "team=both");
        raise("acme/2", "severity=high", "provider=acme", "team=both");
        at("PT5S");
        incidents.resolve(List.of("acme/2"), "caravan", "");
        at("PT4H59M");
        sends();
        at("PT5H"); // 16:00
        sends("both firing low: acme/1");
    }

    @Test
    void aDigestThatComesLateDoesNotMoveTheNextOne() {
        raise("acme/1", "severity=low", "provider=acme");
        at("PT24H"); // 11:00, after a pause
        sends("digest firing low: acme/1");
        raise("acme/1", "severity=low", "provider=zeta");
        at("PT44H59M");
        sends();
        at("PT45H"); // 08:00
        sends("digest update low: acme/1");
    }

    @Test
    void aDigestTwiceADayComesTwice() {
        raise("acme/1", "severity=low", "provider=acme", "team=both");
        at("PT5H"); // 16:00
        sends("both firing low: acme/1");
        at("PT6H");
        raise("acme/1", "severity=low", "provider=zeta", "team=both");
        at("PT20H59M");
        sends();
        at("PT21H"); // 08:00
        sends("both update low: acme/1");
    }

    @Test
    void whatEndsBeforeItIsToldDoesNotShortenTheWait() {
        raise("acme/1", "severity=medium", "provider=acme");
        raise("acme/2", "severity=medium", "provider=acme");
        at("PT1M");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        incidents.acknowledge(number("acme/2"), "ada");
        at("PT4M59S");
        sends();
        at("PT5M");
        sends("chat firing medium: acme/2");
    }

    @Test
    void whatNobodyAcknowledgesIsEscalated() {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        at("PT9M59S");
        sends();
        at("PT10M");
        sends("boss escalation critical: acme/1");
        at("PT30M");
        sends("mail escalation critical: acme/1");
        at("PT3H");
        sends();
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends("chat resolved critical: acme/1", "boss resolved critical: acme/1", "mail resolved critical: acme/1");
        raise("acme/2", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/2");
        incidents.resolve(List.of("acme/2"), "caravan", "");
        sends("chat resolved critical: acme/2");
    }

    @Test
    void whoWasToldByEscalationHearsThatSomebodyTakesCare() {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        at("PT10M");
        sends("boss escalation critical: acme/1");
        incidents.acknowledge(number("acme/1"), "ada");
        sends("chat update critical: acme/1", "boss update critical: acme/1");
    }

    @Test
    void whatIsToldByTwoIsEscalatedOnce() {
        raise("acme/1", "severity=critical", "provider=acme", "team=two");
        sends("mail firing critical: acme/1", "digest firing critical: acme/1");
        at("PT15M");
        sends("boss escalation critical: acme/1");
        at("PT1H");
        sends();
    }

    @Test
    void whatJoinsWhatSomebodyTakesCareOfIsEscalatedByItself() {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        incidents.acknowledge(number("acme/1"), "ada");
        sends("chat update critical: acme/1");
        at("PT20M");
        raise("acme/2", "severity=critical", "provider=acme");
        sends("chat update critical: acme/1 (and 1 more)");
        at("PT29M");
        sends();
        at("PT30M");
        sends("boss escalation critical: acme/2");
    }

    @Test
    void whatBecomesCriticalIsEscalatedByThePlaceThatItReachesThen() {
        raise("acme/1", "severity=high", "provider=acme");
        at("PT10S");
        sends("chat firing high: acme/1");
        at("PT1H");
        raise("acme/1", "severity=critical", "provider=acme");
        assertThat(sendAll()).contains("chat update critical: acme/1");
        at("PT1H10M");
        sends("boss escalation critical: acme/1");
    }

    @Test
    void aSilenceHoldsEscalationsToo() {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        at("PT5M");
        incidents.silence(
                Matchers.parse(List.of("provider=acme")), clock.instant(), START.plusSeconds(3_600), "ada", "");
        at("PT50M");
        sends();
        at("PT1H");
        sends("chat update critical: acme/1", "boss escalation critical: acme/1");
    }

    @Test
    void whatComesBackIsEscalatedAnew() {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        at("PT5M");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends("chat resolved critical: acme/1");
        at("PT8M");
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        at("PT17M");
        sends();
        at("PT18M");
        sends("boss escalation critical: acme/1");
    }

    @Test
    void whoComesOnCallHearsHowItGoesOn() {
        raise("acme/1", "severity=critical", "provider=acme", "team=turns");
        sends("ada/mail firing critical: acme/1");
        at("PT4H"); // since 11:30 in Amsterdam grace is on call
        sends("grace/digest repeat critical: acme/1");
        raise("acme/2", "severity=critical", "provider=acme", "team=turns");
        sends();
        at("PT4H30S");
        sends("grace/digest update critical: acme/1 (and 1 more)");
        incidents.resolve(List.of("acme/1", "acme/2"), "caravan", "");
        sends("grace/digest resolved critical: acme/1 (and 1 more)", "ada/mail resolved critical: acme/1 (and 1 more)");
    }

    @Test
    void whatWaitsAndIsHiddenMeanwhileIsNotTold() {
        at("PT12H"); // 23:00 in Amsterdam
        raise("acme/1", "severity=high", "provider=acme", "kind=FLEET");
        at("PT12H10S");
        sends();
        raise("acme", "severity=critical", "provider=acme", "kind=PROVIDER");
        sends("chat firing critical: acme");
        incidents.acknowledge(number("acme"), "ada");
        sends("chat update critical: acme");
        at("PT20H"); // 07:00
        sends();
        incidents.resolve(List.of("acme"), "caravan", "");
        sends("chat resolved critical: acme");
        at("PT20H10S");
        sends("chat firing high: acme/1");
    }

    @Test
    void whatWaitsAndIsSilencedMeanwhileIsNotTold() {
        at("PT12H"); // 23:00 in Amsterdam
        raise("acme/1", "severity=high", "provider=acme");
        raise("acme/2", "severity=high", "provider=acme");
        at("PT12H10S");
        sends();
        incidents.silence(
                Matchers.parse(List.of("key=acme/1")), clock.instant(), START.plus(Duration.ofHours(23)), "ada", "");
        at("PT20H"); // 07:00
        sends("chat firing high: acme/2");
        at("PT23H");
        sends("chat update high: acme/1 (and 1 more)");
    }

    @Test
    void whatWaitsGoesToWhereItsReceiverIsReachedNow(@TempDir Path folder) throws Exception {
        raise("acme/1", "severity=medium", "provider=acme", "team=alone");
        at("PT5M");
        failures.add(new SendFailedException("503", null, false, null));
        sends();
        routing = AlertsFile.read(Files.writeString(
                folder.resolve("alerts.yaml"), ROUTING.replace("boss:", "boss: {channel: mail, address: new}")));
        at("PT5M2S");
        sends("boss firing medium: acme/1");
        assertThat(addresses).containsExactly("new");
    }

    @Test
    void aSecondChannelOfOneKindKeepsItsOwnMessages() throws Exception {
        raise("acme/1", "severity=critical", "provider=acme", "team=mia");
        failures.add(new SendFailedException("550", null, true, null));
        failures.add(new SendFailedException("450", null, false, null));
        sends();
        route(ROUTING + "# saved\n" + "maintenance: [{match: provider=zeta, hours: \"SUN 02:00-04:00\"}]\n");
        at("PT2S");
        assertThat(sendAll()).contains("mia/mail-2 firing critical: acme/1");
        assertThat(addresses).containsOnlyOnce("mia@home.example").doesNotContain("mia@example.com");
    }

    @Test
    void whatWaitsFallsBackToWhomConfigSaysNow() throws Exception {
        raise("acme/1", "severity=critical", "provider=acme", "team=mail");
        failures.add(new SendFailedException("503", null, false, null));
        sends();
        route(ROUTING.replace("mail: {fallback: chat}", "mail: {fallback: [boss, chat]}"));
        at("PT20S");
        failures.add(new SendFailedException("503", null, false, null));
        failures.add(new SendFailedException("503", null, false, Duration.ofSeconds(1)));
        sends();
        route(ROUTING.replace("mail: {fallback: chat}", "mail: {fallback: digest}"));
        at("PT40S");
        failures.add(new SendFailedException("503", null, false, null));
        assertThat(sendAll()).contains("digest firing critical: acme/1");
    }

    @Test
    void whatIsNotConfirmedIsToldToWhomConfigSaysNow() throws Exception {
        raise("acme/1", "severity=critical", "provider=acme", "team=sms");
        sends("sms firing critical: acme/1");
        route(ROUTING.replace("fallback: boss, confirm: 2m", "fallback: digest, confirm: 2m"));
        at("PT2M");
        sends("digest firing critical: acme/1");
    }

    @Test
    void whatIsSentAgainGoesToTheNewAddressAndSaysWhatHoldsNow(@TempDir Path folder) throws Exception {
        for (int i = 1; i <= 2; i++) {
            raise("acme/" + i, "severity=critical", "provider=p" + i, "team=alone");
            failures.add(new SendFailedException("404", null, true, null));
        }
        sends();
        raise("acme/3", "severity=critical", "provider=p1", "team=alone");
        at("PT30S");
        failures.add(new SendFailedException("404", null, true, null));
        sendAll();
        incidents.resolve(List.of("acme/2", "acme/3"), "caravan", "");
        failures.add(new SendFailedException("404", null, true, null));
        failures.add(new SendFailedException("404", null, true, null));
        sendAll();
        routing = AlertsFile.read(Files.writeString(
                folder.resolve("alerts.yaml"), ROUTING.replace("boss:", "boss: {channel: mail, address: new}")));
        assertThat(desk().resend(Optional.of("boss"))).isEqualTo(2);
        sends("boss update critical: acme/1", "boss resolved critical: acme/2");
        assertThat(addresses).endsWith("new", "new");
        assertThat(desk().resend(Optional.of("boss"))).isZero();
    }

    @Test
    void whatTwoNodesOpenAgainAtOnceIsReopenedOnce() {
        raise("acme/1", "severity=high", "team=alone");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        CompletableFuture<Void> other = database.inTransaction(connection -> {
            raise("acme/1", "severity=high", "team=alone");
            CompletableFuture<Void> blocked =
                    CompletableFuture.runAsync(() -> raise("acme/1", "severity=high", "team=alone"));
            await().until(() -> Query.of("select count(*) from pg_locks where not granted")
                            .on(database)
                            .first(row -> row.getLong(1))
                            .orElseThrow()
                    > 0);
            return blocked;
        });
        other.join();
        assertThat(incidents.find(number("acme/1")).orElseThrow()).satisfies(incident -> {
            assertThat(incident.reopened()).isEqualTo(1);
            assertThat(incident.signals()).isEqualTo(3);
        });
    }

    @Test
    void whatIsAcknowledgedIsNotEscalated() {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        at("PT5M");
        incidents.acknowledge(number("acme/1"), "ada");
        at("PT1H");
        sends("chat update critical: acme/1");
    }

    @Test
    void aSilenceHoldsMessagesAndTellsWhatIsStillOpenAtItsEnd() {
        incidents.silence(
                Matchers.parse(List.of("provider=acme")),
                START,
                START.plus(Duration.ofHours(1)),
                "ada",
                "they migrate");
        raise("acme/1", "severity=high", "provider=acme");
        raise("acme/2", "severity=high", "provider=acme");
        raise("zeta/1", "severity=high", "provider=zeta");
        at("PT10S");
        sends("chat firing high: zeta/1");
        at("PT30M");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends();
        at("PT1H");
        sends("chat firing high: acme/2");
    }

    @Test
    void whatWasToldAndThenSilencedIsToldAtTheEndOfTheSilence() {
        raise("acme/1", "severity=medium", "provider=acme");
        raise("zeta/1", "severity=medium", "provider=zeta");
        raise("beta/1", "severity=medium", "provider=beta");
        at("PT5M");
        assertThat(sendAll()).hasSize(3);
        silence("provider=acme", "PT1H", "PT2H");
        long mistyped = silence("provider=zeta", "PT5M", "P30D");
        incidents.acknowledge(number("beta/1"), "ada");
        sends("chat update medium: beta/1");
        silence("provider=beta", "PT5M", "PT3H");
        at("PT119M");
        sends();
        at("PT2H");
        sends("chat update medium: acme/1");
        assertThat(incidents.unsilence(mistyped, "ada")).isPresent();
        assertThat(incidents.unsilence(mistyped, "ada")).isEmpty();
        at("PT125M");
        sends("chat update medium: zeta/1");
        at("PT4H");
        sends();
    }

    @Test
    void aSilenceThatEndsEarlyTellsWhatNobodyKnows() {
        long silence = silence("provider=acme", "PT0S", "P30D");
        raise("acme/1", "severity=high", "provider=acme");
        at("PT10S");
        sends();
        at("PT1H");
        incidents.unsilence(silence, "ada");
        at("PT1H10S");
        sends("chat firing high: acme/1");
        assertThat(incidents.silences()).isEmpty();
    }

    @Test
    void aTenantIsToldWhatCustomersAreToKnowOnly() throws Exception {
        route(ROUTING.replace("people:\n", """
                people:
                  acme: {kind: tenant, channels: [{mail: it@acme.example}], subscribe: ["tenant=acme"]}
                """));
        incidents.raise(List.of(new Signal(
                "acme/1",
                Severity.HIGH,
                Map.of("tenant", "acme", "provider", "acme", "cause", "unpaid bill", "severity", "high"),
                "acme/1 is silent since the bill is unpaid",
                "{\"draft\": \"We get no data of your fleet since nine.\", \"evidence\": \"HTTP 402\"}",
                clock.instant(),
                1)));
        at("PT10S");
        sends(
                "chat firing high: acme/1 is silent since the bill is unpaid",
                "acme/mail firing high: We get no data of your fleet since nine.");
        String told = Query.of("select message::text from caravan.alert_delivery where receiver = 'acme/mail'")
                .on(database)
                .first(row -> row.getString(1))
                .orElseThrow();
        assertThat(told).doesNotContain("bill", "402", "provider");
        assertThat(routing.receiver("acme/mail").orElseThrow().answering().may())
                .isEmpty();
    }

    @Test
    void whatIsOverIsForgottenAndWhatIsOpenNever() {
        raise("acme/1", "severity=critical", "provider=acme");
        raise("acme/2", "severity=critical", "provider=zeta");
        sends("chat firing critical: acme/1", "chat firing critical: acme/2");
        long silence = silence("provider=beta", "PT0S", "PT1H");
        at("PT1H");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        assertThat(sendAll()).contains("chat resolved critical: acme/1");
        at("P90DT30M");
        sendAll();
        assertThat(incidents.list(Map.of(), true, 10)).hasSize(2);
        at("P90DT2H");
        sendAll();
        assertThat(incidents.list(Map.of(), true, 10)).extracting(Incident::key).containsExactly("acme/2");
        assertThat(Query.of("select message ->> 'summary' as summary from caravan.alert_delivery where due_at <= '"
                                + START + "'")
                        .on(database)
                        .list(row -> row.getString("summary")))
                .containsExactly("acme/2");
        assertThat(Query.of("select count(*) from caravan.alert_silence where id = " + silence)
                        .on(database)
                        .first(row -> row.getLong(1)))
                .contains(0L);
        raise("acme/1", "severity=critical", "provider=acme");
        assertThat(sendAll()).contains("chat firing critical: acme/1");
    }

    @Test
    void atTheHoursOfMaintenanceNothingIsToldAndAtTheirEndWhatIsStillOpen() throws Exception {
        route(ROUTING + """
                maintenance:
                  - {match: provider=acme, hours: "* 12:00-14:00", why: they load}
                """);
        raise("acme/1", "severity=high", "provider=acme");
        at("PT10S"); // 11:00 in Amsterdam
        sends("chat firing high: acme/1");
        at("PT90M");
        raise("acme/2", "severity=critical", "provider=acme");
        sends();
        assertThat(incidents.silencedUntil(incidents.find(number("acme/2")).orElseThrow()))
                .contains(START.plus(Duration.ofHours(3)));
        at("PT2H59M");
        sends();
        at("PT3H");
        sends("chat firing critical: acme/2", "chat update high: acme/1");
        incidents.resolve(List.of("acme/2"), "caravan", "");
        sends("chat resolved critical: acme/2");
        at("PT26H");
        sends();
        at("PT27H");
        sends("chat update high: acme/1");
    }

    private long silence(String matcher, String from, String until) {
        return incidents.silence(
                Matchers.parse(List.of(matcher)),
                START.plus(Duration.parse(from)),
                START.plus(Duration.parse(until)),
                "ada",
                "they migrate");
    }

    @Test
    void aMessageIsTriedAgainAfterAsLongAsTheServiceAsks() {
        raise("acme/1", "severity=critical", "provider=acme");
        failures.add(new SendFailedException("429", null, false, Duration.ofSeconds(40)));
        sends();
        at("PT39S");
        sends();
        at("PT40S");
        sends("chat firing critical: acme/1");
    }

    @Test
    void whoWaitsForAServiceThatWantsToBeLeftAloneForLongIsToldElsewhere() {
        raise("acme/1", "severity=critical", "provider=p1", "team=mail");
        failures.add(new SendFailedException("429", null, false, Duration.ofMinutes(10)));
        sends("chat firing critical: acme/1");
        at("PT5S");
        raise("acme/2", "severity=critical", "provider=p2", "team=mail");
        sends("chat firing critical: acme/2");
        assertThat(desk().lines()).singleElement().satisfies(line -> {
            assertThat(line.state()).isEqualTo(LineState.RESTING);
            assertThat(line.until()).contains(START.plusSeconds(600));
        });
        desk().test("mail");
        assertThat(sendAll()).contains("mail test low: This is a test of mail; nothing is wrong");
        assertThat(desk().lines()).isEmpty();
    }

    @Test
    void theServiceIsUnwellWhileACriticalAlertWaitsForAServiceAndNobodyElseIsNamed() {
        raise("acme/1", "severity=medium", "provider=p1", "team=alone");
        at("PT5M");
        failures.add(new SendFailedException("429", null, false, Duration.ofDays(30)));
        sends();
        at("PT6M");
        raise("acme/2", "severity=critical", "provider=p2", "team=alone");
        sends();
        assertThat(desk().unreached()).isEmpty();
        at("PT6M15S");
        sends();
        assertThat(desk().unreached())
                .singleElement()
                .satisfies(unreached -> assertThat(unreached.error()).isEqualTo("429"));
        at("PT1H4M59S");
        sends();
        at("PT1H5M");
        assertThat(sendAll()).contains("boss firing critical: acme/2");
        assertThat(desk().unreached()).isEmpty();
    }

    @Test
    void whatIsCriticalGoesAheadOfThePaceButNotBeforeTheServiceWantsIt() {
        pace = new Pace(Duration.ofSeconds(10), false);
        raise("acme/1", "severity=critical", "provider=acme");
        failures.add(new SendFailedException("429", null, false, Duration.ofSeconds(12)));
        sends();
        at("PT11S");
        sends();
        at("PT12S");
        sends("chat firing critical: acme/1");
    }

    @Test
    void patienceCountsFromWhenAMessageCouldGo() {
        raise("acme/1", "severity=critical", "provider=acme", "team=mail");
        sends("mail firing critical: acme/1");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends("mail resolved critical: acme/1");
        at("PT20M");
        raise("acme/1", "severity=critical", "provider=acme", "team=mail");
        failures.add(new SendFailedException("503", null, false, null));
        sends();
        at("PT20M2S");
        sends("mail firing critical: acme/1");
        assertThat(took).containsExactly(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(2));
    }

    @Test
    void whoIsToldInsteadHasPatienceOfItsOwn() {
        raise("acme/1", "severity=critical", "provider=acme", "team=mail");
        for (int second = 0; second < 15; second += 5) {
            at("PT" + second + "S");
            failures.add(new SendFailedException("503", null, false, null));
            sends();
        }
        at("PT16S");
        failures.add(new SendFailedException("503", null, false, null));
        failures.add(new SendFailedException("503", null, false, null));
        sends();
        at("PT18S");
        assertThat(sendAll()).contains("chat firing critical: acme/1");
        assertThat(desk().unreached()).isEmpty();
    }

    @Test
    void theTimeToAMessageCountsFromWhatItsReceiverDidNotKnow() {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        at("PT10S");
        raise("acme/2", "severity=critical", "provider=acme");
        at("PT20S");
        raise("acme/1", "severity=critical", "provider=acme");
        at("PT30S");
        sends("chat update critical: acme/1 (and 1 more)");
        incidents.silence(
                Matchers.parse(List.of("provider=beta")),
                clock.instant(),
                clock.instant().plusSeconds(300),
                "ada",
                "");
        raise("beta/1", "severity=critical", "provider=beta");
        at("PT5M30S");
        sends("chat firing critical: beta/1");
        assertThat(took).containsExactly(Duration.ZERO, Duration.ofSeconds(20), Duration.ZERO);
    }

    @Test
    void whatSaysSomethingElseThanAtAnEarlierTryHasAnotherKey() {
        raise("acme/1", "severity=critical", "provider=acme");
        failures.add(new SendFailedException("the answer was cut", null, false, null));
        sends();
        incidents.resolve(List.of("acme/1"), "caravan", "");
        at("PT2S");
        sends("chat resolved critical: acme/1");
        String id = desk().deliveries(false, Optional.of("chat"), 1).get(0).id().toString();
        assertThat(keys).containsExactly(id, id + ".1");
    }

    @Test
    void whereAChannelFailsForGoodTheNextOneIsTold() {
        raise("acme/1", "severity=high", "provider=acme", "team=mail");
        failures.add(new SendFailedException("404", null, true, null));
        at("PT10S");
        sends("chat firing high: acme/1");
        at("PT1M");
        sends("chat firing high: Alerts don't reach mail by mail");
        assertThat(Query.of("select state, error from caravan.alert_delivery where receiver = 'mail'")
                        .on(database)
                        .list(row -> row.getString("state") + " " + row.getString("error")))
                .containsExactly("FAILED 404");
    }

    @Test
    void whatWaitsForBeingSentSaysWhatHoldsWhenItIsSent() {
        raise("acme/1", "severity=critical", "provider=acme");
        failures.add(new SendFailedException("503", null, false, Duration.ofMinutes(1)));
        sends();
        at("PT10S");
        raise("acme/2", "severity=critical", "provider=acme");
        at("PT40S");
        sends();
        at("PT1M1S");
        sends("chat firing critical: acme/1 (and 1 more)");
    }

    @Test
    void whereNoRouteServesAChannelTheNextReceiverIsTold() {
        raise("acme/1", "severity=medium", "team=pager");
        at("PT5M");
        sends();
        List<String> later = new ArrayList<>();
        for (int minute = 6; minute < 45; minute++) {
            at("PT" + minute + "M");
            later.addAll(sendAll());
        }
        assertThat(later)
                .containsExactly("chat firing medium: acme/1", "chat firing high: Alerts don't reach pager by pager");
    }

    @Test
    void whatAnotherNodeServesIsLeftToIt() {
        Channels others = new Channels();
        others.add(new Recorder("pager"));
        ServedChannels there = new ServedChannels(database, clock, others, Duration.ofSeconds(5));
        raise("acme/1", "severity=high", "team=pager");
        for (int minute = 1; minute < 10; minute++) {
            at("PT" + minute + "M");
            there.renew();
            sends();
        }
        at("PT9M29S");
        sends();
        at("PT9M30S");
        sends("chat firing high: acme/1");
    }

    @Test
    void whoHasJustBegunWaitsForThoseWhoMayServeAChannel() {
        raise("acme/1", "severity=high", "team=pager");
        at("PT10S");
        sends();
        at("PT1H");
        notifier = notifier();
        sends();
        at("PT1H29S");
        sends();
        at("PT1H30S");
        sends("chat firing high: acme/1");
    }

    @Test
    void aRecoveryNeverOvertakesItsProblem() {
        raise("acme/1", "severity=critical", "provider=acme");
        failures.add(new SendFailedException("503", null, false, Duration.ofMinutes(1)));
        sends();
        at("PT10S");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends();
        at("PT1M1S");
        sends("chat resolved critical: acme/1");
        at("PT2H");
        sends();
    }

    @Test
    void aNightIsToldInOneMessage() {
        at("PT12H"); // 23:00 in Amsterdam
        raise("acme/1", "severity=high", "provider=acme");
        at("PT13H");
        sends();
        raise("acme/2", "severity=high", "provider=acme");
        at("PT14H");
        sends();
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends();
        at("PT20H"); // 07:00
        sends("chat firing high: acme/2");
    }

    @Test
    void aMessageOfANodeThatDiedIsSentAgain() {
        raise("acme/1", "severity=critical", "provider=acme");
        assertThat(new DeliveryRepository(database)
                        .claim("chat", Pace.ANY, Lane.CRITICAL, Duration.ofMinutes(2), clock.instant()))
                .isPresent();
        sends();
        at("PT2M");
        sends("chat firing critical: acme/1");
    }

    @Test
    void aChannelThatFailsFiveTimesInARowRestsAndItsMessagesGoToTheFallback() {
        for (int i = 1; i <= 5; i++) {
            raise("acme/" + i, "severity=high", "provider=p" + i, "team=mail");
            failures.add(new SendFailedException("no connection", null, false, null));
        }
        at("PT10S");
        sends();
        at("PT12S");
        assertThat(sendAll())
                .contains("chat firing high: acme/1", "chat firing high: acme/5")
                .noneMatch(message -> message.startsWith("mail"));
        assertThat(desk().lines()).singleElement().satisfies(line -> {
            assertThat(line.channel()).isEqualTo("mail");
            assertThat(line.state()).isEqualTo(LineState.RESTING);
            assertThat(line.until()).contains(START.plusSeconds(40));
        });
        at("PT30S");
        raise("acme/6", "severity=critical", "provider=p6", "team=mail");
        sends("chat firing critical: acme/6", "chat firing high: Alerts don't reach mail by mail");
    }

    @Test
    void aChannelThatRestedIsTriedWithOneMessage() {
        for (int i = 1; i <= 6; i++) {
            raise("acme/" + i, "severity=medium", "provider=p" + i, "team=alone");
        }
        IntStream.range(0, 5).forEach(i -> failures.add(new SendFailedException("no connection", null, false, null)));
        at("PT5M");
        sends();
        at("PT5M29S");
        sends();
        at("PT5M31S");
        failures.add(new SendFailedException("still none", null, false, null));
        sends();
        assertThat(failures).isEmpty();
        at("PT6M30S");
        sends();
        at("PT6M32S");
        assertThat(sendAll()).hasSize(6).allMatch(message -> message.startsWith("boss firing medium"));
        assertThat(desk().lines()).isEmpty();
    }

    @Test
    void whereThereIsNothingToSendToNothingIsSentUntilSomebodyTriesByHand() {
        raise("acme/1", "severity=medium", "provider=p1", "team=alone");
        raise("acme/2", "severity=medium", "provider=p2", "team=alone");
        failures.add(SendFailedException.gone("404 Unknown Webhook"));
        at("PT5M");
        sends();
        at("PT5M10S");
        sends("chat firing high: Alerts don't reach boss by boss");
        at("P2D");
        raise("acme/3", "severity=medium", "provider=p3", "team=alone");
        at("P2DT5M");
        assertThat(sendAll()).noneMatch(message -> message.startsWith("boss"));
        assertThat(desk().lines())
                .singleElement()
                .satisfies(line -> assertThat(line.state()).isEqualTo(LineState.STOPPED));

        desk().test("boss");
        assertThat(sendAll()).contains("boss test low: This is a test of boss; nothing is wrong");
        assertThat(desk().lines()).isEmpty();
        int resent = desk().resend(Optional.of("boss"));
        assertThat(sendAll()).filteredOn(message -> message.startsWith("boss")).hasSize(resent);
    }

    @Test
    void whatHasMovedIsFollowedAndReported() {
        raise("acme/1", "severity=medium", "provider=p1", "team=alone");
        failures.add(SendFailedException.moved("migrated", "-100123"));
        at("PT5M");
        sends("boss firing medium: acme/1");
        assertThat(addresses).containsExactly("-100123");
        assertThat(incidents.list(Map.of("kind", "CHANNEL"), false, 1).get(0).summary())
                .isEqualTo("boss has a new address in boss: -100123");
    }

    @Test
    void theServiceIsUnwellWhileNobodyKnowsOfACriticalAlert() {
        raise("acme/1", "severity=critical", "provider=acme", "team=mail");
        failures.add(new SendFailedException("404", null, true, null));
        failures.add(new SendFailedException("no connection", null, false, null));
        sends();
        assertThat(desk().unreached()).isEmpty();
        at("PT14S");
        failures.add(new SendFailedException("no connection", null, false, null));
        sendAll();
        assertThat(desk().unreached()).singleElement().satisfies(unreached -> {
            assertThat(unreached.receiver()).isEqualTo("chat");
            assertThat(unreached.number()).isEqualTo(number("acme/1"));
        });
        at("PT1M");
        assertThat(sendAll()).contains("chat firing critical: acme/1");
        assertThat(desk().unreached()).isEmpty();
    }

    @Test
    void whoAcknowledgesKnows() {
        raise("acme/1", "severity=critical", "provider=acme", "team=alone");
        failures.add(new SendFailedException("401", null, true, null));
        sendAll();
        assertThat(desk().unreached()).hasSize(1);
        incidents.acknowledge(number("acme/1"), "ada");
        assertThat(desk().unreached()).isEmpty();
    }

    @Test
    void whatIsCriticalGoesAheadOfThePaceAndOfALongQueue() {
        pace = new Pace(Duration.ofSeconds(1), false);
        for (int i = 0; i < 5; i++) {
            raise("acme/" + i, "severity=medium", "provider=p" + i);
        }
        at("PT5M");
        assertThat(sendAll()).singleElement().asString().startsWith("chat firing medium");
        raise("acme/x", "severity=critical", "provider=px");
        sends("chat firing critical: acme/x");
        at("PT5M1S");
        sends();
        at("PT5M2S");
        assertThat(sendAll()).singleElement().asString().startsWith("chat firing medium");
    }

    @Test
    void whatFlapsIsToldOnceAndThenNotUntilItIsStable() {
        opensAndResolves("acme/1", 0, 5);
        opensAndResolves("acme/1", 10, 15);
        opensAndResolves("acme/1", 20, 25);
        at("PT30M");
        raise("acme/1", "severity=high", "provider=acme");
        at("PT30M20S");
        sends("chat firing high: acme/1 (flapping: opened 4 times in 30 min; told again when stable)");
        for (int minute = 31; minute < 60; minute += 2) {
            at("PT" + minute + "M");
            incidents.resolve(List.of("acme/1"), "caravan", "");
            sends();
            at("PT" + (minute + 1) + "M");
            raise("acme/1", "severity=high", "provider=acme");
            sends();
        }
        at("PT60M30S");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        at("PT90M29S");
        sends();
        at("PT90M30S");
        sends("chat resolved high: acme/1");
        at("PT5H");
        sends();
    }

    @Test
    void whatFlappedAndStaysOpenIsToldToBeStable() {
        opensAndResolves("acme/1", 0, 5);
        opensAndResolves("acme/1", 10, 15);
        opensAndResolves("acme/1", 20, 25);
        at("PT30M");
        raise("acme/1", "severity=high", "provider=acme");
        incidents.acknowledge(number("acme/1"), "ada");
        at("PT31M");
        assertThat(sendAll()).hasSize(1);
        incidents.resolve(List.of("acme/1"), "caravan", "");
        at("PT35M");
        raise("acme/1", "severity=high", "provider=acme");
        assertThat(incidents.find(number("acme/1")).orElseThrow().acknowledgedBy())
                .contains("ada");
        at("PT64M59S");
        sends();
        at("PT65M");
        sends("chat update high: acme/1");
        at("PT9H");
        sends();
    }

    @Test
    void whatFlapsIsToldWhenItBecomesGraver() {
        opensAndResolves("acme/1", 0, 5);
        opensAndResolves("acme/1", 10, 15);
        opensAndResolves("acme/1", 20, 25);
        at("PT30M");
        raise("acme/1", "severity=high", "provider=acme");
        at("PT31M");
        sendAll();
        incidents.resolve(List.of("acme/1"), "caravan", "");
        at("PT32M");
        raise("acme/1", "severity=critical", "provider=acme");
        assertThat(sendAll()).singleElement().asString().startsWith("chat update critical: acme/1 (flapping");
    }

    private void opensAndResolves(String key, int opens, int resolves) {
        at("PT" + opens + "M");
        raise(key, "severity=high", "provider=acme");
        at("PT" + resolves + "M");
        sends("chat firing high: " + key);
        incidents.resolve(List.of(key), "caravan", "");
        sends("chat resolved high: " + key);
    }

    @Test
    void aSignOfLifeIsGivenOnceForAllNodes() {
        giveSignsOfLife();
        sends("pulse heartbeat low: Caravan is alive");
        sends();
        at("PT59S");
        sends();
        at("PT1M");
        sends("pulse heartbeat low: Caravan is alive");
        at("PT3M");
        sends("pulse heartbeat low: Caravan is alive");
    }

    @Test
    void aSignOfLifeIsWithheldWhileSomethingVitalDoesNotWork() {
        giveSignsOfLife();
        sends("pulse heartbeat low: Caravan is alive");
        trouble = Optional.of("The watchdog has not looked at the fleets for 300 s");
        at("PT5M");
        sends();
        trouble = Optional.empty();
        sends("pulse heartbeat low: Caravan is alive");
    }

    @Test
    void aSignOfLifeIsWithheldWhileMessagesDoNotGo() {
        giveSignsOfLife();
        raise("acme/1", "severity=critical", "team=mail");
        at("PT2M");
        notifier.look();
        assertThat(beats()).isEqualTo(1);
        at("PT4M");
        notifier.look();
        assertThat(beats()).isZero();
    }

    @Test
    void aSignOfLifeIsWithheldAlsoWhereMessagesHaveGoneBefore() {
        raise("zeta/1", "severity=critical", "team=mail");
        sends("mail firing critical: zeta/1");
        incidents.resolve(List.of("zeta/1"), "caravan", "");
        sends("mail resolved critical: zeta/1");
        aSignOfLifeIsWithheldWhileMessagesDoNotGo();
    }

    @Test
    void whatCameWhileNobodyWasNamedIsToldOnceSomebodyIs() throws Exception {
        routing = AlertRouting.NOBODY;
        raise("acme/1", "severity=critical", "provider=acme");
        sends();
        assertThat(desk().unreached())
                .singleElement()
                .satisfies(unreached -> assertThat(unreached.sentence())
                        .endsWith(
                                "acme/1: config/alerts.yaml names nobody who hears of it. Tell them in another way and caravan alert ack "
                                        + number("acme/1") + ", or name somebody there."));
        route(ROUTING);
        sends("chat firing critical: acme/1");
        assertThat(desk().unreached()).isEmpty();
    }

    @Test
    void whatAReceiverKnewThatIsGoneGoesWhereItIsRoutedNow() throws Exception {
        raise("acme/1", "severity=high", "provider=acme", "team=alone");
        at("PT10S");
        sends("boss firing high: acme/1");
        raise("acme/2", "severity=high", "provider=acme", "team=alone");
        route(ROUTING.replace("boss", "mail2").replace("mail2:", "mail2: {channel: boss}"));
        at("PT20S");
        sends();
        at("PT30S");
        sends("mail2 firing high: acme/1 (and 1 more)");
        incidents.resolve(List.of("acme/1", "acme/2"), "caravan", "");
        at("PT10M");
        sends("mail2 resolved high: acme/1 (and 1 more)");
    }

    @Test
    void aRouteThatIsPutBeforeAnotherDoesNotTakeItsGroups() throws Exception {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        route(ROUTING.replace("routes:\n", "routes:\n    - match: severity=none\n      to: boss\n"));
        at("PT10M");
        sends("boss escalation critical: acme/1");
    }

    @Test
    void aPlaceWithOtherConditionsGoesOnWithItsGroupsAndEscalatesOnce() throws Exception {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        at("PT5M");
        route(ROUTING.replace(
                "    - match: severity=critical\n",
                "    - match: [severity=critical, provider!=none]\n      to: [chat, digest]\n"));
        sends("digest firing critical: acme/1");
        raise("acme/2", "severity=critical", "provider=acme");
        at("PT6M");
        sends("chat update critical: acme/1 (and 1 more)", "digest update critical: acme/1 (and 1 more)");
        at("PT10M");
        sends("boss escalation critical: acme/1 (and 1 more)");
        at("PT16M");
        sends();
    }

    @Test
    void whatIsRoutedElsewhereNowIsEscalatedAsThatPlaceSays() throws Exception {
        raise("acme/1", "severity=critical", "provider=acme");
        sends("chat firing critical: acme/1");
        at("PT5M");
        route(ROUTING.replace("    - match: severity=critical\n", """
                    - match: [severity=critical, provider=acme]
                      escalate: [{after: 20m, to: digest}]
                    - match: severity=critical
                """));
        sends();
        at("PT19M59S");
        sends();
        at("PT20M");
        sends("digest escalation critical: acme/1");
    }

    @Test
    void whatIsToldAlreadyIsEscalatedWhereConfigSaysSoOnlyNow() throws Exception {
        raise("acme/1", "severity=critical", "provider=acme", "team=alone");
        sends("boss firing critical: acme/1");
        at("PT5M");
        route(ROUTING.replace(
                "    - match: team=alone\n", "    - match: team=alone\n      escalate: [{after: 8m, to: digest}]\n"));
        sends();
        at("PT8M");
        sends("digest escalation critical: acme/1");
        at("PT2H");
        sends();
    }

    @Test
    void whoKnowsAlreadyIsToldByEscalationInTheSameGroupAndHearsTheEndOnce() throws Exception {
        route(ROUTING.replace("    - match: severity=critical\n", """
                    - match: severity=critical
                      to: [boss]
                      continue: true
                      escalate: []
                    - match: severity=critical
                """));
        raise("acme/1", "severity=critical", "provider=acme");
        sends("boss firing critical: acme/1", "chat firing critical: acme/1");
        at("PT10M");
        sends("boss escalation critical: acme/1");
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends("boss resolved critical: acme/1", "chat resolved critical: acme/1");
        at("PT5H");
        sends();
    }

    private void route(String text) throws Exception {
        routing = AlertsFile.read(Files.writeString(folder.resolve("alerts.yaml"), text));
    }

    @Test
    void whatIsNotConfirmedInTimeIsToldToTheNextReceiverOnce() {
        raise("acme/1", "severity=critical", "provider=acme", "team=sms");
        sends("sms firing critical: acme/1");
        at("PT1M59S");
        sends();
        at("PT2M");
        sends("boss firing critical: acme/1");
        assertThat(incidents.history(incidents.find(number("acme/1")).orElseThrow()))
                .last()
                .asString()
                .endsWith("unconfirmed by caravan: sms has not confirmed in time; told boss");
        assertThat(confirmations.failed("mail", toSms().id(), "undelivered")).isEqualTo(Confirmations.Reception.TAKEN);
        assertThat(toSms().state()).isEqualTo(DeliveryState.FAILED);
        at("PT10M");
        sends();
        incidents.resolve(List.of("acme/1"), "caravan", "");
        sends("sms resolved critical: acme/1", "boss resolved critical: acme/1");
        at("PT12M");
        sends();
    }

    @Test
    void whatIsConfirmedOrAcknowledgedIsNotToldToTheNextReceiver() {
        raise("acme/1", "severity=critical", "provider=acme", "team=sms");
        sends("sms firing critical: acme/1");
        assertThat(confirmations.confirmed("mail", toSms().id(), DeliveryState.DELIVERED))
                .isEqualTo(Confirmations.Reception.TAKEN);
        raise("zeta/1", "severity=critical", "provider=zeta", "team=sms");
        sends("sms firing critical: zeta/1");
        incidents.acknowledge(number("zeta/1"), "ada");
        at("PT5M");
        sends("sms update critical: zeta/1");
        at("PT10M");
        sends();
    }

    @Test
    void aPersonIsToldByTheNextChannelUntilOneIsConfirmed() {
        raise("acme/1", "severity=critical", "provider=acme", "team=eve");
        sends("eve/mail firing critical: acme/1");
        at("PT2M");
        sends("eve/pulse firing critical: acme/1");
        at("PT4M");
        sends("eve/digest firing critical: acme/1");
        at("PT10M");
        sends();
        raise("zeta/1", "severity=critical", "provider=zeta", "team=eve");
        sends("eve/mail firing critical: zeta/1");
        incidents.acknowledge(number("zeta/1"), "eve");
        at("PT13M");
        sends("eve/mail update critical: zeta/1");
    }

    @Test
    void whatIsReadIsDeliveredWhateverComesFirst() {
        raise("acme/1", "severity=critical", "provider=acme", "team=sms");
        sends("sms firing critical: acme/1");
        at("PT10S");
        confirmations.confirmed("mail", toSms().id(), DeliveryState.READ);
        at("PT20S");
        confirmations.confirmed("mail", toSms().id(), DeliveryState.DELIVERED);
        confirmations.failed("mail", toSms().id(), "too late");
        assertThat(toSms()).satisfies(row -> {
            assertThat(row.state()).isEqualTo(DeliveryState.READ);
            assertThat(row.readAt()).contains(START.plusSeconds(10));
            assertThat(row.deliveredAt()).contains(START.plusSeconds(10));
            assertThat(row.tries()).isEqualTo(1);
        });
        assertThat(confirmations.confirmed("chat", toSms().id(), DeliveryState.READ))
                .isEqualTo(Confirmations.Reception.UNKNOWN);
    }

    @Test
    void whatDoesNotArriveAlthoughItWasTakenIsToldToTheNextReceiver() {
        raise("acme/1", "severity=critical", "provider=acme", "team=sms");
        sends("sms firing critical: acme/1");
        confirmations.failed("mail", toSms().id(), "undelivered");
        confirmations.failed("mail", toSms().id(), "undelivered");
        sends("boss firing critical: acme/1");
        assertThat(toSms()).satisfies(row -> {
            assertThat(row.state()).isEqualTo(DeliveryState.FAILED);
            assertThat(row.error()).contains("undelivered");
            assertThat(row.tries()).isEqualTo(1);
        });
        at("PT10S");
        sends("chat firing high: Alerts don't reach sms by mail");
    }

    @Test
    void whatIsBeingTriedAgainCantBeConfirmedYet() {
        raise("acme/1", "severity=critical", "provider=acme", "team=sms");
        failures.add(new SendFailedException("no answer", null, false, Duration.ofSeconds(10)));
        sends();
        assertThat(confirmations.confirmed("mail", toSms().id(), DeliveryState.DELIVERED))
                .isEqualTo(Confirmations.Reception.LATER);
        at("PT10S");
        sends("sms firing critical: acme/1");
    }

    /** The newest message to that receiver. */
    private DeliveryListRepository.Row toSms() {
        return desk().deliveries(false, Optional.of("sms"), 1).get(0);
    }

    private void giveSignsOfLife() {
        routing = new AlertRouting(
                routing.receivers(),
                routing.people(),
                routing.rotations(),
                routing.tree(),
                routing.inhibitions(),
                routing.maintenances(),
                routing.flapping(),
                Optional.of(new HeartbeatRule(routing.receiver("pulse").orElseThrow(), Duration.ofMinutes(1))));
    }

    private long beats() {
        return Query.of("select count(*) from caravan.alert_delivery where kind = 'HEARTBEAT' and due_at = '"
                        + clock.instant() + "'")
                .on(database)
                .first(row -> row.getLong(1))
                .orElseThrow();
    }

    private AlertDesk desk() {
        return new AlertDesk(database, clock, () -> routing);
    }

    private void at(String since) {
        clock.set(START.plus(Duration.parse(since)));
    }

    private void raise(String key, String... labels) {
        incidents.raise(List.of(signal(key, labels)));
    }

    private Signal signal(String key, String... labels) {
        Map<String, String> map = new TreeMap<>();
        for (String label : labels) {
            map.put(label.substring(0, label.indexOf('=')), label.substring(label.indexOf('=') + 1));
        }
        return new Signal(
                key, Severity.parse(map.getOrDefault("severity", "medium")), map, key, "{}", clock.instant(), 1);
    }

    private long number(String key) {
        return incidents.list(Map.of(), false, 100).stream()
                .filter(incident -> incident.key().equals(key))
                .findFirst()
                .orElseThrow()
                .number();
    }

    private long queued() {
        return Query.of("select count(*) from caravan.alert_delivery where state = 'QUEUED'")
                .on(database)
                .first(row -> row.getLong(1))
                .orElseThrow();
    }

    /** Does all that is due now; exactly these messages are sent. */
    private void sends(String... messages) {
        assertThat(sendAll()).containsExactlyInAnyOrder(messages);
    }

    private List<String> sendAll() {
        sent.clear();
        List<Recorder> channels = List.of("boss", "mail", "digest", "pulse", "chat").stream()
                .map(Recorder::new)
                .toList();
        notifier.look();
        while (channels.stream().anyMatch(this::sendOne)) {
            notifier.look();
        }
        return List.copyOf(sent);
    }

    private boolean sendOne(Channel channel) {
        Optional<Delivery> due = sending.claim(channel, Lane.CRITICAL, clock.instant())
                .or(() -> sending.claim(channel, Lane.OTHERS, clock.instant()));
        due.ifPresent(delivery -> sending.send(channel, delivery));
        return due.isPresent();
    }

    private final class Recorder implements Channel {
        private final String name;

        Recorder(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Pace pace() {
            return pace;
        }

        @Override
        public Optional<String> send(Delivery delivery) throws SendFailedException {
            keys.add(delivery.key());
            if (!failures.isEmpty()) {
                throw failures.remove();
            }
            JsonNode message = Json.tree(delivery.message());
            sent.add(delivery.receiver() + " " + message.path("kind").asText() + " "
                    + message.path("severity").asText() + ": "
                    + message.path("summary").asText());
            addresses.add(delivery.address());
            threads.add(delivery.thread().orElse("new"));
            return Optional.of(delivery.receiver() + " " + addresses.size());
        }
    }
}
