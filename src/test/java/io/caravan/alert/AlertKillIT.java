package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertsFile;
import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nodes are killed while 500 messages are on their way to a service that misbehaves; another node is always there. No message is lost; by its key the service can tell which came twice. */
@ExtendWith(PostgresExtension.class)
class AlertKillIT {
    private static final Logger LOG = LoggerFactory.getLogger(AlertKillIT.class);
    private static final int KILLS = 20;
    private static final int ALERTS = 25;
    private static final long SEED = 20_261_122;

    /** Of a node that is killed: what its workers are at, in both lanes. */
    private static final int UNDER_WAY = 8;

    private static final String ROUTING = """
            receivers: {own: {}}
            route: {to: own, groupBy: [fleet]}
            """;

    private final Database database;
    private final DatabaseSettings settings;
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();

    AlertKillIT(Database database, DatabaseSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    @Test
    void noMessageIsLostAndWhatCameTwiceHasOneKey(@TempDir Path project) throws Exception {
        AlertRouting routing = project(project);
        Incidents incidents = new AlertDesk(database, Clock.systemUTC(), () -> routing).incidents();
        SplittableRandom random = new SplittableRandom(SEED);
        int cut;
        try (Sink service = new Sink()) {
            service.behaves(this::answer);
            AlertNodeChild next = AlertNodeChild.start(settings, project, service.url());
            for (int kill = 0; kill < KILLS; kill++) {
                AlertNodeChild child = next;
                next = AlertNodeChild.start(settings, project, service.url());
                int before = asked.size();
                raise(incidents, kill);
                await().atMost(Duration.ofMinutes(2)).until(() -> asked.size() > before);
                Thread.sleep(random.nextLong(500));
                child.close();
            }
            try (AlertNodeChild last = next) {
                await().atMost(Duration.ofMinutes(5))
                        .failFast("the last node ended", () -> !last.isAlive())
                        .until(() -> count("state = 'SENT'") == KILLS * ALERTS);
                assertThat(last.log()).doesNotContain("Failed delivery");
            }
            cut = (int) taken.keySet().stream().filter(this::isCut).count();
        }
        int twice = taken.values().stream().mapToInt(times -> times - 1).sum();
        LOG.info("{} messages, {} requests, {} came twice, {} answers were cut", taken.size(), requests(), twice, cut);
        assertThat(taken).hasSize(KILLS * ALERTS);
        assertThat(count("true")).isEqualTo(KILLS * ALERTS);
        assertThat(twice).isBetween(cut, cut + KILLS * UNDER_WAY);
    }

    private int requests() {
        return asked.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void raise(Incidents incidents, int wave) {
        incidents.raise(IntStream.range(0, ALERTS)
                .mapToObj(i -> "acme/" + wave + "-" + i)
                .map(fleet -> new Signal(
                        fleet, Severity.CRITICAL, Map.of("fleet", fleet), fleet + " is silent", "{}", Instant.now(), 1))
                .toList());
    }

    private static AlertRouting project(Path folder) throws Exception {
        Path channels = Files.createDirectories(folder.resolve("channels"));
        Files.copy(ChannelKit.SHIPPED.resolve("webhook.camel.yaml"), channels.resolve("webhook.camel.yaml"));
        Files.writeString(
                channels.resolve("own.camel.yaml"),
                ChannelKit.channel("channel-webhook", "webhookUrl={{service}}/hook", "signingSecret=secret"));
        return AlertsFile.read(Files.writeString(folder.resolve("alerts.yaml"), ROUTING));
    }

    /** The first request of some messages fares badly; which, is a matter of the message's key. */
    private Sink.Answer answer(Sink.Request request) {
        String key = request.header("Idempotency-Key");
        boolean first = asked.merge(key, 1, Integer::sum) == 1;
        int chance = Math.floorMod(key.hashCode(), 100);
        if (first && chance < 2) {
            return Sink.Answer.of(429, "slow down").with("Retry-After", "1");
        }
        if (first && chance < 10) {
            return Sink.Answer.of(500, "oops");
        }
        taken.merge(key, 1, Integer::sum);
        if (first && isCut(key)) {
            return Sink.Answer.of(200, "o").cutShort();
        }
        return Sink.Answer.of(200, "ok").after(Duration.ofMillis(chance < 40 ? 300 : 20));
    }

    private boolean isCut(String key) {
        int chance = Math.floorMod(key.hashCode(), 100);
        return chance >= 10 && chance < 15;
    }

    private int count(String condition) {
        return Query.of("select count(*) as n from caravan.alert_delivery where " + condition)
                .on(database)
                .first(row -> row.getInt("n"))
                .orElse(0);
    }
}
