package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FleetReplayCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void anOutageInTheFileIsListedAndMadeUpOnesAreFound() throws IOException {
        assertThat(replay("--csv", counts(true), "--zone", "Europe/Amsterdam", "--inject", "20"))
                .isZero();
        assertThat(out.toString())
                .contains("4,800 rows of an hour, local time Europe/Amsterdam")
                .contains(
                        "count: 0 packets since ",
                        "such a gap happens once in ",
                        "Delays count from the first missing packet");
    }

    @Test
    void programsGetJson() throws IOException {
        assertThat(replay("--csv", counts(false), "--country", "nl", "--zone", "Europe/Amsterdam", "--json"))
                .isZero();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.at("/overall/alarms").asInt()).isZero();
        assertThat(report.at("/overall/seriesYears").asDouble()).isBetween(0.4, 0.5);
    }

    @Test
    void aMissingZoneIsAskedFor() throws IOException {
        assertThat(replay("--csv", counts(false))).isEqualTo(2);
        assertThat(err.toString()).contains("--zone is missing; say whose clock the fleet lives by");
    }

    @Test
    void anUnknownCountryIsTold() throws IOException {
        assertThat(replay("--csv", counts(false), "--country", "xx", "--zone", "UTC"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("'xx' names no country whose holidays are known");
    }

    private String counts(boolean withOutage) throws IOException {
        StringBuilder text = new StringBuilder("time,count\n");
        LocalDateTime start = LocalDateTime.of(2026, 4, 1, 0, 0);
        for (int hour = 0; hour < 4800; hour++) {
            boolean out = withOutage && hour >= 3000 && hour < 3100;
            text.append(start.plusHours(hour)).append(',').append(out ? 0 : 20).append('\n');
        }
        Path file = folder.resolve("counts.csv");
        Files.writeString(file, text.toString());
        return file.toString();
    }

    private int replay(String... arguments) {
        FleetReplayCommand command = new FleetReplayCommand(
                name -> {
                    throw new IllegalArgumentException("Calendar '" + name + "' is unknown");
                },
                () -> new Detector(DetectorSettings.DEFAULTS));
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
