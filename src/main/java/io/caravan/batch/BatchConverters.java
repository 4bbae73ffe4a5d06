package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Batches as stock bodies and stock bodies as batches. A stock body becomes a batch under the id and source that its message's {@link CaravanHeaders} name; without
 * them the batch is new, its source the file or the route's endpoint. Text is CSV when the message's {@code Content-Type} or file name says so, and JSON otherwise.
 */
final class BatchConverters {
    private static final StockBody STOCK = new StockBody(RecordParser.STRICT);
    /** A tree of records takes about ten times the memory of its text. */
    private static final long LARGEST_FILE = 32L << 20;

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
        return batch(records(text, isCsv(exchange)), exchange);
    }

    static Batch fromFile(File file, @Nullable Exchange exchange) throws IOException, BadPageException {
        if (file.length() > LARGEST_FILE) {
            throw new BadPageException(
                    ("%s has %,d bytes, and at most %,d become one batch; nothing of it was read. `load:` alone"
                                    + " takes .csv and .ndjson files of any size (the table's unique key drops the repeats); else cut it"
                                    + " into batches: `split: {tokenize: {token: \"\\n\", group: 1000}, streaming: true}`")
                            .formatted(file, file.length(), LARGEST_FILE));
        }
        boolean csv = isCsv(exchange) || isCsvName(file.getName());
        return batch(records(Files.readAllBytes(file.toPath()), csv), exchange, "file:" + file);
    }

    private static List<RawRecord> records(byte[] text, boolean csv) throws BadPageException {
        return csv ? STOCK.csv(text) : STOCK.json(text);
    }

    private static boolean isCsv(@Nullable Exchange exchange) {
        if (exchange == null) {
            return false;
        }
        String type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, "", String.class);
        String file = exchange.getMessage().getHeader(Exchange.FILE_NAME, "", String.class);
        return type.toLowerCase(Locale.ROOT).startsWith("text/csv") || isCsvName(file);
    }

    private static boolean isCsvName(String file) {
        return file.toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    private static Batch batch(List<RawRecord> records, @Nullable Exchange exchange) {
        String source = exchange == null || exchange.getFromEndpoint() == null
                ? "body"
                : exchange.getFromEndpoint().getEndpointBaseUri();
        return batch(records, exchange, source);
    }

    /** @param source what the batch is from, unless the message says another */
    private static Batch batch(List<RawRecord> records, @Nullable Exchange exchange, String source) {
        if (exchange == null) {
            return Batch.of(source, Clock.systemUTC().instant(), records);
        }
        Clock clock = exchange.getContext().getRegistry().findSingleByType(Clock.class);
        String named = exchange.getMessage().getHeader(CaravanHeaders.BATCH_SOURCE, source, String.class);
        Batch batch = Batch.of(
                named.isBlank() ? source : named, (clock == null ? Clock.systemUTC() : clock).instant(), records);
        UUID id = exchange.getMessage().getHeader(CaravanHeaders.BATCH_ID, UUID.class);
        return id == null ? batch : new Batch(id, batch.source(), batch.receivedAt(), records);
    }
}
