package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.watch.detect.DetectorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolDetectorTest {
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
