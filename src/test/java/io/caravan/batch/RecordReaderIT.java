package io.caravan.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecordReaderIT {
    private static final long ROWS = 6_000_000;

    /** The file is made while it is read, in a process of its own whose heap is a sixth of it. */
    @Test
    void memoryDoesNotGrowWithTheFile() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reading.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(said).isEqualTo("%d rows of %d bytes".formatted(ROWS, 19 + ROWS * Reading.ROW.length));
    }

    /** What the other process does. */
    static final class Reading {
        static final byte[] ROW =
                "4711,2018-02-01T12:00:00Z,\"a \"\"quoted\"\" text\",52.370216,4.895168\n".getBytes(UTF_8);

        private Reading() {}

        public static void main(String[] args) throws Exception {
            InputStream file = new RepeatingStream("id,at,note,lat,lon\n".getBytes(UTF_8), ROW, ROWS);
            RecordReader reader = RecordReader.csv(file, "big", ReaderOptions.DEFAULT);
            while (reader.hasNext()) {
                if (!reader.next().records().stream().allMatch(RawRecord::isGood)) {
                    throw new IllegalStateException("a defect after " + reader.bytesRead() + " bytes");
                }
            }
            System.out.print(reader.recordsRead() + " rows of " + reader.bytesRead() + " bytes");
        }
    }

    /** A header, then one row again and again. */
    private static final class RepeatingStream extends InputStream {
        private final byte[] row;
        private byte[] current;
        private int at;
        private long left;

        RepeatingStream(byte[] header, byte[] row, long rows) {
            this.row = row;
            this.current = header;
            this.left = rows;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("byte by byte would be too slow");
        }

        /** Gives at most one row, which also tries how the reader takes short reads. */
        @Override
        public int read(byte[] target, int offset, int length) {
            if (at == current.length) {
                if (left == 0) {
                    return -1;
                }
                left--;
                current = row;
                at = 0;
            }
            int count = Math.min(length, current.length - at);
            System.arraycopy(current, at, target, offset, count);
            at += count;
            return count;
        }
    }
}
