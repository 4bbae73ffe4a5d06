package io.caravan.alert;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.Query;
import io.caravan.routes.RouteLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;

/** A node that sends alerts, in a process of its own, so that it can be killed. Its project folder holds {@code alerts.yaml} and {@code channels}. */
final class AlertNodeChild implements AutoCloseable {
    static final int UNDER_WAY = 500;

    private static final int AT_ONCE = 25;

    private final Process process;
    private final Path log;

    private AlertNodeChild(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static AlertNodeChild start(DatabaseSettings settings, Path project, String service) throws IOException {
        return raising(settings, project, service, "");
    }

    /** One that also raises alerts, whenever fewer than {@link #UNDER_WAY} messages are under way; their keys begin with {@code prefix}. */
    static AlertNodeChild raising(DatabaseSettings settings, Path project, String service, String prefix)
            throws IOException {
        Path log = Files.createTempFile("alert-node", ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx160m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AlertNodeChild.class.getName(),
                        settings.url(),
                        settings.user(),
                        settings.password(),
                        project.toString(),
                        service,
                        prefix)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        return new AlertNodeChild(builder.start(), log);
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

    public static void main(String[] arguments) throws Exception {
        Path project = Path.of(arguments[3]);
        DefaultCamelContext context = new DefaultCamelContext();
        Properties properties = new Properties();
        properties.put("service", arguments[4]);
        context.getPropertiesComponent().setInitialProperties(properties);
        Database database = Database.open(
                new DatabaseSettings(arguments[0], arguments[1], arguments[2], 10, Duration.ofSeconds(5)));
        context.getRegistry().bind("database", Database.class, database);
        AlertComponent component = new AlertComponent();
        component.setFile(project.resolve("alerts.yaml").toString());
        component.setTemplates(project.resolve("channels").toString());
        component.setSweep(500);
        context.addComponent("alert", component);
        context.start();
        new RouteLoader(context, List.of(project.resolve("channels")), Clock.systemUTC()).start();
        component.node().start();
        if (arguments[5].isEmpty()) {
            new CountDownLatch(1).await();
        }
        for (int wave = 0; true; wave++) {
            while (underWay(database) >= UNDER_WAY) {
                Thread.sleep(10);
            }
            raise(component.node().incidents(), arguments[5] + "-" + wave);
        }
    }

    static int underWay(Database database) {
        return Query.of("select count(*) as n from caravan.alert_delivery where state in ('QUEUED', 'SENDING')")
                .on(database)
                .first(row -> row.getInt("n"))
                .orElse(0);
    }

    /** Of two severities: the messages of some are made with the alert, those of the others when their groups have waited. */
    private static void raise(Incidents incidents, String wave) {
        incidents.raise(IntStream.range(0, AT_ONCE)
                .mapToObj(i -> new Signal(
                        wave + "-" + i,
                        i % 2 == 0 ? Severity.CRITICAL : Severity.HIGH,
                        Map.of("fleet", wave + "-" + i),
                        wave + "-" + i + " is silent",
                        "{}",
                        Instant.now(),
                        1))
                .toList());
    }
}
