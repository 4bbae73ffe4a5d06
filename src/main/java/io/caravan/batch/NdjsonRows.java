package io.caravan.batch;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One JSON object a line; blank lines part nothing. */
final class NdjsonRows implements Rows {
    private final ByteWindow window;
    private final RecordParser parser;
    private final int longest;

    NdjsonRows(ByteWindow window, ReaderOptions options) throws IOException {
        this.window = window;
        this.parser = options.parser();
        this.longest = options.longestRecord();
        window.skipByteOrderMark();
    }

    @Override
    public @Nullable RawRecord next() throws IOException {
        while (window.at(0) >= 0) {
            long line = window.line();
            int length = window.untilLineEnd(0, longest + 1);
            if (length > longest) {
                return TooLong.take(window, line, longest);
            }
            byte[] text = JsonSlicer.trim(window.bytes(), window.index(0), window.index(length));
            window.consume(length + window.lineEndLength(length));
            if (text.length > 0) {
                return parser.parse(text, line);
            }
        }
        return null;
    }
}
