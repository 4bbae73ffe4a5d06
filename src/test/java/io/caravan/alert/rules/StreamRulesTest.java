package io.caravan.alert.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.alert.AlertDesk;
import io.caravan.alert.AlertEvents;
import io.caravan.alert.HandClock;
import io.caravan.alert.Incident;
import io.caravan.alert.Incidents;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertsFile;
import io.caravan.alert.rules.condition.Fields;
import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordTime;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From records to incidents, by a clock that is set by hand. */
@ExtendWith(PostgresExtension.class)
class StreamRulesTest {
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    private static final String RULES = """
            dataset: packets
            rules:
              low-efficiency:
                when: data.efficiency < 0.4
                clear: data.efficiency > 0.5
                severity: high
                asset: Car ${asset}
                summary: "${assetName} runs at ${data.efficiency}"
                action: Look after ${driver!"the driver"}.
                labels: {fleet: "${fleet}"}
              held: {when: data.power > 50, for: 5m}
              often: {when: data.fault == true, count: 3 within 10m}
              fast: {when: rate(data.odometer) > 60 per 1m, severity: critical}
              gone: {when: data.coolant is absent and data.engine is present}
            """;

    private final Database database;
    private final HandClock clock = new HandClock(START);
    private final List<String> brokenTexts = new ArrayList<>();
    private final List<RulesReport> reports = new ArrayList<>();
    private final AlertEvents events = new AlertEvents() {
        @Override
        public void textBroken(String template, String error) {
            brokenTexts.add(template);
        }

        @Override
        public void rulesJudged(RulesReport report) {
            reports.add(report);
        }
    };
    private Path folder = Path.of("");
    private Incidents incidents;
    private RuleFiles files;
    private RuleNode node;

    StreamRulesTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start(@TempDir Path temp) throws Exception {
        for (String table : List.of(
                "alert_delivery",
                "alert_group",
                "alert_incident",
                "alert_rule",
                "alert_rule_state",
                "alert_rule_memory")) {
            Query.of("delete from caravan." + table).on(database).update();
        }
        AlertRouting routing = AlertsFile.read(Files.writeString(
                temp.resolve("alerts.yaml"), "receivers: {chat: }\nroute: {to: chat, groupBy: [cause]}\n"));
        incidents = new AlertDesk(database, clock, () -> routing).incidents();
        folder = Files.createDirectory(temp.resolve("rules"));
        write(RULES);
        files = new RuleFiles(folder, clock);
        node = new RuleNode(database, clock, files, incidents, events);
    }

    /** Another one is another process: they share files and tables. */
    private RuleNode node() {
        return new RuleNode(database, clock, new RuleFiles(folder, clock), incidents, events);
    }

    @Test
    void aRecordRaisesAndAnotherResolves() {
        records(0, "car:1 efficiency:0.35", "car:2 efficiency:0.45");
        assertThat(open()).containsExactly("rule/low-efficiency/1 HIGH Car 1 runs at 0.35");
        assertThat(incidents.list(Map.of(), false, 1).get(0).labels())
                .containsEntry("rule", "low-efficiency")
                .containsEntry("cause", "low-efficiency")
                .containsEntry("asset", "1")
                .containsEntry("fleet", "north")
                .containsEntry("provider", "acme");
        assertThat(incidents.list(Map.of(), false, 1).get(0).detail())
                .contains(
                        "\"cause\": \"data.efficiency < 0.4\"",
                        "{\"label\": \"data.efficiency\", \"value\": \"0.35\"}",
                        "Look after the driver.");

        records(1, "car:1 efficiency:0.45");
        assertThat(open()).hasSize(1);

        records(2, "car:1 efficiency:0.51");
        assertThat(open()).isEmpty();
        assertThat(history("rule/low-efficiency/1")).last().asString().contains("cleared: data.efficiency > 0.5");
    }

    @Test
    void whatIsUndoneTellsNobody() {
        assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    records(0, "car:1 efficiency:0.35");
                    throw new IllegalStateException("the load failed");
                }))
                .hasMessage("the load failed");

        assertThat(open()).isEmpty();
        assertThat(states()).isEmpty();
        assertThat(reports).isEmpty();
    }

    @Test
    void aCriticalOnesMessageIsQueuedWithTheRecord() {
        records(0, "car:1 odometer:1000");
        records(1, "car:1 odometer:1070");

        assertThat(open()).singleElement().asString().startsWith("rule/fast/1 CRITICAL");
        assertThat(Query.of("select severity from caravan.alert_delivery where due_at <= :now")
                        .on(database)
                        .set("now", clock.instant())
                        .list(row -> row.getString("severity")))
                .containsExactly("CRITICAL");
    }

    @Test
    void anotherNodeGoesOn() {
        RuleNode other = node();
        records(0, "car:1 efficiency:0.35 power:60 odometer:1000");

        records(other, 5, "car:1 power:60 odometer:1400");
        assertThat(open())
                .extracting(line -> line.split(" ", 2)[0])
                .containsExactlyInAnyOrder("rule/low-efficiency/1", "rule/held/1", "rule/fast/1");

        records(other, 6, "car:1 efficiency:0.6 power:10 odometer:1401");
        assertThat(open()).isEmpty();
    }

    @Test
    void whatIsPendingFiresThoughRecordsStop() {
        records(0, "car:1 power:60", "car:2 power:60");
        records(2, "car:2 power:40");

        look(4);
        assertThat(open()).isEmpty();

        look(5);
        node().look();
        assertThat(open()).singleElement().asString().startsWith("rule/held/1 MEDIUM held: 1 (data.power > 50)");
    }

    @Test
    void aCountEndsThoughRecordsStop() {
        records(0, "car:1 fault:true", "car:2 fault:true");
        records(1, "car:1 fault:true");
        records(2, "car:1 fault:true");
        assertThat(open()).singleElement().asString().startsWith("rule/often/1");

        look(9);
        assertThat(open()).hasSize(1);
        look(11);
        assertThat(open()).isEmpty();
        assertThat(states()).isEmpty();
    }

    @Test
    void anAbsentFieldIsNoticed() {
        records(0, "car:1 engine:1 coolant:80", "car:2 engine:1", "car:3 power:1");

        assertThat(open()).extracting(line -> line.split(" ", 2)[0]).containsExactly("rule/gone/2");
    }

    @Test
    void recordsOfABatchAreJudgedInTheOrderOfTheirTime() {
        clock.set(minute(10));
        judge(node, record(9, "car:1 efficiency:0.6"), record(8, "car:1 efficiency:0.3"));

        assertThat(open()).isEmpty();
        assertThat(history("rule/low-efficiency/1")).hasSize(2);
    }

    @Test
    void aLateRecordChangesNothingButCounts() {
        records(5, "car:1 efficiency:0.6 odometer:100 fault:true");
        judge(node, record(3, "car:1 efficiency:0.3 odometer:9000 fault:true"));
        assertThat(open()).isEmpty();
        assertThat(reports.get(1).late()).isEqualTo(1);

        judge(node, record(4, "car:1 efficiency:0.3 fault:true"));
        assertThat(open()).extracting(line -> line.split(" ", 2)[0]).containsExactly("rule/often/1");
    }

    @Test
    void aRepeatedRecordRaisesNothingNew() {
        records(0, "car:1 efficiency:0.3");
        records(0, "car:1 efficiency:0.3");

        assertThat(open()).hasSize(1);
        assertThat(incidents.list(Map.of(), false, 9).get(0).signals()).isEqualTo(1);
    }

    @Test
    void oldAndFutureRecordsAreNotJudged() {
        clock.set(minute(120));
        judge(node, record(10, "car:1 efficiency:0.3"), record(140, "car:2 efficiency:0.3"), RawRecord.of("{\"x\":1}"));

        assertThat(open()).isEmpty();
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.past()).isEqualTo(1);
            assertThat(report.unread()).isEqualTo(2);
            assertThat(report.records()).isZero();
        });
    }

    @Test
    void whatCannotBeJudgedIsCounted() {
        records(0, "car:1 efficiency:'low'", "car:2 efficiency:'low' power:true", "car:3 efficiency:'0.2'");

        assertThat(reports.get(0).unjudged()).isEqualTo(Map.of("low-efficiency", 2L, "held", 1L));
        assertThat(open()).extracting(line -> line.split(" ", 2)[0]).containsExactly("rule/low-efficiency/3");
    }

    @Test
    void aBrokenTextIsToldInPlainWords() throws Exception {
        write(
                "rules: {r: {dataset: packets, when: data.power > 50, summary: '${data.nothing}', labels: {a: '${b.c}'}}}");
        records(1, "car:1 power:60");

        assertThat(open()).containsExactly("rule/r/1 MEDIUM r: 1 (data.power > 50)");
        assertThat(brokenTexts).containsExactlyInAnyOrder("rule r, summary", "rule r, label a");
    }

    @Test
    void aSavedRuleCountsAtOnceAndABrokenFileKeepsWhatItSaid() throws Exception {
        node.look();
        write(RULES.replace("< 0.4", "< 0.3"));
        records(1, "car:1 efficiency:0.35");
        assertThat(open()).isEmpty();

        write(RULES.replace("< 0.4", "<< 0.4"));
        look(2);
        records(3, "car:1 efficiency:0.25");
        assertThat(open()).hasSize(1);
        assertThat(files.problems())
                .singleElement()
                .asString()
                .endsWith(
                        "rules.yaml:4: 'data.efficiency << 0.4' is no condition: < can't stand there; write it as docs/stream-rules.md says");
    }

    @Test
    void whatIsKnownSurvivesAChangeOfWordsButNotOfMeaning() throws Exception {
        records(0, "car:1 power:60 efficiency:0.35");
        write(RULES.replace("runs at", "is at only").replace("severity: high", "severity: low"));
        look(1);
        records(6, "car:1 power:60");
        assertThat(open()).hasSize(2);

        write(RULES.replace("> 50", "> 55").replace("> 0.5", "> 0.45"));
        look(7);
        records(8, "car:2 power:60", "car:1 efficiency:0.46 power:56");
        assertThat(open()).extracting(line -> line.split(" ", 2)[0]).containsExactly("rule/held/1");

        write(RULES.replace("> 50", "> 70"));
        look(12);
        records(13, "car:2 power:75", "car:1 power:60");
        assertThat(open()).isEmpty();
    }

    @Test
    void aRemovedRuleResolvesWhatItHadRaised() throws Exception {
        node.look();
        records(0, "car:1 efficiency:0.35", "car:2 efficiency:0.35 power:60");

        write(RULES.substring(0, RULES.indexOf("  low")) + RULES.substring(RULES.indexOf("  held")));
        look(1);

        assertThat(open()).isEmpty();
        assertThat(states()).containsExactly("held/2");
        assertThat(history("rule/low-efficiency/1")).last().asString().contains("the rule low-efficiency was removed");
    }

    @Test
    void aFileThatIsBrokenAtTheStartEndsNothing() throws Exception {
        node.look();
        records(0, "car:1 efficiency:0.35");
        write("rules: [");

        RuleNode fresh = node();
        fresh.look();

        assertThat(open()).hasSize(1);
        Files.delete(folder.resolve("rules.yaml"));
        clock.set(minute(1));
        fresh.look();
        assertThat(open()).hasSize(1);
        clock.set(minute(1).plusSeconds(10));
        fresh.look();
        assertThat(open()).isEmpty();
    }

    @Test
    void aFileThatIsAwayWhileItIsSavedEndsNothing() throws Exception {
        node.look();
        records(0, "car:1 efficiency:0.35");
        RuleNode startedMeanwhile = node();
        Files.delete(folder.resolve("rules.yaml"));

        look(1);
        startedMeanwhile.look();
        records(1, "car:2 efficiency:0.35");
        assertThat(open()).hasSize(2);

        write(RULES);
        look(2);
        startedMeanwhile.look();
        assertThat(open()).hasSize(2);
    }

    @Test
    void aRemovedFileResolvesWhatItsRulesHadRaised() throws Exception {
        node.look();
        records(0, "car:1 efficiency:0.35");
        Files.delete(folder.resolve("rules.yaml"));
        look(1);
        clock.set(minute(1).plusSeconds(12));
        node.look();
        assertThat(open()).isEmpty();
        assertThat(history("rule/low-efficiency/1")).last().asString().contains("the rule low-efficiency was removed");
    }

    @Test
    void rulesWhoseDatasetNoRouteJudgesAreToldOnce() {
        JudgedDatasets judged = node.judged();
        assertThat(judged.look()).isEmpty();
        clock.set(START.plusSeconds(10));
        assertThat(judged.look()).containsExactly("packets");
        clock.set(START.plusSeconds(20));
        assertThat(judged.look()).isEmpty();

        judged.begin("packets");
        judged.begin("packets");
        judged.end("packets");
        assertThat(judged.look()).isEmpty();
        judged.end("packets");
        judged.look();
        clock.set(START.plusSeconds(30));
        assertThat(judged.look()).containsExactly("packets");
    }

    @Test
    void aRuleThatHoldsForManyAssetsIsOneMessage() {
        records(
                0,
                IntStream.range(0, 200)
                        .mapToObj(car -> "car:" + car + " efficiency:0.3")
                        .toArray(String[]::new));

        assertThat(open()).hasSize(200);
        assertThat(Query.of("select count(*) from caravan.alert_group")
                        .on(database)
                        .first(row -> row.getLong(1)))
                .contains(1L);
    }

    private void write(String rules) throws Exception {
        Files.writeString(folder.resolve("rules.yaml"), rules);
    }

    private void look(int minute) {
        clock.set(minute(minute).plusSeconds(2));
        node.look();
    }

    private void records(int minute, String... texts) {
        records(node, minute, texts);
    }

    private void records(RuleNode on, int minute, String... texts) {
        clock.set(minute(minute));
        judge(on, Arrays.stream(texts).map(text -> record(minute, text)).toArray(RawRecord[]::new));
    }

    private void judge(RuleNode on, RawRecord... records) {
        Fields fields = new Fields();
        RecordReading reading = new RecordReading(
                "packets",
                fields.named("/car_id"),
                Optional.of(fields.named("rtc_time")),
                RecordTime.UTC,
                Duration.ofHours(1),
                Duration.ofMinutes(10));
        on.rules()
                .judge(
                        Batch.of("test:packets", clock.instant(), List.of(records)),
                        reading,
                        Map.of("provider", "acme"));
    }

    private static RawRecord record(int minute, String text) {
        Map<String, String> parts = Arrays.stream(text.split(" ", -1))
                .map(part -> part.split(":", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part[1]));
        String data = parts.entrySet().stream()
                .filter(part -> !part.getKey().equals("car"))
                .map(part -> "\"" + part.getKey() + "\":" + part.getValue().replace('\'', '"'))
                .collect(Collectors.joining(",", "{", "}"));
        return RawRecord.of("{\"car_id\":%s,\"fleet\":\"north\",\"rtc_time\":\"%s\",\"data\":%s}"
                .formatted(parts.get("car"), minute(minute), data));
    }

    private static Instant minute(int minute) {
        return START.plusSeconds(60L * minute);
    }

    private List<String> open() {
        return incidents.list(Map.of(), false, 1_000).stream()
                .map(incident -> incident.key() + " " + incident.severity() + " " + incident.summary())
                .toList();
    }

    private List<String> history(String key) {
        Incident incident = incidents.list(Map.of(), true, 1_000).stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow();
        return incidents.history(incident);
    }

    private List<String> states() {
        return Query.of("select rule || '/' || asset from caravan.alert_rule_state order by 1")
                .on(database)
                .list(row -> row.getString(1));
    }
}
