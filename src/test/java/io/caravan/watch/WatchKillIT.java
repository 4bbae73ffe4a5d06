package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.HourCount;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.StateRepository;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Watchdogs are killed while many fleets fall silent and come back; another one is always on its way. Each change is told exactly once. */
@ExtendWith(PostgresExtension.class)
class WatchKillIT {
    private static final int FLEETS = 120;
    private static final int KILLS = 10;

    /** Each has a provider of its own, so that none explains another. */
    private static final String OF_THEIR_OWN = "provider%d/fleet";

    private static final long SEED = 20_260_303;

    private final Database database;
    private final DatabaseSettings settings;

    WatchKillIT(Database database, DatabaseSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    @Test
    void eachChangeIsToldExactlyOnce() throws Exception {
        Map<String, Long> ids = fleets(OF_THEIR_OWN);
        teach(ids, Instant.now());
        killOneAfterAnother(FLEETS, FLEETS, () -> {
            await().atMost(Duration.ofSeconds(60)).until(() -> count("caravan.watch_episode") == FLEETS);
            arriveAll();
        });
    }

    @Test
    void anOutageOfAProviderIsToldExactlyOnceWithItsMembers() throws Exception {
        fleets("acme/fleet%d");
        sendForThreeWeeks();
        try (WatchNodeChild teacher = WatchNodeChild.start(settings, "teacher")) {
            await().atMost(Duration.ofSeconds(90))
                    .failFast("the node ended by itself", () -> !teacher.isAlive())
                    .until(() -> count("caravan.watch_pattern where learned_until > now() - interval '2 hours'")
                            == FLEETS + 1);
        }
        execute("update caravan.watch_pulse set last_arrival_at = now() - interval '5 hours'");
        execute("update caravan.watch_state set arrived_at = now() - interval '5 hours', due_at = now()");
        killOneAfterAnother(FLEETS + 1, 1, () -> {
            await().atMost(Duration.ofSeconds(60)).until(() -> count("caravan.watch_episode") == FLEETS + 1);
            assertThat(count("caravan.watch_event where facts ->> 'members' = '" + FLEETS + "'"))
                    .isOne();
            arriveAll();
        });
        assertThat(count("caravan.watch_event where facts ->> 'fleet' is not null"))
                .isZero();
    }

    private void arriveAll() {
        execute("update caravan.watch_pulse set last_arrival_at = now()");
        execute("update caravan.watch_state set due_at = now()");
    }

    private void sendForThreeWeeks() {
        execute("insert into caravan.watch_hour (series_id, hour, packets, minutes, vehicles)"
                + " select id, date_trunc('hour', now()) - back * interval '1 hour', 15, " + 0x111111111111111L
                + ", 0 from caravan.watch_series, generate_series(0, 504) as back where kind = 'FLEET'");
        execute("insert into caravan.watch_pulse (series_id, last_event_at, last_arrival_at, packets)"
                + " select id, now(), now(), 1 from caravan.watch_series where kind = 'FLEET'");
        subscribe();
    }

    private void subscribe() {
        execute(
                "insert into caravan.outbox_subscription (topic, route, wants, seen_at) values ('watch', 'ledger', '{}', now())");
    }

    @Test
    void whatPassedWhileNobodyLookedIsToldExactlyOnce() throws Exception {
        Instant now = Instant.now();
        Map<String, Long> ids = fleets(OF_THEIR_OWN);
        teach(ids, now);
        sendAgainFor2Hours(now);
        execute("insert into caravan.watch_heartbeat (looked_at, node) values (now() - interval '5 hours', 'dead')");
        killOneAfterAnother(FLEETS, FLEETS, () -> {
            await().atMost(Duration.ofSeconds(60)).until(() -> count("caravan.watch_episode") == FLEETS);
            assertThat(count("caravan.watch_event where facts->'away'->>'listened' = 'true'"))
                    .isEqualTo(FLEETS);
            execute("update caravan.watch_episode set opened_at = opened_at - interval '10 minutes'");
            execute("update caravan.watch_state set due_at = now()");
        });
    }

    private Map<String, Long> fleets(String pattern) {
        execute("drop table if exists public.told");
        execute("create table public.told (id bigint generated always as identity, event text, episode text)");
        execute("truncate caravan.watch_series, caravan.watch_hour, caravan.watch_heartbeat, caravan.watch_absence,"
                + " caravan.outbox_notice, caravan.outbox_subscription cascade");
        List<String> names = IntStream.range(0, FLEETS)
                .mapToObj(i -> String.format(Locale.ROOT, pattern, i))
                .toList();
        return new SeriesRepository(database).findOrCreate(SeriesKind.FLEET, names, Instant.now());
    }

    /** Kills node after node; in the midst all troubles end. */
    private void killOneAfterAnother(int episodes, int told, Runnable end) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        WatchNodeChild next = WatchNodeChild.start(settings, "child-0");
        for (int i = 0; i < KILLS; i++) {
            try (WatchNodeChild child = next) {
                next = WatchNodeChild.start(settings, "child-" + (i + 1));
                await().atMost(Duration.ofSeconds(60))
                        .failFast("the node ended by itself", () -> !child.isAlive())
                        .until(() ->
                                count("caravan.watch_heartbeat where looked_at > now() - interval '2 seconds'") == 1);
                if (i == KILLS / 2) {
                    end.run();
                }
                Thread.sleep(random.nextLong(1_500));
            }
        }
        try (WatchNodeChild last = next) {
            await().atMost(Duration.ofMinutes(3))
                    .failFast("the last node ended", () -> !last.isAlive())
                    .until(() -> {
                        // a merged stream is back when packets keep coming
                        execute("update caravan.watch_pulse set last_arrival_at = now()");
                        return count("caravan.watch_episode where closed_at is not null") == episodes
                                && count("caravan.outbox_notice") == 0;
                    });
            assertThat(last.log()).doesNotContain("ERROR");
        }

        assertThat(count("public.told where event = 'opened'")).isEqualTo(told);
        assertThat(count("public.told where event = 'recovered'")).isEqualTo(told);
        assertThat(count("(select episode, event from public.told group by 1, 2 having count(*) > 1) as twice"))
                .isZero();
        assertThat(count("caravan.watch_event")).isEqualTo(count("public.told"));
    }

    /** After a silence of four hours. */
    private void sendAgainFor2Hours(Instant now) {
        Instant start = now.truncatedTo(ChronoUnit.HOURS);
        execute("insert into caravan.watch_hour (series_id, hour, packets, minutes, vehicles) select id, '" + start
                + "'::timestamptz - back * interval '1 hour', 15, " + 0x111111111111111L
                + ", 0 from caravan.watch_series, generate_series(0, 60) as back"
                + " where kind = 'FLEET' and back not between 2 and 5");
        execute("update caravan.watch_pulse set last_event_at = now(), last_arrival_at = now()");
    }

    /** All are used to send around the clock, and have been silent for five hours. */
    private void teach(Map<String, Long> ids, Instant now) {
        Detector detector = new Detector(DetectorSettings.DEFAULTS);
        Instant until = now.truncatedTo(ChronoUnit.HOURS).minus(5, ChronoUnit.HOURS);
        List<HourCount> hours = new ArrayList<>();
        for (Instant hour = until.minus(Duration.ofDays(21));
                hour.isBefore(until);
                hour = hour.plus(1, ChronoUnit.HOURS)) {
            hours.add(new HourCount(hour, 0x111111111111111L, 15, 0));
        }
        Pattern pattern = detector.learn(Pattern.EMPTY, Expectation.in(ZoneOffset.UTC), hours, until);
        Map<Long, Pattern> patterns = new HashMap<>();
        ids.values().forEach(id -> patterns.put(id, pattern));
        database.runInTransaction(connection -> {
            new StateRepository(database).teach(patterns);
            execute("insert into caravan.watch_pulse (series_id, last_event_at, last_arrival_at, packets) select id, '"
                    + until + "', '" + until + "', 1 from caravan.watch_series where kind = 'FLEET'");
            subscribe();
        });
    }

    private int count(String what) {
        Query query = Query.of("select count(*) as n from " + what);
        return query.on(database).first(row -> row.getInt("n")).orElse(0);
    }

    private void execute(String sql) {
        Query query = Query.of(sql);
        query.on(database).update();
    }
}
