package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
    @TempDir
    Path data;

    @Test
    void aSecondStartFindsTheDataOfTheFirst() throws Exception {
        try (var server = EmbeddedPostgres.start(TestServer.quick(data))) {
            execute(server, "create table packet as select 7 as car_id");
        }
        try (var server = EmbeddedPostgres.start(TestServer.quick(data))) {
            assertThat(ask(server, "select car_id from packet")).isEqualTo("7");
        }
    }

    @Test
    void aNewClusterIsDurableCheckedAndClosedToStrangers() throws Exception {
        try (var server =
                EmbeddedPostgres.start(EmbeddedPostgresSettings.in(data).withBinariesIn(TestServer.binaries()))) {
            assertThat(ask(server, "show fsync")).isEqualTo("on");
            assertThat(ask(server, "show data_checksums")).isEqualTo("on");
            assertThat(ask(server, "show server_encoding")).isEqualTo("UTF8");
            assertThat(ask(server, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(server, "show unix_socket_directories")).isEmpty();
            assertThat(ask(server, "select datlocale from pg_database where datname = current_database()"))
                    .isEqualTo("C.UTF-8");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("postgres/password"))))
                    .isEqualTo("rw-------");
            assertThatThrownBy(() -> DriverManager.getConnection(server.url(), server.user(), "guessed"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void aSecondServiceOnTheSameFolderIsToldWhoHasIt() throws Exception {
        try (var server = EmbeddedPostgres.start(TestServer.quick(data))) {
            assertThatThrownBy(() -> EmbeddedPostgres.start(TestServer.quick(data)))
                    .isInstanceOf(DataFolderInUseException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("a data folder of its own");
            assertThat(ask(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aFixedPortThatIsTakenIsTold() throws Exception {
        try (var other = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(
                            () -> EmbeddedPostgres.start(TestServer.quick(data).withPort(other.getLocalPort())))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining("127.0.0.1:" + other.getLocalPort());
        }
    }

    @Test
    void dataOfAnotherMajorVersionIsToldAndLeftAlone() throws Exception {
        EmbeddedPostgres.start(TestServer.quick(data)).close();
        var version = data.resolve("postgres/cluster/PG_VERSION");
        Files.writeString(version, "17\n");
        assertThatThrownBy(() -> EmbeddedPostgres.start(TestServer.quick(data)))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("made by PostgreSQL 17")
                .hasMessageContaining("carries 18");
        assertThat(version).hasContent("17");
    }

    @Test
    void aPidFileThatNamesAForeignProcessDoesNotStopTheStart() throws Exception {
        EmbeddedPostgres.start(TestServer.quick(data)).close();
        var folder = data.resolve("postgres/cluster");
        var stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(
                    folder.resolve("postmaster.pid"),
                    stranger.pid() + "\n" + folder.toRealPath() + "\n"
                            + stranger.info().startInstant().orElseThrow().getEpochSecond() + "\n5432\n\n127.0.0.1\n");
            try (var server = EmbeddedPostgres.start(TestServer.quick(data))) {
                assertThat(ask(server, "select 1")).isEqualTo("1");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void everyPlatformHasItsArchive() {
        assertThat(PostgresBinaries.archive("Linux", "amd64")).isEqualTo("/postgres-linux-x86_64.txz");
        assertThat(PostgresBinaries.archive("Linux", "aarch64")).isEqualTo("/postgres-linux-arm_64.txz");
        assertThat(PostgresBinaries.archive("Mac OS X", "aarch64")).isEqualTo("/postgres-darwin-arm_64.txz");
    }

    static void execute(EmbeddedPostgres server, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String ask(EmbeddedPostgres server, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
