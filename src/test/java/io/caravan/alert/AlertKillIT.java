package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes are killed at 20 random moments, each with about 500 messages on their way to a service that misbehaves, while they raise alerts, make messages of groups that waited, send, and turn to the next
 * receiver; another node is always there. No alert is lost; by its key the service can tell which message came twice.
 */
@ExtendWith(PostgresExtension.class)
class AlertKillIT {
    private static final Logger LOG = LoggerFactory.getLogger(AlertKillIT.class);
    private static final int KILLS = 20;
    private static final long SEED = 20_261_122;

    /** Of a node that is killed: what its workers are at, in both lanes of both channels. */
    private static final int UNDER_WAY = 16;

    private static final String ROUTING = """
            receivers: {own: {fallback: second}, second: {}}
            route: {to: own, groupBy: [fleet], timings: {high: {groupWait: 1s}}}
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
    void noAlertIsLostAndWhatCameTwiceHasOneKey(@TempDir Path project) throws Exception {
        project(project);
        SplittableRandom random = new SplittableRandom(SEED);
        int least = Integer.MAX_VALUE;
        int cut;
        try (Sink service = new Sink()) {
            service.behaves(this::answer);
            AlertNodeChild next = AlertNodeChild.raising(settings, project, service.url(), "acme/0");
            for (int kill = 1; kill <= KILLS; kill++) {
                AlertNodeChild child = next;
                next = AlertNodeChild.raising(settings, project, service.url(), "acme/" + kill);
                int before = asked.size();
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> asked.size() > before && underWay() >= AlertNodeChild.UNDER_WAY - 50);
                Thread.sleep(random.nextLong(500));
                least = Math.min(least, underWay());
                child.close();
            }
            try (AlertNodeChild last = AlertNodeChild.start(settings, project, service.url())) {
                next.close();
                await().atMost(Duration.ofMinutes(5))
                        .failFast("the last node ended", () -> !last.isAlive())
                        .until(() -> underWay() == 0 && untold() == 0);
                assertThat(last.log()).doesNotContain("Failed delivery");
            }
            cut = (int) taken.keySet().stream().filter(this::isCut).count();
        }
        int again = (int) taken.entrySet().stream()
                .filter(message -> message.getValue() > 1 && !isCut(message.getKey()))
                .count();
        Set<String> sent = sent();
        LOG.info(
                "{} alerts, {} messages taken, {} requests, at least {} under way at a kill, {} for the second receiver, {} answers cut, {} others came twice, {} taken but believed not to be",
                alerts(),
                taken.size(),
                requests(),
                least,
                deliveries("receiver = 'second'"),
                cut,
                again,
                taken.keySet().stream().filter(key -> !sent.contains(key)).count());
        assertThat(lost()).isZero();
        assertThat(sent.stream().filter(key -> !taken.containsKey(key))).isEmpty();
        assertThat(deliveries("receiver = 'second'")).isPositive();
        assertThat(least).isGreaterThan(AlertNodeChild.UNDER_WAY / 2);
        assertThat(again).as("what killed nodes were at").isLessThanOrEqualTo(KILLS * UNDER_WAY);
    }

    /** By the key with which each was sent: another one where it says something else than at an earlier try. */
    private Set<String> sent() {
        return Set.copyOf(Query.of("""
                select id || case when revision > 0 then '.' || revision else '' end as key
                  from caravan.alert_delivery where state = 'SENT'""").on(database).list(row -> row.getString("key")));
    }

    private int requests() {
        return asked.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static void project(Path folder) throws Exception {
        Path channels = Files.createDirectories(folder.resolve("channels"));
        Files.copy(ChannelKit.SHIPPED.resolve("webhook.camel.yaml"), channels.resolve("webhook.camel.yaml"));
        String own = ChannelKit.channel("channel-webhook", "webhookUrl={{service}}/hook", "signingSecret=secret");
        Files.writeString(channels.resolve("own.camel.yaml"), own);
        Files.writeString(
                channels.resolve("second.camel.yaml"),
                own.replace("own", "second").replace("/hook", "/second"));
        Files.writeString(folder.resolve("alerts.yaml"), ROUTING);
    }

    /** The first request of some messages fares badly, and some are never taken; which, is a matter of the message's key. */
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
        if (chance >= 15 && chance < 18 && request.uri().equals("/hook")) {
            return Sink.Answer.of(405, "not here");
        }
        taken.merge(key, 1, Integer::sum);
        if (first && isCut(key)) {
            return Sink.Answer.of(200, "o").cutShort();
        }
        return Sink.Answer.of(200, "ok").after(Duration.ofMillis(chance < 40 ? 1_000 : 300));
    }

    private boolean isCut(String key) {
        int chance = Math.floorMod(key.hashCode(), 100);
        return chance >= 10 && chance < 15;
    }

    private int underWay() {
        return AlertNodeChild.underWay(database);
    }

    private int deliveries(String condition) {
        return count("caravan.alert_delivery where " + condition);
    }

    private int alerts() {
        return count("caravan.alert_incident where key like 'acme/%'");
    }

    private int untold() {
        return count("caravan.alert_member where told is null");
    }

    private int lost() {
        return count("""
                caravan.alert_incident i
                 where key like 'acme/%'
                   and not exists (select from caravan.alert_member m join caravan.alert_delivery d on d.group_id = m.group_id
                                    where m.incident = i.id and d.state = 'SENT')""");
    }

    private int count(String rows) {
        return Query.of("select count(*) as n from " + rows)
                .on(database)
                .first(row -> row.getInt("n"))
                .orElse(0);
    }
}
