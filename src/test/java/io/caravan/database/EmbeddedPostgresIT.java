package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the data when the service dies as processes do die. */
class EmbeddedPostgresIT {
    private static final int ORDINARY_USER = 1000;

    @TempDir
    Path folder;

    private Path data = Path.of("data");

    @BeforeEach
    void openFolder() throws Exception {
        data = Files.createDirectory(folder.toRealPath().resolve("data"));
    }

    @AfterEach
    void nothingStaysAlive() throws Exception {
        assertThat(processes().endAll()).isTrue();
    }

    @RepeatedTest(3)
    void afterKill9EverythingCommittedIsThere() throws Exception {
        long committed;
        try (var service = ChildService.start(data)) {
            committed = service.awaitCommitted(200);
            service.kill();
        }
        assertThat(processes().postmaster()).as("outlives its service").isPresent();
        try (var server = EmbeddedPostgres.start(settings())) {
            assertThat(Long.parseLong(EmbeddedPostgresTest.ask(server, "select max(n) from written")))
                    .isGreaterThanOrEqualTo(committed);
            assertThat(EmbeddedPostgresTest.ask(server, "select count(*) = max(n) from written"))
                    .isEqualTo("t");
        }
        assertThat(processes().living()).isEmpty();
    }

    @Test
    void afterKill9OfServiceAndServerEverythingCommittedIsThere() throws Exception {
        long committed;
        try (var service = ChildService.start(data)) {
            committed = service.awaitCommitted(200);
            service.kill();
            processes().postmaster().orElseThrow().destroyForcibly();
        }
        try (var server = EmbeddedPostgres.start(settings())) {
            assertThat(Long.parseLong(EmbeddedPostgresTest.ask(server, "select max(n) from written")))
                    .isGreaterThanOrEqualTo(committed);
        }
    }

    @Test
    void aSecondServiceIsToldWhichProcessHasTheFolder() throws Exception {
        try (var service = ChildService.start(data)) {
            long before = service.awaitCommitted(1);
            assertThatThrownBy(() -> EmbeddedPostgres.start(settings()))
                    .isInstanceOf(DataFolderInUseException.class)
                    .hasMessageContaining("process " + service.pid());
            assertThat(service.awaitCommitted(before + 10)).isGreaterThan(before);
        }
    }

    @Test
    void anOrdinaryUserRunsItToo() throws Exception {
        assumeRoot();
        openTo(folder);
        own(data, ORDINARY_USER);
        try (var service = ChildService.startAs(ORDINARY_USER, data, folder)) {
            assertThat(service.awaitCommitted(10)).isPositive();
        }
        assertThat(Files.getAttribute(data.resolve("postgres/cluster"), "unix:uid"))
                .isEqualTo(ORDINARY_USER);
    }

    @Test
    void rootServesAnotherUsersClusterAsThatUser() throws Exception {
        assumeRoot();
        EmbeddedPostgres.start(settings()).close();
        try (var paths = Files.walk(data.resolve("postgres/cluster"))) {
            for (var path : paths.toList()) {
                own(path, ORDINARY_USER);
            }
        }
        assertThatThrownBy(() -> EmbeddedPostgres.start(settings()))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("uid 1000")
                .hasMessageContaining("chmod o+x " + folder.toRealPath());
        openTo(folder);
        try (var server = EmbeddedPostgres.start(settings())) {
            EmbeddedPostgresTest.execute(server, "create table made_by_user as select 1 as one");
            assertThat(EmbeddedPostgresTest.ask(server, "select one from made_by_user"))
                    .isEqualTo("1");
        }
        assertThat(Files.getAttribute(data.resolve("postgres/cluster/PG_VERSION"), "unix:uid"))
                .isEqualTo(ORDINARY_USER);
    }

    @Test
    void aFolderOfAnotherUserIsToldToAnOrdinaryOne() throws Exception {
        assumeRoot();
        openTo(folder);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        try (var service = ChildService.startAs(ORDINARY_USER, data, folder)) {
            assertThat(service.output(Duration.ofSeconds(60)))
                    .contains(data.toString())
                    .contains("EmbeddedPostgresException")
                    .contains("Nothing was started");
        }
    }

    private EmbeddedPostgresSettings settings() {
        return EmbeddedPostgresSettings.in(data).withBinariesIn(TestServer.binaries());
    }

    private ClusterProcesses processes() {
        return new ClusterProcesses(data.resolve("postgres/cluster"));
    }

    private static void assumeRoot() {
        assumeTrue(new UnixSystem().getUid() == 0, "only root becomes another user");
    }

    private static void openTo(Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void own(Path path, int uid) throws Exception {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
    }
}
