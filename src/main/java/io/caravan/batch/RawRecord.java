package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One record as it was received, and what it means: either a {@link #value()} that was parsed strictly, or a {@link #defect()} that says why it has none.
 * Immutable and safe for all threads, on the promise that nobody changes the tree or the bytes that it hands out (they are shared, not copied).
 */
public final class RawRecord {
    private final byte[] text;
    private final long number;
    private final @Nullable ObjectNode value;
    private final @Nullable String defect;

    private RawRecord(byte[] text, long number, @Nullable ObjectNode value, @Nullable String defect) {
        this.text = text;
        this.number = number;
        this.value = value;
        this.defect = defect;
    }

    static RawRecord good(byte[] text, long number, ObjectNode value) {
        return new RawRecord(text, number, value, null);
    }

    /** A record that can't be read, and why; for those that were found defective before and kept. */
    public static RawRecord defective(byte[] text, long number, String defect) {
        return new RawRecord(text, number, null, defect);
    }

    /** A record made here, not received: its text is the JSON of {@code fields}. Checked like any other, with default limits. */
    public static RawRecord of(Map<String, ?> fields) {
        return RecordParser.STRICT.record(fields, 1);
    }

    /** A record made here, not received: its text is the JSON of {@code value}. Checked like any other, with default limits. */
    public static RawRecord of(JsonNode value) {
        return RecordParser.STRICT.record(value, 1);
    }

    /** A record received as JSON text. Shorthand for {@link RecordParser#parse(byte[], long)} with default limits. */
    public static RawRecord of(String json) {
        return RecordParser.STRICT.parse(Utf8.bytes(json), 1);
    }

    /**
     * The record's bytes exactly as received: JSON in UTF-8. Two cases differ: a row of a CSV file that has a value gives the JSON of that value, and a
     * defective record gives whatever bytes came, which need be neither JSON nor UTF-8.
     */
    public byte[] text() {
        return text;
    }

    /** {@link #text()} for people and for text columns: bytes that are no UTF-8 and NUL characters are shown as U+FFFD. */
    public String printable() {
        return new String(text, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
    }

    /** Its place in what it came from, counted from 1: the line on which it begins in a file, the position in a page. */
    public long number() {
        return number;
    }

    /**
     * The record's value: an object without duplicate names, with exact numbers (integers as such, all others as {@link java.math.BigDecimal}).
     *
     * @throws IllegalStateException when the record is {@linkplain #defect() defective}
     */
    public ObjectNode value() {
        if (value == null) {
            throw new IllegalStateException("Record %d has no value: %s".formatted(number, defect));
        }
        return value;
    }

    /** Why the record has no usable value, for people; empty when it has one. */
    public Optional<String> defect() {
        return Optional.ofNullable(defect);
    }

    /** True when {@link #value()} answers. */
    public boolean isGood() {
        return value != null;
    }

    /** Equal when text, place and outcome are: the value follows from these. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RawRecord that
                && number == that.number
                && Arrays.equals(text, that.text)
                && Objects.equals(defect, that.defect);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(text) + Long.hashCode(number);
    }

    @Override
    public String toString() {
        String shown = printable();
        String head = shown.length() > 200 ? shown.substring(0, 200) + "…" : shown;
        return defect == null ? head : head + " (" + defect + ")";
    }
}
