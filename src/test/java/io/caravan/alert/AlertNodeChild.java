package io.caravan.alert;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.routes.RouteLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.impl.DefaultCamelContext;

/** A node that sends alerts, in a process of its own, so that it can be killed. Its project folder holds {@code alerts.yaml} and {@code channels}. */
final class AlertNodeChild implements AutoCloseable {
    private final Process process;
    private final Path log;

    private AlertNodeChild(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static AlertNodeChild start(DatabaseSettings settings, Path project, String service) throws IOException {
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
                        service)
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
        context.getRegistry()
                .bind(
                        "database",
                        Database.class,
                        Database.open(new DatabaseSettings(
                                arguments[0], arguments[1], arguments[2], 10, Duration.ofSeconds(5))));
        AlertComponent component = new AlertComponent();
        component.setFile(project.resolve("alerts.yaml").toString());
        component.setTemplates(project.resolve("channels").toString());
        component.setSweep(500);
        context.addComponent("alert", component);
        context.start();
        new RouteLoader(context, List.of(project.resolve("channels")), Clock.systemUTC()).start();
        component.node().start();
        new CountDownLatch(1).await();
    }
}
