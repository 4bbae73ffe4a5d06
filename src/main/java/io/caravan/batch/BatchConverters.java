package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Batches as stock bodies and stock bodies as batches. A stock body becomes a batch under the id and source that its message's {@link CaravanHeaders} name; without
 * them the batch is new, its source the route's endpoint. Text is CSV when the message's {@code Content-Type} or file name says so, and JSON otherwise.
 */
final class BatchConverters {
    private static final StockBody STOCK = new StockBody(RecordParser.STRICT);

    private BatchConverters() {}

    static List<Map<String, @Nullable Object>> toList(Batch batch) {
        return batch.values();
    }

    static JsonNode toTree(Batch batch) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(batch.size());
        batch.goodForStockStep().forEach(record -> array.add(record.value()));
        return array;
    }

    /** A JSON array of the good records, each with its own bytes. */
    static byte[] toBytes(Batch batch) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.write('[');
        for (RawRecord record : batch.goodForStockStep()) {
            if (text.size() > 1) {
                text.write(',');
            }
            text.writeBytes(record.text());
        }
        text.write(']');
        return text.toByteArray();
    }

    static InputStream stream(byte[] text) {
        return new ByteArrayInputStream(text);
    }

    static String string(byte[] text) {
        return new String(text, StandardCharsets.UTF_8);
    }

    static Batch fromThings(Iterable<?> things, @Nullable Exchange exchange) {
        return batch(STOCK.records(things), exchange);
    }

    static Batch fromTree(JsonNode tree, @Nullable Exchange exchange) {
        return batch(STOCK.records(tree), exchange);
    }

    static Batch fromMap(Map<?, ?> map, @Nullable Exchange exchange) {
        return batch(STOCK.records(map), exchange);
    }

    static Batch fromStream(InputStream in, @Nullable Exchange exchange) throws IOException, BadPageException {
        return fromText(in.readAllBytes(), exchange);
    }

    static Batch fromText(byte[] text, @Nullable Exchange exchange) throws BadPageException {
        return batch(isCsv(exchange) ? STOCK.csv(text) : STOCK.json(text), exchange);
    }

    private static boolean isCsv(@Nullable Exchange exchange) {
        if (exchange == null) {
            return false;
        }
        String type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, "", String.class);
        String file = exchange.getMessage().getHeader(Exchange.FILE_NAME, "", String.class);
        return type.toLowerCase(Locale.ROOT).startsWith("text/csv")
                || file.toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    private static Batch batch(List<RawRecord> records, @Nullable Exchange exchange) {
        if (exchange == null) {
            return Batch.of("body", Clock.systemUTC().instant(), records);
        }
        Clock clock = exchange.getContext().getRegistry().findSingleByType(Clock.class);
        Batch batch = Batch.of(source(exchange), (clock == null ? Clock.systemUTC() : clock).instant(), records);
        UUID id = exchange.getMessage().getHeader(CaravanHeaders.BATCH_ID, UUID.class);
        return id == null ? batch : new Batch(id, batch.source(), batch.receivedAt(), records);
    }

    private static String source(Exchange exchange) {
        String named = exchange.getMessage().getHeader(CaravanHeaders.BATCH_SOURCE, String.class);
        if (named != null && !named.isBlank()) {
            return named;
        }
        return exchange.getFromEndpoint() == null
                ? "body"
                : exchange.getFromEndpoint().getEndpointBaseUri();
    }
}
