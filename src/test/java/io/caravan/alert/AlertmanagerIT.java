package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Prometheus Alertmanager of its own takes what the channel sends. Skipped where there is none (Debian: prometheus-alertmanager). */
class AlertmanagerIT {
    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Process server;
    private String url;

    @BeforeEach
    void start() throws Exception {
        Optional<Path> program = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(":", -1))
                .flatMap(place ->
                        Stream.of("prometheus-alertmanager", "alertmanager").map(Path.of(place)::resolve))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "There is no Alertmanager; on Debian: apt-get install prometheus-alertmanager");
        Path config = Files.writeString(
                folder.resolve("alertmanager.yml"), "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
        url = "http://127.0.0.1:" + freePort();
        server = new ProcessBuilder(
                        program.get().toString(),
                        "--config.file=" + config,
                        "--storage.path=" + folder.resolve("data"),
                        "--cluster.listen-address=",
                        "--web.listen-address=" + url.substring("http://".length()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(60))
                .failFast("Alertmanager ended", () -> !server.isAlive())
                .until(this::isReady);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return client.send(
                                    HttpRequest.newBuilder(URI.create(url + "/-/ready"))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.destroyForcibly().onExit().join();
        }
    }

    @Test
    void anIncidentIsAnAlertThereUntilItIsResolved() throws Exception {
        try (ChannelKit channel = channel()) {
            channel.send(now(Messages.firing("")));
            assertThat(alerts()).singleElement().satisfies(alert -> {
                assertThat(alert.at("/labels/incident").asText()).isEqualTo("acme/1");
                assertThat(alert.at("/labels/severity").asText()).isEqualTo("critical");
                assertThat(alert.at("/annotations/summary").asText()).isEqualTo("acme/1 is silent");
                assertThat(alert.at("/status/state").asText()).isEqualTo("active");
            });
            channel.send(now(Messages.later(MessageKind.RESOLVED, "", null)));
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(alerts()).isEmpty());
        }
    }

    @Test
    void aSignOfLifeIsAnAlertThere() throws Exception {
        try (ChannelKit channel = channel()) {
            channel.send(now(Messages.heartbeat()));
        }
        assertThat(alerts())
                .singleElement()
                .satisfies(alert ->
                        assertThat(alert.at("/labels/alertname").asText()).isEqualTo("Watchdog"));
    }

    private ChannelKit channel() throws Exception {
        return new ChannelKit(
                Files.createDirectory(folder.resolve("channels")),
                Map.of("service", url),
                ChannelKit.channel("channel-alertmanager", "alertmanagerUrl={{service}}"));
    }

    /** What the message says has happened was yesterday, and what ends a sign of life is tomorrow: Alertmanager has a clock of its own, whose hour is any. */
    private static Delivery now(Delivery delivery) {
        String message = delivery.message();
        return new Delivery(
                delivery.id(),
                delivery.group(),
                delivery.receiver(),
                delivery.channel(),
                delivery.address(),
                delivery.severity(),
                delivery.kind(),
                message.replace("2026-03-02T10:08", day(1) + "T10:08").replace("2026-03-02", day(-1)),
                delivery.fallback(),
                delivery.signalAt(),
                delivery.queuedAt(),
                delivery.revision(),
                delivery.tries(),
                delivery.thread());
    }

    private static String day(int fromToday) {
        return Clock.systemUTC()
                .instant()
                .plus(Duration.ofDays(fromToday))
                .toString()
                .substring(0, 10);
    }

    private List<JsonNode> alerts() throws IOException, InterruptedException {
        String body = client.send(
                        HttpRequest.newBuilder(URI.create(url + "/api/v2/alerts"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        return Stream.of(Json.tree(body)).flatMap(array -> array.valueStream()).toList();
    }
}
