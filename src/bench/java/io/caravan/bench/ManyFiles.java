package io.caravan.bench;

import io.caravan.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The service as a process of its own, in a project of many files that hold workflows with a schedule and one task each. */
final class ManyFiles implements AutoCloseable {
    private final Path project;
    private final int count;
    private final Process process;
    private final BufferedReader log;

    private ManyFiles(Path project, int count, Process process) {
        this.project = project;
        this.count = count;
        this.process = process;
        this.log = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * How long files took.
     *
     * @param wall from the first file to the last
     * @param cpu of the whole process in that time, which other work on the machine changes less
     */
    record Loaded(Duration wall, Duration cpu) {}

    /** Writes a project of so many files, each of so many workflows, and starts the service. */
    static ManyFiles start(Path parent, int count, int workflows) throws IOException {
        Path project = Files.createTempDirectory(Files.createDirectories(parent), "files-");
        Files.createDirectories(project.resolve("sql"));
        Files.createDirectories(project.resolve("config/providers"));
        for (int i = 0; i < count; i++) {
            Files.createDirectories(file(project, i).getParent());
            Files.writeString(
                    file(project, i),
                    IntStream.range(i * workflows, (i + 1) * workflows)
                            .mapToObj(each -> text(each, "done"))
                            .collect(Collectors.joining()));
        }
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        "--project",
                        project.toString(),
                        "--port",
                        String.valueOf(freePort())))
                .redirectErrorStream(true)
                .start();
        return new ManyFiles(project, count, process);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Path file(Path project, int i) {
        return project.resolve("routes/many/" + i / 100 + "/w" + i + ".camel.yaml");
    }

    /** The schedules tick at night, so that what is measured is the load. */
    private static String text(int workflow, String answer) {
        return """
                - beans:
                    - name: w%1$d
                      type: io.caravan.dag.Dag
                      properties:
                        schedule: "%2$d %3$d 3 * * *"
                        timezone: UTC
                - route:
                    id: w%1$d-t
                    from:
                      uri: dag:w%1$d/t
                      steps:
                        - setBody: {constant: %4$s}
                """.formatted(workflow, workflow % 60, workflow / 60 % 60, answer);
    }

    Loaded load() throws IOException {
        await("files=" + count + " state=LOADING");
        long begin = System.nanoTime();
        Duration cpu = cpu();
        await("files=" + count + " state=LOADED");
        Loaded loaded = new Loaded(Duration.ofNanos(System.nanoTime() - begin), cpu().minus(cpu));
        await("health and metrics");
        return loaded;
    }

    /** How long after it was saved a file's change is live; of a project with one workflow in a file. */
    Duration save(int i) throws IOException {
        Files.writeString(file(project, i), text(i, "saved" + System.nanoTime()));
        long begin = System.nanoTime();
        await("w" + i + ".camel.yaml state=LOADED");
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private void await(String words) throws IOException {
        String line = log.readLine();
        while (line != null && !line.contains(words)) {
            line = log.readLine();
        }
        if (line == null) {
            throw new IOException("The service ended before it said '" + words + "'; its project is " + project);
        }
    }

    @Override
    public void close() throws IOException {
        process.toHandle().destroy(); // leaves its output open
        while (log.readLine() != null) {
            // what it says while it stops must not fill the pipe
        }
        process.onExit()
                .orTimeout(60, TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly())
                .join();
        try (Stream<Path> files = Files.walk(project)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
