package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.RunningPostgres;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is larger than the service's memory, into a table without a unique key, while the service is killed. */
class FileLoadIT {
    private static final int ROWS = 4_000_000;
    private static final String HEAP = "96m";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    private Path project;

    @Test
    void afterTwoKillsInTheMiddleOfALargeFileTheTableHasEachRowOnce() throws Exception {
        pipeline();
        long size = file();
        assertThat(size).as("bytes of the file").isGreaterThan(96L << 20);
        long before = 0;
        for (int kill = 1; kill <= 2; kill++) {
            before = killWithMoreThan(before + ROWS / 10);
            assertThat(before).as("rows at kill " + kill).isLessThan(ROWS);
        }
        try (ServiceChild service = ServiceChild.start(project, Map.of(), HEAP)) {
            service.awaitReady();
            try (Database database = database()) {
                await().atMost(PATIENCE)
                        .failFast("the service ended", () -> !service.isAlive())
                        .until(() -> Files.exists(project.resolve("inbox/.camel/trips.csv")));
                assertThat(Packets.count(database, "trips.trip")).isEqualTo(ROWS);
                assertThat(Packets.count(database, "(SELECT DISTINCT id FROM trips.trip) AS t"))
                        .isEqualTo(ROWS);
                assertThat(Packets.count(database, "caravan.load_file WHERE done AND records = " + ROWS))
                        .isEqualTo(1);
            }
            assertThat(service.log())
                    .containsPattern("rows=[0-9,]+ rows/s=[0-9,]+ eta=[0-9]+s")
                    .containsPattern("rows=4,000,000 rows/s=[0-9,]+ done")
                    .doesNotContain("OutOfMemoryError");
        }
    }

    /** How many rows were in the table when it was killed, which is in the middle of the file. */
    private long killWithMoreThan(long rows) throws Exception {
        try (ServiceChild service = ServiceChild.start(project, Map.of(), HEAP)) {
            // readiness waits for the first poll of the file, which is the whole load
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptions()
                    .failFast("the service ended", () -> !service.isAlive())
                    .until(() -> loaded() > rows);
            service.kill();
            return loaded();
        }
    }

    private long loaded() {
        try (Database database = database()) {
            return loaded(database);
        }
    }

    private static long loaded(Database database) {
        return Packets.count(database, "trips.trip");
    }

    private Database database() {
        return Database.open(RunningPostgres.on(project.resolve("data")).orElseThrow());
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
