package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceTest {
    private static final Map<String, String> SAID =
            Map.of("CARAVAN_PROJECT", "/srv/fleet", "CARAVAN_DATA_FOLDER", "/srv/data");

    @Test
    void optionsBehindOrBeforeACommandGoBeforeTheEnvironment() {
        assertThat(Place.of("fleet", "list", "--data", "/tmp/demo", "--trouble").over(SAID))
                .isEqualTo(Map.of("CARAVAN_PROJECT", "/srv/fleet", "CARAVAN_DATA_FOLDER", "/tmp/demo"));
        assertThat(Place.of("--project=/home/a", "sql", "select 1").over(SAID))
                .isEqualTo(Map.of("CARAVAN_PROJECT", "/home/a", "CARAVAN_DATA_FOLDER", "/srv/data"));
    }

    @Test
    void aFolderOfDataStartsWhereTheCommandWasTyped() {
        assertThat(Place.of("sql", "--data", "demo").over(Map.of()))
                .containsEntry(
                        "CARAVAN_DATA_FOLDER", Path.of("demo").toAbsolutePath().toString());
    }

    @Test
    void whatIsToBeTypedBehindAnotherCommandIsOnlyWhatWasSaid() {
        assertThat(Place.of("demo", "--port", "8081").words()).isEmpty();
        assertThat(Place.of("demo", "--data", "/tmp/my data").words()).isEqualTo(" --data '/tmp/my data'");
    }

    @Test
    void wrongUsageIsLeftToTheCommand() {
        assertThat(Place.of("sql", "--data").over(SAID)).isEqualTo(SAID);
    }
}
