package io.caravan.watch.cause;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.cause.Evidence.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class ChangeLogTest {
    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

    @TempDir
    private Path project;

    private final Database database;

    ChangeLogTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void empty() throws IOException {
        Query.of("truncate caravan.watch_change, caravan.watch_own_part")
                .on(database)
                .update();
        write("routes/packets.camel.yaml", "one");
        write("config/secrets.properties", "password=1");
    }

    private void write(String file, String text) throws IOException {
        Path path = project.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private ChangeLog log(String node, String version) {
        return new ChangeLog(
                database,
                Clock.fixed(NOW, ZoneOffset.UTC),
                node,
                version,
                project,
                List.of(project.resolve("routes"), project.resolve("config"), project.resolve("sql")),
                file -> file.endsWith("secrets.properties"));
    }

    private List<Change> told() {
        return new ChangeRepository(database).between(NOW.minusSeconds(1), NOW);
    }

    @Test
    void theFirstStartChangesNothing() {
        log("one", "1.0").look();
        assertThat(told()).isEmpty();
    }

    @Test
    void anotherVersionIsAChange() {
        log("one", "1.0").look();
        log("one", "1.1").look();
        assertThat(told()).singleElement().satisfies(change -> {
            assertThat(change.sentence()).isEqualTo("version 1.0 became 1.1");
            assertThat(change.node()).isEqualTo("one");
        });
    }

    @Test
    void savedAddedAndRemovedFilesAreChanges() throws IOException {
        ChangeLog log = log("one", "1.0");
        log.look();
        write("routes/packets.camel.yaml", "two");
        write("sql/telematics/V1__packet.sql", "create");
        Files.delete(project.resolve("config/secrets.properties"));
        log.look();
        log.look();
        assertThat(told())
                .extracting(Change::sentence)
                .containsExactlyInAnyOrder(
                        "routes/packets.camel.yaml was changed",
                        "sql/telematics/V1__packet.sql was added",
                        "config/secrets.properties was removed");
    }

    @Test
    void nodesThatSeeTheSameChangeTellItOnce() throws IOException {
        ChangeLog one = log("one", "1.0");
        ChangeLog two = log("two", "1.0");
        one.look();
        two.look();
        write("routes/packets.camel.yaml", "two");
        one.look();
        two.look();
        assertThat(told()).hasSize(1);
    }

    @Test
    void nothingOfASecretIsKept() {
        log("one", "1.0").look();
        assertThat(new ChangeRepository(database).known().get("config/secrets.properties"))
                .startsWith("of 20");
    }
}
