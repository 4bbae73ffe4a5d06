package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.NamedDays;
import io.caravan.calendar.OnHoliday;
import io.caravan.calendar.Shift;
import io.caravan.dag.definition.CatchUp;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.schedule.Timetable;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DagNextCommandTest {
    private static final ZoneId AMSTERDAM = ZoneId.of("Europe/Amsterdam");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aSchedulesTicksStandInUtcAndOnItsClockWithTheReasonWhyOneIsMoved() {
        assertThat(next(
                        "--cron",
                        "0 2 * * *",
                        "--zone",
                        "Europe/Zurich",
                        "--from",
                        "2023-03-25T00:00Z",
                        "--count",
                        "3"))
                .isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "UTC                   Europe/Zurich                   REMARK",
                        "2023-03-25T01:00:00Z  Sat 2023-03-25 02:00:00 +01:00",
                        "2023-03-26T01:00:00Z  Sun 2023-03-26 03:00:00 +02:00  moved to the end of a gap: the clocks of Europe/Zurich go forward from 02:00 to 03:00",
                        "2023-03-27T00:00:00Z  Mon 2023-03-27 02:00:00 +02:00");
    }

    @Test
    void aTickAtTheMomentItselfCountsIfAskedFor() throws Exception {
        String asked = "--cron @daily --from 2023-03-25T00:00:00Z --count 1 --json";
        assertThat(next(asked.split(" ", -1))).isZero();
        assertThat(json().at("/ticks/0/at").asText()).isEqualTo("2023-03-26T00:00:00Z");
        out.getBuffer().setLength(0);
        assertThat(next((asked + " --inclusive").split(" ", -1))).isZero();
        assertThat(json().at("/ticks/0/at").asText()).isEqualTo("2023-03-25T00:00:00Z");
        assertThat(json().at("/ticks")).hasSize(1);
    }

    @Test
    void aWorkflowsTicksShowTheirIntervalsAndWhatItsCalendarSkips() {
        assertThat(next("rides", "--from", "2026-04-02T12:00", "--count", "2")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "DUE (UTC)             Europe/Amsterdam                INTERVAL FROM                   REMARK",
                        "-                     Fri 2026-04-03 02:00:00 +02:00  -                               skipped: 2026-04-03 is Good Friday in calendar workdays",
                        "-                     Sat 2026-04-04 02:00:00 +02:00  -                               skipped: 2026-04-04 is a Saturday in calendar workdays",
                        "-                     Sun 2026-04-05 02:00:00 +02:00  -                               skipped: 2026-04-05 is a Sunday in calendar workdays",
                        "2026-04-06T00:00:00Z  Mon 2026-04-06 02:00:00 +02:00  Thu 2026-04-02 02:00:00 +02:00",
                        "2026-04-07T00:00:00Z  Tue 2026-04-07 02:00:00 +02:00  Mon 2026-04-06 02:00:00 +02:00");
    }

    @Test
    void aCalendarMovesOrSkipsTheTicksOfASchedule() {
        String asked = "--cron @daily --calendar workdays --from 2026-04-02T00:00Z --count 1";
        assertThat(next(asked.split(" ", -1))).isZero();
        assertThat(out.toString().lines().skip(1))
                .hasSize(4)
                .first()
                .isEqualTo(
                        "-                     Fri 2026-04-03 00:00:00 +00:00  skipped: 2026-04-03 is Good Friday in calendar workdays");
        out.getBuffer().setLength(0);
        assertThat(next((asked + " --on-holiday previous --inclusive").split(" ", -1)))
                .isZero();
        assertThat(out.toString().lines().skip(1))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("2026-04-02T00:00:00Z")
                        .contains("stands for closed days too: 2026-04-03 is Good Friday"));
    }

    @Test
    void programsGetAWorkflowsTicksAsJson() throws Exception {
        assertThat(next("rides", "--from", "2026-04-02T12:00", "--count", "1", "--json"))
                .isZero();
        assertThat(json().at("/zone").asText()).isEqualTo("Europe/Amsterdam");
        assertThat(json().at("/ticks/0/intervalStart").asText()).isEqualTo("2026-04-02T00:00:00Z");
        assertThat(json().at("/skipped")).hasSize(3);
    }

    @Test
    void eachLineIsAnsweredByALineWhateverItSays() {
        String questions = """
                Europe/Zurich\t0 2 * * *\t2023-03-25T12:00:00Z\ttrue
                Europe/Zurich\t0 2 * * *\t2023-03-26T03:00:00+02:00\t1\r
                Europe/Zurich\t0 2 * * *\t2023-03-26T03:00:00+02:00\tfalse
                Europe/Zurich\t0 2 * * *\t2023-03-26 03:00:00 +02:00\t
                Europe/Zurich\t0 2 * * *\t2023-03-26T03:00
                Mars/Olympus\t0 2 * * *\t2023-03-26T03:00:00Z\tfalse

                UTC\t0 0 30 2 *\t2023-03-26T03:00:00Z\tfalse
                UTC\t0 0 1 1 *\tyesterday\tfalse
                UTC\t0 0 1 1 *\t2023-03-26T03:00:00Z\tperhaps
                UTC\t0 0 1 1 *\t+999999999-12-31T23:59:59Z\tfalse
                UTC\t0 0 29 2 MON\t2023-03-26T03:00:00Z\tyes
                """;
        assertThat(nextReading(questions, "--stdin")).isZero();
        List<String> answers = out.toString().lines().toList();
        assertThat(answers).hasSize(12);
        assertThat(answers.subList(0, 5))
                .containsExactly(
                        "2023-03-26T01:00:00Z",
                        "2023-03-26T01:00:00Z",
                        "2023-03-27T00:00:00Z",
                        "2023-03-27T00:00:00Z",
                        "2023-03-27T00:00:00Z");
        assertThat(answers.get(5)).startsWith("error: 'Mars/Olympus' is no time zone; write one of the tz database");
        assertThat(answers.get(6)).startsWith("error: The line has 1 columns");
        assertThat(answers.get(7))
                .startsWith("error: Cron expression '0 0 30 2 *'")
                .contains("never ticks");
        assertThat(answers.get(8)).startsWith("error: 'yesterday' is no moment");
        assertThat(answers.get(9)).startsWith("error: 'perhaps' is neither yes nor no");
        assertThat(answers.get(10)).startsWith("error: ");
        assertThat(answers.get(11)).isEqualTo("2024-02-05T00:00:00Z");
    }

    @Test
    void programsGetAnswersToLinesAsJson() {
        assertThat(nextReading(
                        "UTC\t@daily\t2023-03-26T03:00:00Z\nUTC\t@dayly\t2023-03-26T03:00:00Z", "--stdin", "--json"))
                .isZero();
        assertThat(out.toString().lines().toList())
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("{\"next\":\"2023-03-27T00:00:00Z\"}"),
                        second -> assertThat(second).startsWith("{\"error\":"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "next                                | one of the three",
                "next rides --cron @daily            | one of the three",
                "next --cron @never                  | '@never' is unknown",
                "next --cron @daily --zone Amsterdam | 'Amsterdam' is no time zone",
                "next --cron @daily --from noon      | 'noon' is no moment",
                "next --cron @daily --on-holiday off | --on-holiday is 'off'; write skip, next or previous",
                "next --cron @daily --count 0        | --count is 0",
            })
    void whatCannotBeAnsweredIsRefusedWithTheCure(String line, String message) {
        String[] words = line.split(" ", -1);
        assertThat(next(List.of(words).subList(1, words.length).toArray(new String[0])))
                .isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void aWorkflowThatIsNotThereGives1AsInAllCommands() {
        assertThat(next("riders")).isOne();
        assertThat(err.toString()).isEqualToIgnoringNewLines("caravan: No workflow 'riders'. Known workflows: rides.");
    }

    private int next(String... arguments) {
        return nextReading("", arguments);
    }

    private int nextReading(String input, String... arguments) {
        DagNextCommand command = new DagNextCommand(
                DagNextCommandTest::timetable,
                DagNextCommandTest::calendar,
                Clock.fixed(Instant.parse("2026-05-04T12:00:00Z"), ZoneOffset.UTC),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static Timetable timetable(String name) {
        if (!name.equals("rides")) {
            throw new RefusedException("No workflow '" + name + "'. Known workflows: rides.");
        }
        Timing timing = new Timing(
                List.of("0 2 * * *"),
                AMSTERDAM,
                Optional.empty(),
                Optional.empty(),
                CatchUp.ALL,
                Optional.of("workdays"),
                OnHoliday.SKIP);
        return Timetable.of(timing, DagNextCommandTest::calendar);
    }

    private static BusinessCalendar calendar(String name) {
        return new BusinessCalendar(
                name,
                AMSTERDAM,
                List.of(Shift.parse("MON-FRI 00:00-24:00")),
                NamedDays.closed(List.of("2026-04-03 Good Friday")));
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out.toString());
    }
}
