package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.alert.rules.RuleFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AlertRulesCommandTest {
    private final StringWriter out = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void tellsWhatWouldFire() throws Exception {
        rules("""
                dataset: packets
                rules:
                  hot: {when: temperature > 100, severity: high, summary: "Car ${asset} is at ${temperature}"}
                  held: {when: temperature > 90, for: 5m}
                """);
        records("""
                {"car": 1, "at": "2026-03-02T10:00:00Z", "temperature": 95}
                {"car": 1, "at": "2026-03-02T10:01:00Z", "temperature": 101.5}
                {"car": 1, "at": "2026-03-02T10:02:00Z", "temperature": "hot"}
                {"car": 2, "at": "2026-03-02T10:07:00Z", "temperature": 91}
                {"car": 1, "at": "2026-03-02T10:06:00Z", "temperature": 80}
                """);

        assertThat(run("--asset", "/car", "--time", "/at")).isZero();

        assertThat(out.toString()).isEqualToNormalizingNewlines("""
                2026-03-02T10:01:00Z  fires  hot  1  high: Car 1 is at 101.5
                2026-03-02T10:05:00Z  fires  held  1  medium: held: 1 (temperature > 90)
                2026-03-02T10:06:00Z  ends   held  1  no longer: temperature > 90
                2026-03-02T10:06:00Z  ends   hot  1  no longer: temperature > 100

                5 records judged, 0 without asset or time, 0 late
                RULE  FIRED  ENDED  AT THE END           NOT JUDGED
                held  1      1      0 firing, 1 pending  1
                hot   1      1      -                    1
                rule held: "hot" > 90 compares no two numbers and no two texts
                rule hot: "hot" > 100 compares no two numbers and no two texts
                """);
    }

    @Test
    void aMistakeInARuleIsToldWithItsPlace() throws Exception {
        rules("rules:\n  r: {dataset: packets, when: a >> 1}\n");
        records("{}\n");

        assertThat(run("--asset", "/car")).isEqualTo(1);
        assertThat(out.toString()).contains("rules.yaml:2: 'a >> 1' is no condition");
    }

    @Test
    void aDatasetWithoutRulesIsTold() throws Exception {
        rules("rules:\n  r: {dataset: other, when: a > 1}\n");
        records("{}\n");

        assertThat(run("--asset", "/car")).isEqualTo(1);
        assertThat(out.toString()).contains("no rule for the dataset 'packets'", "There are rules for: other");
    }

    private void rules(String text) throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("rules")).resolve("rules.yaml"), text);
    }

    private void records(String text) throws Exception {
        Files.writeString(folder.resolve("records.ndjson"), text);
    }

    private int run(String... options) {
        String[] all = new String[options.length + 4];
        System.arraycopy(
                new String[] {"--file", folder.resolve("records.ndjson").toString(), "--dataset", "packets"},
                0,
                all,
                0,
                4);
        System.arraycopy(options, 0, all, 4, options.length);
        PrintWriter writer = new PrintWriter(out);
        return new CommandLine(new AlertRulesTestCommand(new RuleFiles(folder.resolve("rules"), Clock.systemUTC())))
                .setOut(writer)
                .setErr(writer)
                .execute(all);
    }
}
