package io.caravan.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.caravan.bench.Stopwatch.Measured;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.dataformat.JsonLibrary;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;

/**
 * The stock Camel way, as its manual has it: split, idempotentConsumer with JdbcMessageIdRepository (before 4.18: JdbcMessageIdempotentRepository), one INSERT
 * a row.
 */
final class StockCamel implements Contender {
    private static final ObjectMapper SORTED =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private final BenchDatabase database;
    private final PageServerProcess server;
    private final int records;

    StockCamel(BenchDatabase database, PageServerProcess server, int records) {
        this.database = database;
        this.server = server;
        this.records = records;
    }

    @Override
    public String name() {
        return "stock-camel";
    }

    @Override
    public String does() {
        return "stock Camel: split, idempotentConsumer with JdbcMessageIdRepository, sql: insert a row; on fewer records, as it is slow";
    }

    /** The same number for all page sizes: a page means nothing to it. */
    @Override
    public int share(int wanted, int pageSize) {
        return Math.min(wanted, records);
    }

    @Override
    public Measured run(int pageSize, int wanted, Stopwatch watch) throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("dataSource", database.database().dataSource());
            camel.addRoutes(route());
            camel.start();
            try (ProducerTemplate template = camel.createProducerTemplate()) {
                watch.start();
                for (int from = 0; from < wanted; from += pageSize) {
                    template.sendBody("direct:page", server.page(pageSize, wanted, from));
                }
                return watch.stop(wanted);
            }
        }
    }

    private RouteBuilder route() {
        JdbcMessageIdRepository seen =
                new JdbcMessageIdRepository(database.database().dataSource(), "bench-" + UUID.randomUUID());
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:page")
                        .unmarshal()
                        .json(JsonLibrary.Jackson)
                        .split(simple("${body[data]}"))
                        .process(StockCamel::identify)
                        .idempotentConsumer(header("key"), seen)
                        .to("sql:insert into bench.packet (car_id, rtc_time, created_at, data) values (:#car_id,"
                                + " cast(:#rtc_time as timestamptz), cast(:#created_at as timestamptz), cast(:#data as jsonb))"
                                + "?dataSource=#dataSource");
            }
        };
    }

    /** A key that doesn't depend on the order of names, in the 100 characters that the repository's table has for it. */
    private static void identify(Exchange exchange) throws JsonProcessingException {
        Map<?, ?> packet = exchange.getMessage().getBody(Map.class);
        Object data = Objects.requireNonNull(packet.get("data"));
        String text = SORTED.writeValueAsString(data);
        String content =
                UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
        Message message = exchange.getMessage();
        message.setHeader("key", packet.get("car_id") + " " + packet.get("rtc_time") + " " + content);
        Map<String, Object> row = new HashMap<>();
        packet.forEach((name, value) -> row.put(String.valueOf(name), value));
        row.put("data", text);
        message.setBody(row);
    }
}
