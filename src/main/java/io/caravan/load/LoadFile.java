package io.caravan.load;

import java.io.IOException;
import java.io.InputStream;

/**
 * A file or stream to load.
 *
 * @param source what it is called: {@code file:inbox/a.csv}
 * @param version tells one content of that name from another (size and time of modification); empty: a stream that can't be read again
 * @param bytes its size; 0: unknown
 * @param content opens it from the start; called once for each load
 */
record LoadFile(String source, String version, long bytes, LoadFormat format, Content content) {
    /** Opens a file. */
    interface Content {
        InputStream open() throws IOException;
    }

    boolean canBeReadAgain() {
        return !version.isEmpty();
    }
}
