package io.caravan.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One PostgreSQL data directory and the programs that work on it. The caller holds the data folder's lock, so whatever
 * still runs here is left over from a service that was killed.
 */
final class PostgresCluster {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresCluster.class);
    private static final Pattern VERSION = Pattern.compile("\\) (\\d+)(\\S*)");
    private static final Duration INITIALIZE_LIMIT = Duration.ofMinutes(5);
    /** Recovery after a crash may replay gigabytes. */
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private static final Duration FAST_STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration IMMEDIATE_STOP_LIMIT = Duration.ofSeconds(10);

    private final Path home;
    private final Path parent;
    private final Path folder;
    private final ServerAccount account;
    private final ClusterProcesses processes;

    /** The cluster in {@code <parent>/cluster}; it need not exist yet. */
    PostgresCluster(Path home, Path parent) {
        this.home = home;
        this.parent = parent;
        this.folder = parent.resolve("cluster");
        this.account = ServerAccount.forCluster(folder);
        this.processes = new ClusterProcesses(folder);
    }

    Path folder() {
        return folder;
    }

    boolean exists() {
        return Files.exists(folder);
    }

    /** Creates the cluster in a folder beside it and moves it into place, so that a half-made one is never seen. */
    void initialize(String user, Path passwordFile, boolean durable) throws IOException {
        removeHalfMadeClusters();
        var work = Files.createTempDirectory(parent, ".initializing-");
        try {
            var password = Files.copy(passwordFile, work.resolveSibling(work.getFileName() + ".password"));
            try {
                account.takeOver(work);
                account.takeOver(password);
                requireRunnable();
                initdb(user, work, password, durable);
            } finally {
                Files.deleteIfExists(password);
            }
            Files.move(work, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            PostgresBinaries.delete(work);
        }
    }

    private void removeHalfMadeClusters() throws IOException {
        try (var children = Files.newDirectoryStream(parent, ".initializing-*")) {
            for (var child : children) {
                PostgresBinaries.delete(child);
            }
        }
    }

    private void initdb(String user, Path work, Path password, boolean durable) {
        var command = new ArrayList<>(List.of(program("initdb"), "-D", work.toString(), "-U", user));
        command.addAll(List.of("--auth=scram-sha-256", "--pwfile=" + password, "--data-checksums", "--encoding=UTF8"));
        command.addAll(List.of("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        ServerDefaults.PARAMETERS.forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
        if (!durable) {
            command.add("--no-sync");
        }
        var result = command(INITIALIZE_LIMIT, command);
        if (!result.succeeded()) {
            throw new EmbeddedPostgresException("PostgreSQL could not initialize " + folder + ":\n" + result.output());
        }
    }

    /** Refuses a cluster of another major version and leaves it as it is. */
    void requireSameMajorVersion() throws IOException {
        account.takeOver(folder);
        var programs = requireRunnable();
        var data = Files.readString(folder.resolve("PG_VERSION"), UTF_8).strip();
        var matcher = VERSION.matcher(programs);
        if (matcher.find() && !matcher.group(1).equals(data)) {
            throw new EmbeddedPostgresException("The data in " + folder + " was made by PostgreSQL " + data
                    + ", this Caravan carries " + matcher.group(1) + matcher.group(2)
                    + ". Nothing was changed. Start the Caravan that made it and export the data (pg_dumpall), then import it"
                    + " into a new data folder; or run a PostgreSQL of your own and set caravan.database.url.");
        }
    }

    /** What {@code postgres --version} says. */
    private String requireRunnable() {
        account.requireAccessTo(home.resolve("bin"));
        account.requireAccessTo(parent);
        var result = command(Duration.ofSeconds(30), List.of(program("postgres"), "--version"));
        if (!result.succeeded()) {
            throw new EmbeddedPostgresException(
                    "PostgreSQL's programs in " + home + " do not run here:\n" + result.output()
                            + "\nThey need glibc on Linux and a file system that allows programs (no 'noexec').");
        }
        return result.output();
    }

    /** Starts the server and waits until it answers; recovery included. False: the port was taken by somebody else. */
    boolean start(int port, Map<String, String> parameters) throws IOException {
        var log = folder.resolve("start.log");
        Files.deleteIfExists(log);
        var options = new StringBuilder("-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=");
        parameters.forEach((name, value) -> options.append(" -c '")
                .append(name)
                .append('=')
                .append(value.replace("'", "'\\''"))
                .append('\''));
        var result = command(
                START_LIMIT.plusSeconds(10),
                List.of(
                        program("pg_ctl"),
                        "start",
                        "-D",
                        folder.toString(),
                        "-l",
                        log.toString(),
                        "-o",
                        options.toString(),
                        "-w",
                        "-t",
                        Long.toString(START_LIMIT.toSeconds())));
        if (result.succeeded()) {
            return true;
        }
        var reason = Files.exists(log) ? Files.readString(log, UTF_8).strip() : result.output();
        if (reason.contains("could not bind")) {
            return false;
        }
        throw new EmbeddedPostgresException("PostgreSQL did not start in " + folder + ":\n" + reason
                + "\nMore may stand in " + folder.resolve("log") + ".");
    }

    /**
     * Stops the server of this folder, by whomever it was started: in order, else at once, else by force. A pid file is
     * removed only when nothing of the server is alive; the pid in it may by now be somebody else's.
     */
    void stop() throws IOException {
        if (processes.postmaster().isPresent()) {
            pgCtlStop("fast", FAST_STOP_LIMIT);
        }
        if (processes.postmaster().isPresent()) {
            LOG.warn("PostgreSQL in {} did not stop within {}; stopping it at once", folder, FAST_STOP_LIMIT);
            pgCtlStop("immediate", IMMEDIATE_STOP_LIMIT);
        }
        if (!processes.endAll()) {
            throw new EmbeddedPostgresException("Processes " + processes.living() + " of PostgreSQL in " + folder
                    + " cannot be stopped. Stop them by hand, then start Caravan again.");
        }
        Files.deleteIfExists(folder.resolve(ClusterProcesses.PID_FILE));
    }

    /** Stops what a killed service left behind. */
    void stopLeftOver() throws IOException {
        var living = processes.living();
        if (!living.isEmpty()) {
            LOG.warn(
                    "PostgreSQL in {} still runs although its Caravan is gone (processes {}); stopping it",
                    folder,
                    living);
        }
        stop();
    }

    boolean isAlive() throws IOException {
        return processes.postmaster().isPresent();
    }

    private void pgCtlStop(String mode, Duration limit) {
        command(
                limit.plusSeconds(10),
                List.of(
                        program("pg_ctl"),
                        "stop",
                        "-D",
                        folder.toString(),
                        "-m",
                        mode,
                        "-w",
                        "-t",
                        Long.toString(limit.toSeconds())));
    }

    private String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    private ServerCommand.Result command(Duration limit, List<String> words) {
        return account.commandIn(parent).run(limit, words.toArray(String[]::new));
    }
}
