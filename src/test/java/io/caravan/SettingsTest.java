package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path project;

    @Test
    void theEnvironmentWinsOverTheFileAndTheCommandLineOverBoth() throws IOException {
        file("caravan.http.port=8081");
        assertThat(settings(Map.of()).text(Setting.HTTP_PORT)).isEqualTo("8081");
        assertThat(settings(Map.of("CARAVAN_HTTP_PORT", "8082")).text(Setting.HTTP_PORT))
                .isEqualTo("8082");
        assertThat(Settings.read(project, Map.of("CARAVAN_HTTP_PORT", "8082"), Map.of("caravan.http.port", "8083"))
                        .text(Setting.HTTP_PORT))
                .isEqualTo("8083");
    }

    @Test
    void aSecretMayLieInAFile() throws IOException {
        Path secret = Files.writeString(project.resolve("secret"), "s3cret\n");
        assertThat(settings(Map.of("CARAVAN_DATABASE_PASSWORD_FILE", secret.toString()))
                        .text(Setting.DATABASE_PASSWORD))
                .isEqualTo("s3cret");
    }

    @Test
    void anUnknownKeyIsToldWithTheFile() throws IOException {
        file("caravan.http.prot=8081");
        assertThatThrownBy(() -> settings(Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("application.properties")
                .hasMessageContaining("unknown key 'caravan.http.prot'; did you mean 'caravan.http.port'?");
    }

    @Test
    void aWrongValueIsToldWithKeyValueAndCure() throws IOException {
        file("caravan.http.port=80a", "caravan.shutdown.timeout=soon");
        Settings settings = settings(Map.of());
        assertThatThrownBy(() -> settings.number(Setting.HTTP_PORT, 1, 65_535))
                .hasMessage("caravan.http.port is '80a'; give a whole number from 1 to 65535 in"
                        + " config/application.properties or as CARAVAN_HTTP_PORT.");
        assertThatThrownBy(() -> settings.duration(Setting.SHUTDOWN_TIMEOUT)).hasMessageContaining("'soon'");
    }

    @Test
    void anAddressThatOthersReachNeedsAToken() {
        Map<String, String> open = Map.of("CARAVAN_HTTP_HOST", "0.0.0.0");
        assertThatThrownBy(() -> settings(open).httpHost()).hasMessageContaining("CARAVAN_HTTP_TOKEN");
        assertThat(settings(Map.of("CARAVAN_HTTP_HOST", "0.0.0.0", "CARAVAN_HTTP_TOKEN", "t"))
                        .httpHost())
                .isEqualTo("0.0.0.0");
        assertThat(settings(Map.of()).httpHost()).isEqualTo("127.0.0.1");
    }

    @Test
    void durationsHaveUnits() throws IOException {
        file("caravan.shutdown.timeout=500ms", "caravan.database.connect-timeout=2m");
        assertThat(settings(Map.of()).duration(Setting.SHUTDOWN_TIMEOUT)).isEqualTo(Duration.ofMillis(500));
        assertThat(settings(Map.of()).duration(Setting.DATABASE_CONNECT_TIMEOUT))
                .isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void theShippedFileDocumentsEveryKeyInOneLineWithItsDefault() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("config/application.properties"));
        for (Setting setting : Setting.values()) {
            int line = lines.indexOf(setting.key() + "=" + setting.byDefault());
            assertThat(line).as(setting.key() + " with its default").isPositive();
            assertThat(lines.get(line - 1)).as("comment of " + setting.key()).startsWith("# ");
            assertThat(line < 2 || !lines.get(line - 2).startsWith("#"))
                    .as("one line of comment for " + setting.key())
                    .isTrue();
        }
    }

    private Settings settings(Map<String, String> environment) {
        return Settings.read(project, environment, Map.of());
    }

    private void file(String... lines) throws IOException {
        Files.createDirectories(project.resolve("config"));
        Files.write(project.resolve("config/application.properties"), List.of(lines));
    }
}
