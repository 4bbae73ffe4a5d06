package io.caravan.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.caravan.alert.AlertComponent;
import io.caravan.alert.rules.RulesBench;
import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.database.BatchTransaction;
import io.caravan.database.Database;
import io.caravan.routes.RouteLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;

/** Records through a route with {@code alert:rules} at a steady pace, and a webhook on loopback that notes how old a record is when it is told of it. */
final class RecordToWebhook implements AutoCloseable {
    private static final int BATCH = 250;

    /** Each so many batches, one record makes a rule of each severity fire, for an asset of its own. */
    private static final int BATCHES_BETWEEN = 4;

    private static final String RULES = """
            dataset: bench
            rules:
              is-critical: {when: data.trouble == 'critical', severity: critical}
              is-high: {when: data.trouble == 'high', severity: high}
            """;

    private static final String ROUTING = """
            receivers: {sink: }
            route: {to: sink, groupBy: [rule, asset]}
            """;

    private static final String ROUTES = """
            - route:
                id: records
                from:
                  uri: direct:records
                  steps:
                    - transacted: {}
                    - to: alert:rules?dataset=bench&asset=/car_id&time=/time
            - route:
                id: sink
                from:
                  uri: alert:sink
                  steps:
                    - marshal: {json: {}}
                    - to: http:127.0.0.1:PORT/hook
            """;

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, List<Double>> delays = new TreeMap<>();
    private final List<Double> commits = new ArrayList<>();
    private final HttpServer sink;
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final AlertComponent alerts = new AlertComponent();
    private final RouteLoader loader;
    private final byte[][] ordinary;

    RecordToWebhook(Database database, Path parent, int rules) throws Exception {
        sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sink.setExecutor(Executors.newFixedThreadPool(2));
        sink.createContext("/hook", this::told);
        sink.start();
        Path folder = Files.createTempDirectory(parent, "webhook-");
        Path ruleFolder = Files.createDirectories(folder.resolve("rules"));
        Files.writeString(ruleFolder.resolve("bench.yaml"), RULES);
        ordinary = new RulesBench(database, folder.resolve("ordinary"), rules).records(BATCH * 40);
        Files.copy(folder.resolve("ordinary/rules.yaml"), ruleFolder.resolve("many.yaml"));
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.writeString(
                routes.resolve("bench.camel.yaml"),
                ROUTES.replace("PORT", String.valueOf(sink.getAddress().getPort())));
        alerts.setFile(Files.writeString(folder.resolve("alerts.yaml"), ROUTING).toString());
        alerts.setRules(ruleFolder.toString());
        context.getRegistry().bind("database", database);
        context.getRegistry().bind("clock", Clock.systemUTC());
        context.getRegistry().bind("PROPAGATION_REQUIRED", new BatchTransaction(database));
        context.addComponent("alert", alerts);
        context.setSourceLocationEnabled(true);
        context.start();
        loader = new RouteLoader(context, List.of(routes), Clock.systemUTC());
        loader.start();
        alerts.node().start();
        alerts.ruleNode().start();
    }

    /** Sends records at a pace; the answer is how many a second were sent. */
    double run(int perSecond, int seconds) {
        ProducerTemplate template = context.createProducerTemplate();
        long pause = 1_000_000_000L * BATCH / perSecond;
        long batches = (long) seconds * perSecond / BATCH;
        long from = System.nanoTime();
        for (long batch = 0; batch < batches; batch++) {
            LockSupport.parkNanos(from + batch * pause - System.nanoTime());
            Batch records = batch(batch);
            long sent = System.nanoTime();
            template.sendBody("direct:records", records);
            if (batch % BATCHES_BETWEEN == 0) {
                commits.add((System.nanoTime() - sent) / 1e6);
            }
        }
        double took = (System.nanoTime() - from) / 1e9;
        LockSupport.parkNanos(15_000_000_000L);
        return batches * BATCH / took;
    }

    private Batch batch(long number) {
        Clock clock = Clock.systemUTC();
        List<RawRecord> records = new ArrayList<>(BATCH);
        int first = (int) (number % 40) * BATCH;
        for (int i = 0; i < BATCH; i++) {
            records.add(RawRecord.of(new String(ordinary[first + i], StandardCharsets.UTF_8)));
        }
        if (number % BATCHES_BETWEEN == 0) {
            String trouble = number / BATCHES_BETWEEN % 2 == 0 ? "critical" : "high";
            records.set(
                    BATCH / 2,
                    RawRecord.of(String.format(
                            Locale.ROOT,
                            "{\"car_id\":%d,\"time\":\"%s\",\"sent_nanos\":%d,\"data\":{\"trouble\":\"%s\"}}",
                            1_000_000 + number,
                            clock.instant(),
                            System.nanoTime(),
                            trouble)));
        }
        return Batch.of("bench:records", clock.instant(), records);
    }

    private void told(HttpExchange exchange) throws IOException {
        long now = System.nanoTime();
        JsonNode message = json.readTree(exchange.getRequestBody());
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
        synchronized (delays) {
            for (JsonNode incident : message.path("incidents")) {
                JsonNode sent = incident.path("detail").path("record").path("sent_nanos");
                if (sent.isNumber() && message.path("kind").asText().equals("firing")) {
                    delays.computeIfAbsent(incident.path("severity").asText(), severity -> new ArrayList<>())
                            .add((now - sent.longValue()) / 1e6);
                }
            }
        }
    }

    /** Milliseconds that the batches took from their first step to their commit in which a rule fired. */
    List<Double> commits() {
        return List.copyOf(commits);
    }

    /** Milliseconds, by severity. */
    Map<String, List<Double>> delays() {
        synchronized (delays) {
            Map<String, List<Double>> copy = new TreeMap<>();
            delays.forEach((severity, each) -> copy.put(severity, List.copyOf(each)));
            return copy;
        }
    }

    @Override
    public void close() {
        alerts.ruleNode().close();
        alerts.node().close();
        loader.close();
        context.stop();
        sink.stop(0);
    }
}
