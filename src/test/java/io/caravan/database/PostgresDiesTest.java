package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled server is killed, as the kernel does when memory runs out, while its service lives on. */
class PostgresDiesTest {
    @TempDir
    Path data;

    @Test
    void aServerThatWasKilledIsStartedAgainAndTheServiceGoesOnWithItsData() throws Exception {
        try (var server = EmbeddedPostgres.start(TestServer.quick(data).with("synchronous_commit", "on"));
                var database = Database.open(new DatabaseSettings(
                        server.url(), server.user(), server.password(), 4, Duration.ofSeconds(5)))) {
            var sql = new Sql(database);
            sql.execute("create table packet as select 7 as car_id");

            for (int i = 0; i < 2; i++) {
                ProcessHandle postmaster = postmaster();
                postmaster.destroyForcibly();
                postmaster.onExit().join();

                await().atMost(Duration.ofSeconds(60))
                        .ignoreExceptionsInstanceOf(DatabaseException.class)
                        .until(() -> sql.ask("select car_id from packet").equals("7"));
            }
            assertThat(server.isAlive()).isTrue();
        }
        assertThat(new ClusterProcesses(data.resolve("postgres/cluster").toRealPath()).living())
                .isEmpty();
    }

    private ProcessHandle postmaster() throws Exception {
        return new ClusterProcesses(data.resolve("postgres/cluster").toRealPath())
                .postmaster()
                .orElseThrow();
    }
}
