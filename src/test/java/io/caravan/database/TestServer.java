package io.caravan.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL of this JVM's tests: not durable, so that it is quick. Its folder below {@code java.io.tmpdir} is used
 * again by the next JVM, which also stops what a killed one left behind; JVMs that run at the same time take a folder each.
 */
final class TestServer {
    private static final Supplier<TestServer> INSTANCE = new Once();
    private static final Path FOLDER =
            Path.of(System.getProperty("java.io.tmpdir"), "caravan-test-" + System.getProperty("user.name"));

    private final EmbeddedPostgres server;
    private final String template;
    private final AtomicInteger count = new AtomicInteger();

    private TestServer(EmbeddedPostgres server) throws SQLException {
        this.server = server;
        this.template = "template_" + migrationsHash();
        dropDatabasesOfEarlierTests();
        prepareTemplate();
    }

    static TestServer instance() {
        return INSTANCE.get();
    }

    /** Starts the server at the first use and stops it with the JVM; a failed start is told to every test. */
    private static final class Once implements Supplier<TestServer> {
        private @Nullable TestServer started;

        @Override
        public synchronized TestServer get() {
            if (started == null) {
                try {
                    var server = startInFreeFolder();
                    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-test-postgres"));
                    started = new TestServer(server);
                } catch (SQLException e) {
                    throw DatabaseException.of(e);
                }
            }
            return started;
        }
    }

    /** The settings of a quick server that may lose its data with the machine. */
    static EmbeddedPostgresSettings quick(Path dataFolder) {
        return EmbeddedPostgresSettings.in(dataFolder)
                .withBinariesIn(binaries())
                .with("fsync", "off")
                .with("synchronous_commit", "off")
                .with("full_page_writes", "off")
                .with("shared_buffers", "64MB")
                .with("max_connections", "200")
                .with("logging_collector", "off");
    }

    /** Unpacked once per user of this machine. */
    static Path binaries() {
        return FOLDER.resolve("postgres");
    }

    private static EmbeddedPostgres startInFreeFolder() {
        for (int i = 0; ; i++) {
            var folder = FOLDER.resolve("server-" + i);
            try {
                return start(folder);
            } catch (DataFolderInUseException e) {
                LoggerFactory.getLogger(TestServer.class).debug("Tests of another JVM use {}", folder, e);
            }
        }
    }

    private static EmbeddedPostgres start(Path folder) {
        try {
            return EmbeddedPostgres.start(quick(folder));
        } catch (DataFolderInUseException e) {
            throw e;
        } catch (EmbeddedPostgresException damaged) {
            // Not durable, so a crash of the machine may have spoilt it
            try {
                PostgresBinaries.delete(folder);
            } catch (IOException e) {
                damaged.addSuppressed(e);
                throw damaged;
            }
            return EmbeddedPostgres.start(quick(folder));
        }
    }

    private void dropDatabasesOfEarlierTests() throws SQLException {
        for (var name :
                names("datname like 'test\\_%' or datname like 'template\\_%' and datname <> '" + template + "'")) {
            execute("drop database \"" + name + "\" with (force)");
        }
    }

    private void prepareTemplate() throws SQLException {
        if (!names("datname = '" + template + "'").isEmpty()) {
            return;
        }
        var unfinished = template + "_unfinished";
        execute("create database " + unfinished);
        try (var database = Database.open(settings(unfinished))) {
            Migrations.engine(database);
        }
        execute("alter database " + unfinished + " rename to " + template);
    }

    FreshDatabase fresh() {
        var name = "test_" + count.incrementAndGet();
        try {
            execute("create database " + name + " template " + template);
        } catch (SQLException e) {
            throw DatabaseException.of(e);
        }
        return new FreshDatabase(this, name, settings(name), Database.open(settings(name)));
    }

    private DatabaseSettings settings(String database) {
        return new DatabaseSettings(
                "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database, server.user(), server.password());
    }

    void execute(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> names(String condition) throws SQLException {
        var names = new ArrayList<String>();
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select datname from pg_database where " + condition)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(server.url(), server.user(), server.password());
    }

    /** Changes with the migrations, and daily because they may make partitions by date. */
    private static String migrationsHash() {
        var hash = new CRC32();
        hash.update(LocalDate.now(ZoneOffset.UTC).toString().getBytes(UTF_8));
        var folder = Migrations.class.getResource("migration");
        if (folder != null) {
            try (var files = Files.walk(Path.of(folder.toURI()))) {
                for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                    hash.update(file.getFileName().toString().getBytes(UTF_8));
                    hash.update(Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
        return Long.toHexString(hash.getValue());
    }
}
