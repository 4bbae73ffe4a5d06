package io.caravan.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that this process brings, starts and stops: durable, on a free loopback port, reachable only with the
 * password that lies in {@code <data>/postgres/password} (mode 0600). One service at a time works on a data folder. When
 * the service was killed, the next start stops the server that it left behind and recovers. When the server dies while
 * the service lives, it is started again on the same port. Safe for use by several threads.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    static final String USER = "caravan";
    private static final String DATABASE = "caravan";
    private static final int PORT_ATTEMPTS = 5;

    private final DataFolderLock lock;
    private final PostgresCluster cluster;
    private final String password;
    private final int port;
    private final Map<String, String> parameters;
    private @Nullable PostgresWatch watch;
    private boolean closed;

    private EmbeddedPostgres(
            DataFolderLock lock, PostgresCluster cluster, String password, int port, Map<String, String> parameters) {
        this.lock = lock;
        this.cluster = cluster;
        this.password = password;
        this.port = port;
        this.parameters = parameters;
    }

    /**
     * Starts the server on the data of the last start, or on a new cluster.
     *
     * @throws DataFolderInUseException when another service works on this folder
     * @throws EmbeddedPostgresException when it cannot start; nothing is left running
     */
    public static EmbeddedPostgres start(EmbeddedPostgresSettings settings) {
        var lock = DataFolderLock.take(settings.dataFolder());
        try {
            return start(settings, lock);
        } catch (AccessDeniedException e) {
            lock.close();
            throw new EmbeddedPostgresException(
                    "User " + System.getProperty("user.name") + " may not use " + e.getFile()
                            + ". Nothing was started. Start Caravan as the user who owns " + settings.dataFolder()
                            + ", or hand the folder over (chown -R).",
                    e);
        } catch (IOException e) {
            lock.close();
            throw new EmbeddedPostgresException("PostgreSQL did not start in " + settings.dataFolder() + ": " + e, e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static EmbeddedPostgres start(EmbeddedPostgresSettings settings, DataFolderLock lock) throws IOException {
        var home = PostgresBinaries.unpackedBelow(settings.binariesFolder());
        var folder = Files.createDirectories(settings.dataFolder().resolve("postgres"))
                .toRealPath();
        var cluster = new PostgresCluster(home, folder);
        if (cluster.exists()) {
            cluster.requireSameMajorVersion();
            cluster.stopLeftOver();
        } else {
            LOG.info("Creating a PostgreSQL cluster in {}", folder);
            cluster.initialize(USER, passwordFile(folder), isDurable(settings));
        }
        var password = Files.readString(passwordFile(folder), UTF_8).strip();
        var server = new EmbeddedPostgres(lock, cluster, password, listen(cluster, settings), settings.parameters());
        server.open();
        server.watch = PostgresWatch.start(server::revive);
        return server;
    }

    private static boolean isDurable(EmbeddedPostgresSettings settings) {
        return !"off".equals(settings.parameters().get("fsync"));
    }

    private static Path passwordFile(Path folder) throws IOException {
        var file = folder.resolve("password");
        if (Files.exists(file)) {
            return file;
        }
        if (Files.exists(folder.resolve("cluster"))) {
            throw new EmbeddedPostgresException("The password of the bundled PostgreSQL is missing: " + file
                    + ". Nothing was started. Restore this file (it belongs to the data beside it).");
        }
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var work = folder.resolve(".password");
        Files.deleteIfExists(work);
        Files.writeString(Files.createFile(work, ownerOnly), randomPassword(), UTF_8);
        return Files.move(work, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String randomPassword() {
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    /** Another program may take a free port between its choice and the server's start, so that is tried again. */
    private static int listen(PostgresCluster cluster, EmbeddedPostgresSettings settings) throws IOException {
        int attempts = settings.port() == 0 ? PORT_ATTEMPTS : 1;
        int port = settings.port();
        for (int i = 0; i < attempts; i++) {
            port = settings.port() == 0 ? freePort() : settings.port();
            if (cluster.start(port, settings.parameters())) {
                return port;
            }
        }
        throw new EmbeddedPostgresException("PostgreSQL cannot listen on 127.0.0.1:" + port
                + ", another program does. Nothing was started. Choose another port, or 0 for a free one.");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void open() throws IOException {
        try (var connection = connect("postgres")) {
            requireOurs(connection);
            createDatabase(connection);
        } catch (SQLException e) {
            cluster.stop();
            throw new EmbeddedPostgresException(
                    "PostgreSQL started in " + cluster.folder() + " but does not let Caravan in: " + e.getMessage()
                            + ". It was stopped. Its password is kept in "
                            + cluster.folder().resolveSibling("password") + ".",
                    e);
        } catch (IOException | RuntimeException e) {
            cluster.stop();
            throw e;
        }
        LOG.info("PostgreSQL runs on 127.0.0.1:{} with its data in {}", port, cluster.folder());
    }

    private void requireOurs(Connection connection) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("show data_directory")) {
            rows.next();
            if (!Path.of(rows.getString(1)).toRealPath().equals(cluster.folder())) {
                throw new EmbeddedPostgresException("On 127.0.0.1:" + port + " answers a PostgreSQL with its data in "
                        + rows.getString(1) + ", not ours in " + cluster.folder() + ". Ours was stopped. Try again.");
            }
        }
    }

    private static void createDatabase(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
            if (!rows.next()) {
                statement.execute("create database " + DATABASE);
            }
        }
    }

    private Connection connect(String database) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "10");
        return DriverManager.getConnection(url(port, database), properties);
    }

    /** The JDBC address of Caravan's database. */
    public String url() {
        return urlOf(port);
    }

    static String urlOf(int port) {
        return url(port, DATABASE);
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    public int port() {
        return port;
    }

    /** The server answers for as long as this is true. */
    public boolean isAlive() {
        try {
            return cluster.isAlive();
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "The state of PostgreSQL in " + cluster.folder() + " cannot be read: " + e, e);
        }
    }

    /** On the same port, which the connections of this process know. */
    private synchronized void revive() throws IOException {
        if (closed || cluster.isAlive()) {
            return;
        }
        LOG.error(
                "PostgreSQL in {} has died (out of memory? its log lies in {}); starting it again on port {}."
                        + " What was committed is safe; batches that were open are tried again",
                cluster.folder(),
                cluster.folder().resolve("log"),
                port);
        cluster.stop();
        if (!cluster.start(port, parameters)) {
            throw new EmbeddedPostgresException(
                    "Another program listens on 127.0.0.1:" + port + " now. Stop it, or restart Caravan.");
        }
        LOG.warn("PostgreSQL runs again on 127.0.0.1:{}", port);
    }

    /** Stops the server, in order if it can, and frees the data folder. Connections that are still open end. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (watch != null) {
            watch.close();
        }
        try (lock) {
            cluster.stop();
            LOG.info("PostgreSQL in {} has stopped", cluster.folder());
        } catch (IOException e) {
            throw new EmbeddedPostgresException("PostgreSQL in " + cluster.folder() + " did not stop: " + e, e);
        }
    }
}
