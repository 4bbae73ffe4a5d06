package io.caravan.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The lines of a file of newline-delimited JSON as the provider's records, byte for byte, released at so many lines a
 * second from the start on. The file is held in memory. Lines that are equal as JSON are one record and its repeats.
 */
final class RecordFile implements RecordSource {
    private static final ObjectMapper SORTING = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final List<ServedRecord> records;
    private final Instant start;
    private final double linesPerSecond;

    private RecordFile(List<ServedRecord> records, Instant start, double linesPerSecond) {
        this.records = records;
        this.start = start;
        this.linesPerSecond = linesPerSecond;
    }

    /**
     * @param linesPerSecond {@link Double#POSITIVE_INFINITY} releases all lines at once
     */
    static RecordFile open(Path file, double linesPerSecond, Instant start) {
        try {
            return new RecordFile(
                    numbered(Files.readAllLines(file, StandardCharsets.UTF_8), file), start, linesPerSecond);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the records in " + file + ": " + e.getMessage(), e);
        }
    }

    private static List<ServedRecord> numbered(List<String> lines, Path file) {
        Map<String, Long> firstOfItsKind = new HashMap<>();
        List<ServedRecord> records = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank()) {
                long ordinal = records.size();
                long identity = firstOfItsKind.computeIfAbsent(canonical(line, file, i + 1), text -> ordinal);
                records.add(new ServedRecord(line, identity, ""));
            }
        }
        return records;
    }

    private static String canonical(String line, Path file, int number) {
        try {
            return SORTING.writeValueAsString(SORTING.readValue(line, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    file + ":" + number + " is not JSON (" + e.getOriginalMessage()
                            + "); a page can carry only JSON values. Mend or remove the line, then start again.",
                    e);
        }
    }

    @Override
    public long available(Instant now) {
        double seconds = Duration.between(start, now).toMillis() / 1000.0;
        if (seconds < 0) {
            return 0;
        }
        return Double.isInfinite(linesPerSecond)
                ? records.size()
                : (long) Math.min(records.size(), seconds * linesPerSecond);
    }

    @Override
    public long arrivedBefore(Instant time, Instant now) {
        return time.isAfter(now) ? available(now) : available(time.minusNanos(1));
    }

    @Override
    public long firstArrivals(Instant from, Instant to, Instant now) {
        long first = arrivedBefore(from, now);
        // a record that is nobody's repeat has its own ordinal for an identity
        return LongStream.range(first, Math.max(first, arrivedBefore(to, now)))
                .filter(ordinal -> records.get((int) ordinal).identity() == ordinal)
                .count();
    }

    @Override
    public List<ServedRecord> read(long from, long to) {
        return records.subList((int) from, (int) to);
    }

    @Override
    public String original(long identity) {
        return records.get((int) identity).text();
    }

    @Override
    public String cursorAt(long ordinal) {
        return "line-" + ordinal;
    }

    @Override
    public long ordinalAt(String cursor) {
        if (!cursor.startsWith("line-")) {
            throw new IllegalArgumentException("No cursor of ours: '" + cursor + "'");
        }
        return Math.min(records.size(), Long.parseLong(cursor.substring("line-".length())));
    }
}
