package io.caravan.batch;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of any size as batches, in memory that does not grow with it. A record that cannot be read is a
 * {@linkplain RawRecord#defect() defective} one with its raw text and line number; the records around it go on. The source of a batch is the file's with the
 * number of the batch: {@code file:inbox/a.csv#3}.
 *
 * <p>For one thread; only {@link #bytesRead()} and {@link #recordsRead()} may be asked by others, to show progress.
 */
public final class RecordReader implements Iterator<Batch>, Closeable {
    private final InputStream in;
    private final ByteWindow window;
    private final Rows rows;
    private final String source;
    private final ReaderOptions options;

    private @Nullable RawRecord ahead;
    private int batches;
    private volatile long bytesRead;
    private final AtomicLong recordsRead = new AtomicLong();

    private RecordReader(InputStream in, ByteWindow window, Rows rows, String source, ReaderOptions options)
            throws IOException {
        this.in = in;
        this.window = window;
        this.rows = rows;
        this.source = source;
        this.options = options;
        this.ahead = rows.next();
    }

    /**
     * Reads CSV (RFC 4180, UTF-8): a row is an object of texts by the header's names. A row that has other than the header's number of fields, a quote that is
     * never closed or bytes that are no UTF-8 is defective.
     *
     * @param source what the file is called in {@link Batch#source()}
     * @throws BadPageException when the header cannot be read or names a column twice
     */
    public static RecordReader csv(InputStream in, String source, ReaderOptions options)
            throws IOException, BadPageException {
        ByteWindow window = new ByteWindow(in);
        return new RecordReader(in, window, new CsvRows(window, options), source, options);
    }

    /** Reads one JSON object a line (NDJSON, UTF-8), each as strictly as {@link RecordParser} does. */
    public static RecordReader ndjson(InputStream in, String source, ReaderOptions options) throws IOException {
        ByteWindow window = new ByteWindow(in);
        return new RecordReader(in, window, new NdjsonRows(window, options), source, options);
    }

    @Override
    public boolean hasNext() {
        return ahead != null;
    }

    /**
     * The next batch; never an empty one.
     *
     * @throws UncheckedIOException when the stream fails; nothing of this batch has been handed out then
     */
    @Override
    public Batch next() {
        if (ahead == null) {
            throw new NoSuchElementException("All " + recordsRead + " records of " + source + " have been read.");
        }
        try {
            List<RawRecord> records = new ArrayList<>();
            long limit = bytesRead + options.batchBytes();
            while (ahead != null && records.size() < options.batchRecords() && (records.isEmpty() || before(limit))) {
                records.add(ahead);
                bytesRead = window.consumed();
                ahead = rows.next();
            }
            if (ahead == null) {
                bytesRead = window.consumed();
            }
            recordsRead.addAndGet(records.size());
            batches++;
            return Batch.of(source + "#" + batches, options.clock().instant(), records);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading " + source + " failed after " + bytesRead + " bytes", e);
        }
    }

    private boolean before(long limit) {
        return window.consumed() <= limit;
    }

    /** How many bytes of the file the records handed out so far took; the file's size at the end. */
    public long bytesRead() {
        return bytesRead;
    }

    /** How many records have been handed out so far, good and defective. */
    public long recordsRead() {
        return recordsRead.get();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
