package io.caravan.batch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The records in what stock Camel components put into a message. One thing of any kind is one record; a list or an array is one record an element. */
final class StockBody {
    private static final JsonPointer WHOLE = JsonPointer.empty();

    private final RecordParser parser;

    StockBody(RecordParser parser) {
        this.parser = parser;
    }

    /** The records of things already in memory: maps, trees, records, JSON texts, rows. */
    List<RawRecord> records(Iterable<?> things) {
        List<RawRecord> records = new ArrayList<>();
        for (Object thing : things) {
            records.add(record(thing, records.size() + 1L));
        }
        return records;
    }

    private RawRecord record(Object thing, long number) {
        if (thing instanceof RawRecord record) {
            return record;
        }
        if (thing instanceof RecordMap map) {
            return map.record();
        }
        if (thing instanceof CharSequence text) {
            return parser.parse(Utf8.bytes(text.toString()), number);
        }
        return thing instanceof byte[] text ? parser.parse(text, number) : parser.record(thing, number);
    }

    /** The records of a tree: the elements of an array, or the tree itself. */
    List<RawRecord> records(JsonNode tree) {
        return tree.isArray() ? records((Iterable<?>) tree) : records(List.of(tree));
    }

    /** The one record of a map. */
    List<RawRecord> records(Map<?, ?> map) {
        return records(List.of(map));
    }

    /** The records of a JSON text: an array, one object over any number of lines, or one object a line (NDJSON). Blank text has none. */
    List<RawRecord> json(byte[] text) throws BadPageException {
        byte[] trimmed = JsonSlicer.trim(text, JsonPage.byteOrderMarkLength(text), text.length);
        if (trimmed.length == 0) {
            return List.of();
        }
        return switch (trimmed[0]) {
            case '[' -> JsonPage.read(trimmed, WHOLE, parser).records();
            case '{' ->
                JsonSlicer.isOneValue(trimmed)
                        ? List.of(parser.parse(trimmed))
                        : JsonPage.readLines(text, parser).records();
            default ->
                throw new BadPageException("the text begins with '%s' and is neither a JSON array nor a JSON object nor"
                                .formatted(Shown.brief(new String(trimmed, 0, 1, StandardCharsets.ISO_8859_1)))
                        + " lines of JSON objects");
        };
    }

    /** The rows of a CSV text with a header. */
    List<RawRecord> csv(byte[] text) throws BadPageException {
        List<RawRecord> records = new ArrayList<>();
        try (RecordReader reader = RecordReader.csv(new ByteArrayInputStream(text), "text", ReaderOptions.DEFAULT)) {
            reader.forEachRemaining(batch -> records.addAll(batch.records()));
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
        return records;
    }
}
