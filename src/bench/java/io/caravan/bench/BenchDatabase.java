package io.caravan.bench;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.EmbeddedPostgres;
import io.caravan.database.EmbeddedPostgresSettings;
import io.caravan.database.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The bundled PostgreSQL with the service's own, durable settings, on a folder of its own that is deleted afterwards. */
final class BenchDatabase implements AutoCloseable {
    /** The shape of the example pipeline's packets; PostgreSQL makes the content's hash, for every contender alike. */
    private static final String TABLE = """
            CREATE SCHEMA bench;
            CREATE TABLE bench.packet (
                car_id      integer     NOT NULL CHECK (car_id > 0),
                rtc_time    timestamptz NOT NULL,
                created_at  timestamptz NOT NULL,
                data        jsonb       NOT NULL CHECK (jsonb_typeof(data) = 'object'),
                content     uuid        NOT NULL GENERATED ALWAYS AS (md5(data::text)::uuid) STORED,
                loaded_at   timestamptz NOT NULL DEFAULT now(),
                UNIQUE (rtc_time, car_id, content)
            )""";

    private final Path folder;
    private final EmbeddedPostgres server;
    private final Database database;
    private final long postmaster;

    private BenchDatabase(Path folder, EmbeddedPostgres server, Database database) throws SQLException {
        this.folder = folder;
        this.server = server;
        this.database = database;
        this.postmaster = Long.parseLong(text("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"));
    }

    static BenchDatabase start(Path parent) throws IOException, SQLException {
        Path folder = Files.createTempDirectory(Files.createDirectories(parent), "data-");
        EmbeddedPostgres server =
                EmbeddedPostgres.start(EmbeddedPostgresSettings.in(folder).withBinariesIn(parent.resolve("postgres")));
        Database database = Database.open(new DatabaseSettings(server.url(), server.user(), server.password()));
        Migrations.engine(database);
        BenchDatabase started = new BenchDatabase(folder, server, database);
        started.execute(TABLE);
        return started;
    }

    Database database() {
        return database;
    }

    EmbeddedPostgres server() {
        return server;
    }

    long postmaster() {
        return postmaster;
    }

    String version() throws SQLException {
        return text("SHOW server_version");
    }

    /** A plain connection, as bare JDBC has it. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(server.url(), server.user(), server.password());
    }

    /** Another database of this server. */
    Database open(String name) {
        return Database.open(new DatabaseSettings(url(name), server.user(), server.password()));
    }

    private String url(String name) {
        String url = server.url();
        return url.substring(0, url.lastIndexOf('/') + 1) + name;
    }

    /** Does at once what autovacuum would do within a minute of filling a database, and perhaps while something is measured. */
    void settle(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(name), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM ANALYZE");
            statement.execute("CHECKPOINT");
        }
    }

    /** Empties all tables and writes out what the run before left, so that each begins alike. */
    void reset() throws SQLException {
        for (String sql : List.of(
                "TRUNCATE bench.packet, caravan.call, caravan.duplicate, caravan.rejected, caravan.load_batch, caravan.dedup_dropped",
                "CHECKPOINT")) {
            execute(sql);
        }
    }

    /** Whoever is fast by losing rows, or by keeping repeats, has measured nothing. */
    void requireRows(int wanted, String contender) throws SQLException {
        int found = Integer.parseInt(text("SELECT count(*) FROM bench.packet"));
        if (found != wanted) {
            throw new IllegalStateException(
                    contender + " left " + found + " rows where " + wanted + " are right; its numbers are void.");
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String text(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() throws IOException {
        database.close();
        server.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
