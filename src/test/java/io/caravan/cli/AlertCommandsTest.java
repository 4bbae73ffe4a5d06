package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.alert.AlertDesk;
import io.caravan.alert.Severity;
import io.caravan.alert.Signal;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertsFile;
import io.caravan.alert.rules.RuleDesk;
import io.caravan.alert.rules.RuleFiles;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.Shift;
import io.caravan.calendar.SpecialDays;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@ExtendWith(PostgresExtension.class)
class AlertCommandsTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");

    private final Database database;
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final StringWriter out = new StringWriter();
    private AlertDesk desk;
    private CommandLine alert;
    private Path rules = Path.of("");

    AlertCommandsTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        AlertRouting routing = AlertsFile.read(Files.writeString(folder.resolve("alerts.yaml"), """
                receivers: {chat: , mail: {quietHours: "* 08:00-12:00"}}
                route:
                  to: chat
                  routes:
                    - {match: severity=high, to: mail, escalate: [{after: 10m, to: chat}]}
                """));
        desk = new AlertDesk(database, clock, () -> routing);
        rules = folder.resolve("rules");
        RuleFiles files = new RuleFiles(rules, clock);
        alert = AlertCommands.of(() -> routing, () -> desk, files, () -> new RuleDesk(database, files), clock)
                .addSubcommand(new AlertSilenceCommand(() -> desk, AlertCommandsTest::calendar, clock))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out));
    }

    @Test
    void listsRulesAndHowTheyStand() throws Exception {
        assertThat(run("rules", "list")).contains("No rules are in force.");

        Files.writeString(
                Files.createDirectory(rules).resolve("own.yaml"), "rules: {hot: {dataset: packets, when: t > 100}}");
        desk.incidents()
                .raise(List.of(new Signal(
                        "rule/hot/1", Severity.LOW, Map.of("kind", "rule", "rule", "hot"), "hot", "{}", NOW, 1)));
        desk.incidents().resolve(List.of("rule/hot/1"), "test", "over");

        assertThat(run("rules", "list")).containsPattern("hot +packets +medium +0 +0 +1 +2026-03-02.* t > 100");
        assertThat(run("rules", "list", "--json")).contains("\"fired\" : 1", "\"file\" : \"own.yaml\"");
    }

    @Test
    void tellsWhereAnAlertWouldGoAndWhy() {
        assertThat(run("route", "--label", "severity=high"))
                .contains("route.routes[0] (severity=high): takes it")
                .contains(
                        "mail (quiet until 2026-03-02T12:00:00Z) after 10 s, by route.routes[0]; unacknowledged after 10 min: chat");
        assertThat(run("route", "--label", "severity=critical"))
                .contains("route.routes[0] (severity=high): severity=high does not hold")
                .contains("chat at once, by route");
    }

    @Test
    void showsAndSteersIncidents() {
        desk.incidents()
                .raise(List.of(new Signal(
                        "acme/1",
                        Severity.HIGH,
                        Map.of("provider", "acme"),
                        "acme/1 is silent",
                        "{\"since\": \"nine\"}",
                        NOW,
                        1)));
        long number = desk.incidents()
                .list(Map.of("provider", "acme"), false, 1)
                .get(0)
                .number();

        assertThat(run("list"))
                .contains("INCIDENT")
                .contains("acme/1 is silent")
                .contains("open");
        assertThat(run("list", "--label", "provider=zeta")).contains("No open incidents.");
        assertThat(run("ack", "" + number, "--by", "ada")).contains("is acknowledged by ada");
        assertThat(run("resolve", "" + number, "--by", "grace")).contains("is resolved");
        assertThat(run("resolve", "" + number)).contains("is not open");
        assertThat(run("show", "" + number))
                .contains("resolved, high")
                .contains("provider = acme")
                .contains("2026-03-02T10:00:00Z acknowledged by ada")
                .contains("2026-03-02T10:00:00Z resolved by grace");
    }

    @Test
    void aTestGoesToItsReceiver() {
        assertThat(run("send", "--test", "chat")).contains("A test message to chat is queued");
        assertThat(run("deliveries", "--receiver", "chat")).contains("test").contains("queued");
        assertThat(run("send", "--test", "chatt"))
                .contains("There is no receiver 'chatt'")
                .contains("chat, mail");
    }

    @Test
    void aSilenceNeedsATimeThatCanBeRead() {
        assertThat(run("silence", "provider=acme", "--for", "1h", "--why", "they migrate"))
                .contains("holds until 2026-03-02T11:00:00Z");
        assertThat(run("silence", "provider=acme", "--until", "next-business-day", "--why", "they migrate"))
                .contains("holds until 2026-03-03T09:00:00Z");
        assertThat(run("silence", "a=b", "--until", "next-business-day", "--calendar", "depot", "--why", "x"))
                .contains("holds until 2026-03-07T05:00:00Z");
        assertThat(run("silence", "a=b", "--from", "2026-03-02T20:00:00Z", "--for", "4h", "--why", "x"))
                .contains("holds from 2026-03-02T20:00:00Z until 2026-03-03T00:00:00Z");
        assertThat(run("silence", "a=b", "--until", "2026-03-02T09:00:00Z", "--why", "x"))
                .contains("is over");
        assertThat(run("silence", "provider=acme", "--for", "soon", "--why", "x"))
                .contains("'soon' is no time; write it such as 30m, 1h or 2d");
        assertThat(run("silence", "provider", "--for", "1h", "--why", "x")).contains("'provider' is no condition");
    }

    @Test
    void aSilenceIsListedAndEnded() {
        String made = run("silence", "provider=zeta", "--for", "30d", "--by", "ada", "--why", "mistyped");
        String number = made.replaceAll("(?s)^Silence ([0-9]+) .*", "$1");

        assertThat(run("silences"))
                .containsPattern(number + " +2026-03-02T10:00:00Z +2026-04-01T10:00:00Z +ada +provider=zeta +mistyped");
        assertThat(run("unsilence", number)).contains("(provider=zeta) is over");
        assertThat(run("unsilence", number)).contains("There is no silence " + number + " that holds");
        assertThat(run("silences")).doesNotContain("zeta");
    }

    private String run(String... arguments) {
        out.getBuffer().setLength(0);
        alert.execute(arguments);
        return out.toString();
    }

    private static BusinessCalendar calendar(String name) {
        return new BusinessCalendar(
                name, ZoneId.of("Europe/Amsterdam"), List.of(Shift.parse("SAT 06:00-12:00")), SpecialDays.NONE);
    }
}
