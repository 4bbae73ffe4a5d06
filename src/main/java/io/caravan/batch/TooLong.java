package io.caravan.batch;

import java.io.IOException;

/** What becomes of a record that is longer than may be kept in memory. */
final class TooLong {
    private static final int KEPT = 1 << 16;

    private TooLong() {}

    /** Takes the line that begins here out of the window and keeps its beginning. */
    static RawRecord take(ByteWindow window, long line, int longest) throws IOException {
        int kept = Math.min(KEPT, longest);
        byte[] beginning = window.copy(0, kept);
        window.consumeLine();
        return RawRecord.defective(
                beginning, line, "longer than %,d bytes; only its first %,d are kept".formatted(longest, kept));
    }
}
