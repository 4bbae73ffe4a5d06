package io.caravan.watch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.Query;
import io.caravan.database.outbox.Subscriber;
import io.caravan.database.outbox.Subscribers;
import io.caravan.database.outbox.Told;
import io.caravan.database.outbox.Wants;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.episode.EventLabels;
import io.caravan.watch.episode.Holding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A watchdog in a process of its own, so that it can be killed. Each event that it is told it writes into a ledger, in the transaction in which the event is done. */
final class WatchNodeChild implements AutoCloseable {
    private final Process process;
    private final Path log;

    private WatchNodeChild(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static WatchNodeChild start(DatabaseSettings settings, String name) throws IOException {
        Path log = Files.createTempFile("watch-node", ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx160m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WatchNodeChild.class.getName(),
                        settings.url(),
                        settings.user(),
                        settings.password(),
                        name)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        return new WatchNodeChild(builder.start(), log);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log, UTF_8);
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        kill();
        Files.deleteIfExists(log);
    }

    static WatchdogSettings settings(String name) {
        return new WatchdogSettings(
                name,
                Duration.ofMillis(200),
                new Holding.Patience(Duration.ofSeconds(1), Duration.ofSeconds(2)),
                ErrorStreakRepository.Calm.DEFAULT,
                RejectStreaks.Limits.DEFAULT,
                20,
                Duration.ofDays(92),
                Duration.ofDays(365),
                DetectorSettings.DEFAULTS);
    }

    private static final class Ledger implements Subscriber {
        private static final Query WRITE =
                Query.of("insert into public.told (event, episode) values (:event, :episode)");
        private final Database database;

        Ledger(Database database) {
            this.database = database;
        }

        @Override
        public String route() {
            return "ledger";
        }

        @Override
        public Wants wants() {
            return Wants.everything();
        }

        @Override
        public void tell(Told event) throws InterruptedException {
            WRITE.on(database)
                    .set("event", event.label(EventLabels.KIND))
                    .set("episode", event.label(EventLabels.EPISODE))
                    .update();
            Thread.sleep(3);
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        Database database = Database.open(
                new DatabaseSettings(arguments[0], arguments[1], arguments[2], 6, Duration.ofSeconds(60)));
        Subscribers subscribers = new Subscribers();
        subscribers.add(new Ledger(database));
        WatchNode node = WatchNode.of(
                database,
                Clock.systemUTC(),
                settings(arguments[3]),
                null,
                null,
                List.of(),
                new WatchEvents() {},
                subscribers);
        node.start();
        new CountDownLatch(1).await();
    }
}
