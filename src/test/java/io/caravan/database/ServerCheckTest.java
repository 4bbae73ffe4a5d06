package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class ServerCheckTest {
    private final Sql sql;
    private final DatabaseSettings settings;
    private final DatabaseSettings asGuest;

    ServerCheckTest(Database database, DatabaseSettings settings) {
        this.sql = new Sql(database);
        this.settings = settings;
        this.asGuest = new DatabaseSettings(settings.url(), "guest", "secret");
    }

    @BeforeEach
    void aUserWithoutPrivileges() {
        sql.execute("create role guest login password 'secret'");
    }

    @AfterEach
    void dropTheUser() {
        sql.execute("drop owned by guest cascade; drop role guest");
    }

    @Test
    void aServerForCaravanIsAccepted() {
        assertThatCode(() -> ServerCheck.require(settings)).doesNotThrowAnyException();
    }

    @Test
    void aWrongPasswordNamesTheSettings() {
        assertThatThrownBy(() -> ServerCheck.require(new DatabaseSettings(settings.url(), "guest", "wrong")))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("does not let user 'guest' in")
                .hasMessageContaining("caravan.database.password")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void aDatabaseThatDoesNotExistIsTold() {
        var elsewhere = settings.url().replaceFirst("/[^/]*$", "/nowhere");
        assertThatThrownBy(() ->
                        ServerCheck.require(new DatabaseSettings(elsewhere, settings.user(), settings.password())))
                .hasMessageContaining("\"nowhere\" does not exist")
                .hasMessageContaining("caravan.database.url");
    }

    @Test
    void nobodyListeningIsTemporary() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThatThrownBy(() -> ServerCheck.require(new DatabaseSettings(
                        "jdbc:postgresql://127.0.0.1:" + port + "/caravan?password=hidden", "a", "b")))
                .isInstanceOf(TemporaryDatabaseException.class)
                .hasMessageContaining("postgresql://127.0.0.1:" + port + "/caravan cannot be used")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void aUserWhoMayNotUseTheSchemaIsToldTheStatement() {
        assertThatThrownBy(() -> ServerCheck.require(asGuest))
                .hasMessageContaining("alter schema caravan owner to \"guest\"");
    }

    @Test
    void aUserWhoMayNotMakeSchemasIsToldTheStatement() {
        sql.execute("alter schema caravan rename to elsewhere");
        try {
            assertThatThrownBy(() -> ServerCheck.require(asGuest))
                    .hasMessageContaining("grant create on database")
                    .hasMessageContaining("to \"guest\"");
        } finally {
            sql.execute("alter schema elsewhere rename to caravan");
        }
    }

    @Test
    void aReadOnlyServerIsTold() {
        sql.execute("grant all on schema caravan to guest; alter role guest set default_transaction_read_only = on");
        assertThatThrownBy(() -> ServerCheck.require(asGuest)).hasMessageContaining("read-only");
    }

    @Test
    void anOldServerIsTold() {
        assertThat(ServerCheck.tooOld("postgresql://db/x", "15.8"))
                .contains("is PostgreSQL 15.8; Caravan needs 16 or newer", "caravan.database.url");
    }
}
