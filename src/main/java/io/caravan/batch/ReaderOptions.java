package io.caravan.batch;

import java.time.Clock;
import java.util.List;

/**
 * How a {@link RecordReader} reads a file.
 *
 * @param batchRecords a batch ends after so many records; default 10,000
 * @param batchBytes or after so many bytes of the file, whichever comes first; default 8 MiB
 * @param longestRecord a record of more bytes than this is defective and only its beginning is kept; default 16 MiB. Memory is bounded by
 *     {@code batchBytes} and {@code longestRecord}, not by the size of the file
 * @param delimiter what parts the fields of a CSV row, one ASCII character; default comma
 * @param columns names of the columns of a CSV file that has no header; default empty: the first row is the header
 * @param parser reads the records of NDJSON; default {@link RecordParser#STRICT}
 * @param clock tells when a batch was received; default UTC
 */
public record ReaderOptions(
        int batchRecords,
        int batchBytes,
        int longestRecord,
        char delimiter,
        List<String> columns,
        RecordParser parser,
        Clock clock) {
    public static final ReaderOptions DEFAULT =
            new ReaderOptions(10_000, 8 << 20, 16 << 20, ',', List.of(), RecordParser.STRICT, Clock.systemUTC());

    private static final int LARGEST = 1 << 30;

    public ReaderOptions {
        requireWithin("batchRecords", batchRecords);
        requireWithin("batchBytes", batchBytes);
        requireWithin("longestRecord", longestRecord);
        if (delimiter == 0 || delimiter >= 0x80 || "\"\r\n".indexOf(delimiter) >= 0) {
            throw new IllegalArgumentException(
                    "Delimiter U+%04X cannot part fields; give an ASCII character such as ';'."
                            .formatted((int) delimiter));
        }
        columns = List.copyOf(columns);
    }

    public ReaderOptions withBatchRecords(int most) {
        return new ReaderOptions(most, batchBytes, longestRecord, delimiter, columns, parser, clock);
    }

    public ReaderOptions withBatchBytes(int most) {
        return new ReaderOptions(batchRecords, most, longestRecord, delimiter, columns, parser, clock);
    }

    public ReaderOptions withLongestRecord(int most) {
        return new ReaderOptions(batchRecords, batchBytes, most, delimiter, columns, parser, clock);
    }

    public ReaderOptions withDelimiter(char other) {
        return new ReaderOptions(batchRecords, batchBytes, longestRecord, other, columns, parser, clock);
    }

    public ReaderOptions withColumns(List<String> names) {
        return new ReaderOptions(batchRecords, batchBytes, longestRecord, delimiter, names, parser, clock);
    }

    public ReaderOptions withParser(RecordParser other) {
        return new ReaderOptions(batchRecords, batchBytes, longestRecord, delimiter, columns, other, clock);
    }

    public ReaderOptions withClock(Clock other) {
        return new ReaderOptions(batchRecords, batchBytes, longestRecord, delimiter, columns, parser, other);
    }

    private static void requireWithin(String name, int value) {
        if (value < 1 || value > LARGEST) {
            throw new IllegalArgumentException(
                    "Reader option '%s' is %d; give 1 to %d.".formatted(name, value, LARGEST));
        }
    }
}
