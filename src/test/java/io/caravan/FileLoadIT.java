package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.DatabaseSettings;
import io.caravan.database.RunningPostgres;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is larger than the service's memory, into a table without a unique key, while the service is killed. */
class FileLoadIT {
    private static final int ROWS = 1_500_000;
    private static final String HEAP = "96m";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    private Path project;

    @Test
    void afterTwoKillsInTheMiddleOfALargeFileTheTableHasEachRowOnce() throws Exception {
        pipeline();
        long size = file();
        assertThat(size).as("bytes of the file").isGreaterThan(96L << 20);
        String logs = killWhenLoaded(0.2) + killWhenLoaded(0.4);
        try (ServiceChild service = ServiceChild.start(project, Map.of(), HEAP)) {
            service.awaitReady();
            assertThat(loaded()).as("rows when it was ready").isLessThan(ROWS);
            await().atMost(PATIENCE)
                    .failFast("the service ended", () -> !service.isAlive())
                    .until(() -> Files.exists(project.resolve("inbox/.camel/trips.csv")));
            assertThat(count("trips.trip")).isEqualTo(ROWS);
            assertThat(count("(SELECT DISTINCT id FROM trips.trip) AS t")).isEqualTo(ROWS);
            assertThat(count("caravan.load_file WHERE done AND records = " + ROWS))
                    .isEqualTo(1);
            assertThat(logs + service.log())
                    .containsPattern("rows=[0-9,]+ rows/s=[0-9,]+ eta=[0-9]+s")
                    .containsPattern("rows=1,500,000 rows/s=[0-9,]+ done")
                    .doesNotContain("OutOfMemoryError");
        }
    }

    /** Kills the service when this part of the file is in the table, as soon as that is seen; gives what it logged. */
    private String killWhenLoaded(double part) throws Exception {
        try (ServiceChild service = ServiceChild.start(project, Map.of(), HEAP)) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptions()
                    .failFast("the service ended", () -> !service.isAlive())
                    .until(() -> loaded() > part * ROWS);
            service.kill();
            assertThat(loaded())
                    .as("rows at the kill, which is in the middle of the file")
                    .isLessThan(ROWS * 8L / 10);
            return service.log();
        }
    }

    /** What the load itself has noted: counting rows would take longer than the next chunk does. */
    private long loaded() throws SQLException {
        return number("SELECT coalesce(sum(records), 0) FROM caravan.load_file");
    }

    private long count(String from) throws SQLException {
        return number("SELECT count(*) FROM " + from);
    }

    private long number(String query) throws SQLException {
        DatabaseSettings server = RunningPostgres.on(project.resolve("data")).orElseThrow();
        try (Connection connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private long file() throws IOException {
        Path inbox = Files.createDirectories(project.resolve("inbox"));
        Path written = inbox.resolve(".trips.csv");
        String rest = "x".repeat(100);
        try (BufferedWriter writer = Files.newBufferedWriter(written)) {
            writer.write("id,note\n");
            for (int id = 0; id < ROWS; id++) {
                writer.write(id + "," + rest + "\n");
            }
        }
        Files.move(written, inbox.resolve("trips.csv"));
        return Files.size(inbox.resolve("trips.csv"));
    }

    private void pipeline() throws IOException {
        write("sql/trips/V1__trip.sql", "CREATE TABLE trips.trip (id int NOT NULL, note text);\n");
        write("routes/trips/trips.camel.yaml", """
                - route:
                    id: trips
                    from:
                      uri: file:%s?initialDelay=0
                      steps:
                        - to: load:trips.trip?keepRaw=false
                """.formatted(project.resolve("inbox")));
    }

    private void write(String file, String text) throws IOException {
        Path target = project.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, text);
    }
}
