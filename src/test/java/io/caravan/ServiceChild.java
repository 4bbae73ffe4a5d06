package io.caravan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code caravan run} or {@code caravan demo} in a process of its own, as an operator starts it, so that it can be killed. */
final class ServiceChild implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final int port;

    private ServiceChild(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    static ServiceChild start(Path project, Map<String, String> environment) throws IOException {
        return start(project, environment, "512m");
    }

    /** @param heap the most memory for objects, as in {@code 96m} */
    static ServiceChild start(Path project, Map<String, String> environment, String heap) throws IOException {
        return start("run", project, environment, heap);
    }

    /** With the simulated provider. */
    static ServiceChild demo(Path project) throws IOException {
        return start("demo", project, Map.of(), "512m");
    }

    private static ServiceChild start(String verb, Path project, Map<String, String> environment, String heap)
            throws IOException {
        int port = freePort();
        Path log = Files.createTempFile(project, "service", ".log");
        ProcessBuilder builder = caravan(heap, verb, "--project", project.toString(), "--port", String.valueOf(port))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new ServiceChild(builder.start(), log, port);
    }

    /** Caravan's one command, as people type it. */
    static ProcessBuilder caravan(String heap, String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                // half the time of a start, which is most of what these tests wait for
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log, UTF_8);
    }

    /** What this path of the service answers. */
    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    void awaitReady() {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .failFast(this::requireAlive)
                .until(() -> get("/observe/health/ready").statusCode() == 200);
    }

    private void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("The service ended with " + process.exitValue() + ":\n" + log());
        }
    }

    /** {@code kill -9}: nothing of the process gets a chance to tidy up. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** A TERM signal; gives the exit code. */
    int stop(Duration limit) throws InterruptedException {
        process.destroy();
        return exit(limit);
    }

    int exit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("The service still runs after " + limit);
        }
        return process.exitValue();
    }

    /** Ends it in order, so that its PostgreSQL ends, too. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, 60, TimeUnit.SECONDS).join();
        if (process.isAlive()) {
            kill();
        }
    }
}
