package io.caravan.batch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A page as an API sends it: records in an envelope. Each record keeps its exact bytes, and what is wrong inside one concerns that record only: the page
 * must be JSON around the records, its brackets and quotes must pair, and commas must part the records; a record that is bad in itself ({@code NaN}, duplicate names, a
 * lone surrogate, invalid UTF-8) is a {@linkplain RawRecord#defect() defective} one among good ones.
 *
 * @param envelope everything but the records (their array is empty here): cursors, counts, links. Shared, not to be changed
 * @param records in the order sent, numbered from 1
 */
public record JsonPage(JsonNode envelope, List<RawRecord> records) {
    public JsonPage {
        records = List.copyOf(records);
    }

    /**
     * Reads a page.
     *
     * @param body UTF-8, with or without a byte order mark
     * @param records where the array of records is; the empty pointer when the body is that array
     * @throws BadPageException when the body is no JSON or has no array there
     */
    public static JsonPage read(byte[] body, JsonPointer records, RecordParser parser) throws BadPageException {
        byte[] text = withoutByteOrderMark(body);
        JsonSlicer slicer = new JsonSlicer(text);
        try {
            if (!slicer.find(records) || slicer.peek() != '[') {
                throw notThere(text, records, parser);
            }
            int opening = slicer.position();
            List<RawRecord> found = new ArrayList<>();
            slicer.elements(
                    (from, to) -> found.add(parser.parse(Arrays.copyOfRange(text, from, to), found.size() + 1L)));
            return new JsonPage(envelope(text, opening, slicer.position(), parser), found);
        } catch (DefectException e) {
            throw new BadPageException("the page is " + e.reason());
        }
    }

    /** Reads a page of one record a line (NDJSON); blank lines part nothing. There is no envelope: an empty object stands for it. */
    public static JsonPage readLines(byte[] body, RecordParser parser) {
        byte[] text = withoutByteOrderMark(body);
        List<RawRecord> found = new ArrayList<>();
        int line = 0;
        for (int from = 0; from < text.length; ) {
            line++;
            int to = from;
            while (to < text.length && text[to] != '\n') {
                to++;
            }
            byte[] record = JsonSlicer.trim(text, from, to);
            if (record.length > 0) {
                found.add(parser.parse(record, line));
            }
            from = to + 1;
        }
        return new JsonPage(JsonNodeFactory.instance.objectNode(), found);
    }

    private static JsonNode envelope(byte[] text, int opening, int behind, RecordParser parser) throws DefectException {
        ByteArrayOutputStream envelope = new ByteArrayOutputStream(text.length - (behind - opening) + 2);
        envelope.write(text, 0, opening);
        envelope.write('[');
        envelope.write(']');
        envelope.write(text, behind, text.length - behind);
        return parser.value(envelope.toByteArray());
    }

    /** Says whether the body is no JSON at all or JSON of another shape, and what it has instead. */
    private static BadPageException notThere(byte[] text, JsonPointer records, RecordParser parser)
            throws DefectException {
        JsonNode page = parser.value(text);
        JsonNode found = page.at(records);
        String where = records.toString().isEmpty() ? "as the whole body" : "at " + records;
        String instead = found.isMissingNode()
                ? page.isObject() ? "nothing; the body has " + names(page) : "nothing"
                : "a value of type " + found.getNodeType().name().toLowerCase(Locale.ROOT);
        return new BadPageException("no array of records %s: found %s".formatted(where, instead));
    }

    private static String names(JsonNode page) {
        List<String> names = new ArrayList<>();
        page.fieldNames().forEachRemaining(names::add);
        return names.isEmpty() ? "no members" : Shown.brief(String.join(", ", names));
    }

    private static byte[] withoutByteOrderMark(byte[] body) {
        int mark = byteOrderMarkLength(body);
        return mark == 0 ? body : Arrays.copyOfRange(body, mark, body.length);
    }

    static int byteOrderMarkLength(byte[] body) {
        boolean marked = body.length >= 3 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF;
        return marked ? 3 : 0;
    }
}
