package io.caravan.alert.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.alert.Severity;
import io.caravan.alert.routing.AlertRouting.Destination;
import io.caravan.routes.FileMistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertRoutingTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    @TempDir
    Path folder;

    private AlertRouting routing;

    @BeforeEach
    void read() throws Exception {
        routing = read("""
                zone: Europe/Amsterdam
                receivers:
                  chat-ops:
                  acme-slack: {channel: slack, address: "#acme", fallback: chat-ops}
                  money: {quietHours: ["* 22:00-07:00"]}
                people:
                  ada: {channels: [{telegram: "4711"}, {mail: ada@example.com}], confirm: 2m}
                  grace: {channels: [{mail: grace@example.com}]}
                  acme: {channels: [{mail: it@acme.example}], subscribe: ["tenant=acme"], leastSeverity: high}
                rotations:
                  on-call:
                    start: 2026-02-23T09:00
                    people: [ada, grace]
                    overrides: [{from: "2026-03-12 09:00", until: "2026-03-13 09:00", person: grace}]
                timings:
                  high: {groupWait: 20s}
                route:
                  to: chat-ops
                  routes:
                    - match: severity=critical
                      to: [on-call, chat-ops]
                      groupBy: [fleet]
                      continue: true
                      escalate: [{after: 30m, to: grace}, {after: 10m, to: ada}]
                    - match: tenant=acme
                      to: acme-slack
                      routes:
                        - match: [cause=quota]
                          to: money
                          timings: {medium: {digest: "0 9 * * MON"}}
                        - match: fleet=~"acme/test-.*"
                          to: []
                          timings: {high: {repeatInterval: never, groupWait: 5m}}
                inhibit:
                  - {source: "kind=PROVIDER", target: "kind=~FLEET|PROVIDER", equal: provider}
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            severity=medium                                    | route -> chat-ops
            severity=critical                                  | route.routes[0] -> grace/mail chat-ops
            severity=critical, tenant=acme                     | route.routes[0] -> grace/mail chat-ops; route.routes[1] -> acme-slack; subscription of acme -> acme/mail
            severity=high, tenant=acme                         | route.routes[1] -> acme-slack; subscription of acme -> acme/mail
            severity=medium, tenant=acme                       | route.routes[1] -> acme-slack
            severity=medium, tenant=acme, cause=quota          | route.routes[1].routes[0] -> money
            severity=low, tenant=acme, fleet=acme/test-1       | route.routes[1].routes[1] -> acme-slack
            tenant=zeta                                        | route -> chat-ops
            """)
    void anAlertFindsItsReceivers(String labels, String destinations) {
        assertThat(told(labels(labels), NOW)).isEqualTo(destinations);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2026-02-22T12:00:00Z | grace/mail    | before the start the turns are counted backwards
            2026-02-23T07:59:59Z | grace/mail    | a second before nine in Amsterdam
            2026-02-23T08:00:00Z | ada/telegram  | nine
            2026-03-02T08:00:00Z | grace/mail    | a week later
            2026-03-09T08:00:00Z | ada/telegram  | two weeks later
            2026-03-12T07:59:59Z | ada/telegram  | before the override
            2026-03-12T08:00:00Z | grace/mail    | the override
            2026-03-13T08:00:00Z | ada/telegram  | after the override
            2026-03-23T07:59:59Z | grace/mail    | the fourth turn
            2026-03-30T06:59:59Z | ada/telegram  | the fifth turn ends an hour earlier, as clocks have changed
            2026-03-30T07:00:00Z | grace/mail    | the sixth
            """)
    void theOneOnCallIsTold(Instant at, String receiver, String why) {
        assertThat(routing.resolve(List.of("on-call"), at).map(Receiver::name))
                .as(why)
                .containsExactly(receiver);
    }

    @Test
    void timingsAreInheritedAndChangedByNode() {
        assertThat(timing("severity=high").groupWait()).isEqualTo(Duration.ofSeconds(20));
        assertThat(timing("severity=high, tenant=acme, fleet=acme/test-2"))
                .isEqualTo(
                        new Timing(Duration.ofMinutes(5), Duration.ofMinutes(5), Optional.empty(), Optional.empty()));
        assertThat(timing("severity=medium, tenant=acme, cause=quota").digest()).contains("0 9 * * MON");
        assertThat(timing("severity=low").digest()).contains("0 8 * * *");
        assertThat(timing("severity=critical").groupWait()).isZero();
    }

    @Test
    void alertsAreGroupedByTheValuesOfLabels() {
        assertThat(first("severity=high, provider=acme, cause=quota, fleet=acme/1")
                        .group())
                .isEqualTo(Map.of("provider", "acme", "cause", "quota"));
        assertThat(first("severity=critical, provider=acme, fleet=acme/1").group())
                .isEqualTo(Map.of("fleet", "acme/1"));
    }

    @Test
    void escalationsComeInOrderOfTime() {
        assertThat(first("severity=critical").escalations())
                .containsExactly(
                        new Escalation(Duration.ofMinutes(10), List.of("ada")),
                        new Escalation(Duration.ofMinutes(30), List.of("grace")));
    }

    @Test
    void theTreeExplainsItself() {
        assertThat(routing.tree().explain(labels("severity=low, tenant=acme, cause=quota")).stream()
                        .map(step -> "  ".repeat(step.depth()) + step.node().path() + ": " + step.answer()))
                .containsExactly(
                        "route: passes it on",
                        "  route.routes[0]: severity=critical does not hold",
                        "  route.routes[1]: passes it on",
                        "    route.routes[1].routes[0]: takes it");
    }

    @Test
    void aPlaceIsCalledByItsConditionsWhereverItStands() {
        assertThat(first("severity=medium, tenant=acme, cause=quota").name())
                .startsWith("route > tenant=acme")
                .endsWith("cause=quota");
    }

    @Test
    void aPersonsFurtherChannelsAreItsFallback() {
        Receiver telegram = routing.receiver("ada/telegram").orElseThrow();

        assertThat(telegram.channel()).isEqualTo("telegram");
        assertThat(telegram.address()).isEqualTo("4711");
        assertThat(telegram.fallback()).containsExactly("ada/mail");
        assertThat(telegram.confirm()).contains(Duration.ofMinutes(2));
        Receiver mail = routing.receiver("ada/mail").orElseThrow();
        assertThat(mail.address()).isEqualTo("ada@example.com");
        assertThat(mail.confirm()).isEmpty();
    }

    @Test
    void severalChannelsOfOneKindHaveNamesOfTheirOwn() throws Exception {
        AlertRouting two = read("""
                people:
                  ada: {channels: [{mail: ada@example.com}, {sms: "1"}, {mail: ada@home.example}, {sms: "2"}]}
                receivers: {a: }
                route: {to: ada}
                """);

        assertThat(Objects.requireNonNull(two.people().get("ada")).receivers())
                .extracting(Receiver::name)
                .containsExactly("ada/mail", "ada/sms", "ada/mail-2", "ada/sms-2");
        assertThat(two.receiver("ada/mail").orElseThrow().fallback())
                .containsExactly("ada/sms", "ada/mail-2", "ada/sms-2");
        assertThat(two.receiver("ada/mail-2").orElseThrow().address()).isEqualTo("ada@home.example");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kind=PROVIDER, provider=acme | kind=FLEET, provider=acme     | true
            kind=PROVIDER, provider=acme | kind=FLEET, provider=zeta     | false
            kind=FLEET, provider=acme    | kind=FLEET, provider=acme     | false
            kind=PROVIDER, provider=acme | kind=PROVIDER, provider=acme  | false
            """)
    void anOutageHidesItsFleetsSilences(String hiding, String hidden, boolean hides) {
        assertThat(routing.inhibitions().get(0).hides(labels(hiding), labels(hidden)))
                .isEqualTo(hides);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            silent, true
            errors, true
            too-many-fleets, false
            lagging, false
            volume-drop, false
            partial, false
            """)
    void ofAProvidersTroublesOnlyThoseOfAllFleetsHideThemAsShipped(String trouble, boolean hides) throws Exception {
        AlertRouting shipped = read(Files.readString(Path.of("config/alerts.yaml")));

        assertThat(shipped.inhibitions()
                        .get(0)
                        .hides(
                                labels("kind=provider, provider=acme, trouble=" + trouble),
                                labels("kind=fleet, provider=acme, trouble=silent")))
                .isEqualTo(hides);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2026-03-02T12:00:00Z | 2026-03-02T12:00:00Z | noon
            2026-03-02T21:00:00Z | 2026-03-03T06:00:00Z | ten in the evening in Amsterdam, to seven in the morning
            2026-03-03T02:00:00Z | 2026-03-03T06:00:00Z | after midnight
            2026-03-03T06:00:00Z | 2026-03-03T06:00:00Z | its end
            2026-03-28T22:00:00Z | 2026-03-29T05:00:00Z | the night in which clocks go forward
            2026-10-24T21:00:00Z | 2026-10-25T06:00:00Z | the night in which clocks go back
            """)
    void quietHoursPassMidnightAndClockChanges(Instant at, Instant end, String when) {
        QuietHours quiet = routing.receiver("money").orElseThrow().quietHours().orElseThrow();

        assertThat(quiet.endFrom(at)).as(when).isEqualTo(end);
        assertThat(quiet.isQuiet(at)).as(when).isEqualTo(end.isAfter(at));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `receivers: {a: }\nroute: {to: b}`                                  | 2 | 'b' is unknown; did you mean 'a'?
            `receivers: {a: }\nroute: {to: a, rotes: []}`                       | 2 | 'rotes' is not known; did you mean 'routes'?
            `receivers: {a: }`                                                  | 1 | There is no route; add `route: {to: <receiver>}`
            `receivers: {a: }\nroute: {match: x=1, to: a}`                      | 2 | 'x=1' stands at the root, which takes every alert; move it to an entry of its routes
            `receivers: {a: {quietHours: 22-7}}\nroute: {to: a}`                | 1 | '22-7' is no shift
            `receivers: {a: {zone: Europe/Amsterdm}}\nroute: {to: a}`           | 1 | 'Europe/Amsterdm' is no time zone
            `receivers: {a: }\ntimings: {urgent: {groupWait: 1s}}\nroute: {to: a}` | 2 | 'urgent' is no severity; use one of critical, high, medium, low
            `receivers: {a: }\ntimings: {low: {digest: 25 * * *}}\nroute: {to: a}` | 2 | '25 * * *' is no time for a digest
            `receivers: {a: }\npeople: {a: {channels: [{mail: x}]}}\nroute: {to: a}` | 1 | 'a' is the name of two of receivers, people and rotations; rename one of them
            `receivers: {a: }\npeople: {ada: {channels: [{mail: x}, {mail: x}]}}\nroute: {to: a}` | 2 | 'mail: x' stands twice among the channels of ada; remove one of them
            `receivers: {a: }\npeople: {ada: {channels: [{mail: x}, {mail: y}, {mail-2: z}]}}\nroute: {to: a}` | 2 | 'mail-2' of ada would be called ada/mail-2, as another one of its channels is; rename that route, from: alert:mail-2
            `receivers: {a: , b: , ada/mail: {channel: b}}\npeople: {ada: {channels: [{mail: x}]}}\nroute: {to: a}` | 1 | 'ada/mail' is the name of a receiver and of a channel of ada; rename the receiver
            `receivers: {a: {confirm: 2m}}\nroute: {to: a}`                      | 1 | '2m' is how long a may take to confirm, but nobody is told then; add its fallback
            `receivers: {a: }\npeople: {ada: {channels: [{mail: x}], confirm: 2m}}\nroute: {to: a}` | 2 | '2m' is how long ada may take to confirm, but nobody is told then; add another one of its channels
            `receivers:\n  show:\nroute: {to: show}`                           | 2 | 'show' can't be a channel, since alert:show means something else; rename it
            `receivers: {a: }\nrotations: {r: {start: monday, people: []}}\nroute: {to: a}` | 2 | 'monday' is no time on a clock
            """)
    void aMistakeIsToldWithItsPlaceAndCure(String text, int line, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("broken.yaml"), text);

        FileMistake mistake =
                org.junit.jupiter.api.Assertions.assertThrows(FileMistake.class, () -> AlertsFile.read(file));

        assertThat(mistake.problem().toString())
                .startsWith(file + ":" + line + ": ")
                .contains(message);
    }

    private AlertRouting read(String text) throws IOException, FileMistake {
        return AlertsFile.read(Files.writeString(folder.resolve("alerts.yaml"), text));
    }

    private Destination first(String labels) {
        return routing.destinations(labels(labels), NOW).get(0);
    }

    private Timing timing(String labels) {
        return first(labels).timing();
    }

    private String told(Map<String, String> labels, Instant at) {
        return String.join(
                "; ",
                routing.destinations(labels, at).stream()
                        .map(destination -> destination.why() + " -> "
                                + String.join(
                                        " ",
                                        destination.receivers().stream()
                                                .map(Receiver::name)
                                                .toList()))
                        .toList());
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        for (String label : text.split(", ", -1)) {
            String[] parts = label.strip().split("=", 2);
            labels.put(parts[0], parts[1]);
        }
        return labels;
    }

    @Test
    void theUsualTimingsMeetTheirTargets() {
        assertThat(Timings.USUAL.of(Severity.CRITICAL).groupWait()).isZero();
        assertThat(Timings.USUAL.of(Severity.HIGH).groupWait())
                .isBetween(Duration.ofSeconds(10), Duration.ofMinutes(1));
        assertThat(Timings.USUAL.of(Severity.MEDIUM).groupWait()).isBetween(Duration.ofMinutes(5), Duration.ofHours(6));
        assertThat(Timings.USUAL.of(Severity.LOW).digest()).isPresent();
    }
}
