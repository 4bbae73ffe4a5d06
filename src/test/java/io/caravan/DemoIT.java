package io.caravan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer sees: {@code caravan demo}, a provider that revokes a key, the alert on the chat page, a press on its button, the second key, and the recovery. All of it over HTTP and by commands. */
class DemoIT {
    private static final Pattern PROVIDER = Pattern.compile("provider +(http://\\S+)/control");
    private static final Pattern ACKNOWLEDGE = Pattern.compile("action=\"([^\"]+)\"[^>]*><button[^>]*>Acknowledge<");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path project;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void anAlertComesToTheChat_isAcknowledgedThere_andTheMessageSaysThatItIsOver() throws Exception {
        for (String folder : new String[] {"config", "routes", "sql"}) {
            copy(Path.of(folder));
        }
        // A newcomer may wait for a minute until the next call, and for ten seconds until the alert is told
        Path packets = project.resolve("routes/telematics/packets.camel.yaml");
        Files.writeString(packets, Files.readString(packets).replace("freshness: 60s", "freshness: 2s"));
        Path alerts = project.resolve("config/alerts.yaml");
        Files.writeString(alerts, Files.readString(alerts) + "\ntimings: {high: {groupWait: 1s}}\n");
        try (ServiceChild demo = ServiceChild.demo(project);
                Chat chat = new Chat(demo)) {
            String provider = provider(demo);
            await().atMost(PATIENCE)
                    .until(() -> http.send(get(provider + "/control/calls"), BodyHandlers.ofString())
                            .body()
                            .contains("200"));
            post(provider + "/control/revoke?credential=main");

            String alert = chat.shows("credentials", "Acknowledge");
            assertThat(chat.card(alert)).contains("acme", "poll switch acme");
            assertThat(demo.get("/chat").body()).contains(alert);
            Matcher button = ACKNOWLEDGE.matcher(chat.card(alert));
            assertThat(button.find()).isTrue();
            assertThat(post(demo.url() + "/" + button.group(1))).contains("acknowledged");
            chat.says(alert, "Acknowledged by");

            assertThat(command("poll", "switch", "acme")).isZero();
            chat.says(alert, "Over; it lasted");
            assertThat(demo.get("/chat").body()).contains("Over; it lasted");
        }
    }

    private void copy(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = project.resolve(file.toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private static String provider(ServiceChild demo) {
        return await().atMost(PATIENCE)
                .failFast("the demo ended", () -> !demo.isAlive())
                .until(() -> PROVIDER.matcher(demo.log()), Matcher::find)
                .group(1);
    }

    private int command(String... words) throws Exception {
        ProcessBuilder caravan = ServiceChild.caravan("256m", words).inheritIO();
        caravan.environment().put("CARAVAN_PROJECT", project.toString());
        Process process = caravan.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private static HttpRequest get(String url) {
        return HttpRequest.newBuilder(URI.create(url)).build();
    }

    /** As a form of a page does. */
    private String post(String url) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    /** The chat page as it is kept up to date in an open browser. */
    private final class Chat implements AutoCloseable {
        private final Map<String, String> cards = new ConcurrentHashMap<>();
        private final InputStream stream;

        Chat(ServiceChild demo) throws Exception {
            demo.awaitReady();
            HttpResponse<InputStream> events =
                    http.send(get(demo.url() + "/chat/events"), BodyHandlers.ofInputStream());
            assertThat(events.statusCode()).isEqualTo(200);
            stream = events.body();
            Thread reader = new Thread(this::read, "chat");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("data: ")) {
                        var message = new ObjectMapper().readTree(line.substring("data: ".length()));
                        cards.put(
                                message.path("id").asText(),
                                message.path("html").asText());
                    }
                }
            } catch (IOException e) {
                // the page was closed
            }
        }

        /** The message that has all of these words. */
        String shows(String... words) {
            return await().atMost(PATIENCE)
                    .until(
                            () -> cards.entrySet().stream()
                                    .filter(card -> Stream.of(words).allMatch(card.getValue()::contains))
                                    .map(Map.Entry::getKey)
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
        }

        void says(String id, String words) {
            await().atMost(PATIENCE).until(() -> card(id).contains(words));
        }

        String card(String id) {
            return cards.getOrDefault(id, "");
        }

        @Override
        public void close() {
            try {
                stream.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
