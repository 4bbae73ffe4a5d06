package io.caravan;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.watch.detect.DetectorSettings;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolDetectorTest {
    private static final Map<String, String> CHANGED = Map.ofEntries(
            entry("alarmsPerYear", "0.3"),
            entry("lateScore", "2"),
            entry("severeMargin", "5"),
            entry("severeBusyHours", "6"),
            entry("minSilence", "7m"),
            entry("horizon", "8d"),
            entry("calm", "9h"),
            entry("relapse", "10d"),
            entry("learningRate", "0.11"),
            entry("alarmWeight", "0.12"),
            entry("trustedWeeks", "13"),
            entry("classWeight", "14"),
            entry("levelHalfLife", "15h"),
            entry("dayEffect", "16"),
            entry("hourEffect", "17"),
            entry("weakDayEffect", "18"),
            entry("weakHourEffect", "19"),
            entry("holidayEffect", "20"),
            entry("burstPrior", "21"),
            entry("burstPriorWeight", "22"),
            entry("shareWindow", "23h"),
            entry("volumeWindow", "25h"),
            entry("shareChance", "0.026"),
            entry("shareLimit", "0.27"));

    @TempDir
    Path project;

    @Test
    void aProjectWithoutOptionsHasTheDefaults() {
        assertThat(ToolDetector.of(project, Map.of()).settings()).isEqualTo(DetectorSettings.DEFAULTS);
    }

    @Test
    void optionsOfTheProjectAreUsedAndThoseOfTheEnvironmentWin() throws IOException {
        write("camel.component.watch.alarmsPerYear = 0.02\ncamel.component.watch.min-silence=20m\ncamel.main.name=x");
        DetectorSettings settings = ToolDetector.of(project, Map.of("CAMEL_COMPONENT_WATCH_LATE_SCORE", "4"))
                .settings();
        assertThat(settings.alarmsPerYear()).isEqualTo(0.02);
        assertThat(settings.minSilence()).isEqualTo(Duration.ofMinutes(20));
        assertThat(settings.lateScore()).isEqualTo(4);
    }

    /** So that no parameter is forgotten among the options, nor mixed up with another. */
    @Test
    void everyParameterIsAnOption() throws IOException {
        assertThat(CHANGED.keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(DetectorSettings.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
        StringBuilder lines = new StringBuilder();
        CHANGED.forEach((name, value) -> lines.append("camel.component.watch.")
                .append(name)
                .append('=')
                .append(value)
                .append('\n'));
        write(lines.toString());
        assertThat(ToolDetector.of(project, Map.of()).settings())
                .isEqualTo(new DetectorSettings(
                        0.3,
                        2,
                        5,
                        6,
                        Duration.ofMinutes(7),
                        Duration.ofDays(8),
                        Duration.ofHours(9),
                        Duration.ofDays(10),
                        0.11,
                        0.12,
                        13,
                        14,
                        Duration.ofHours(15),
                        16,
                        17,
                        18,
                        19,
                        20,
                        21,
                        22,
                        Duration.ofHours(23),
                        Duration.ofHours(25),
                        0.026,
                        0.27));
    }

    @Test
    void anOptionThatMakesNoSenseIsSaid() throws IOException {
        write("camel.component.watch.alarmsPerYear=often");
        assertThatThrownBy(() -> ToolDetector.of(project, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("application.properties")
                .hasMessageContaining("often");
    }

    private void write(String lines) throws IOException {
        Files.createDirectories(project.resolve("config"));
        Files.writeString(project.resolve("config/application.properties"), lines);
    }
}
