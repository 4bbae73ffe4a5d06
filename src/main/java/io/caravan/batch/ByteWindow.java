package io.caravan.batch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The part of a stream that is being looked at: as much as one record needs, however large the stream. Knows how many bytes and lines lie behind. A line
 * ends with LF, CR LF or CR. For one thread.
 */
final class ByteWindow {
    private static final int FIRST_SIZE = 1 << 17;

    private final InputStream in;
    private byte[] bytes = new byte[FIRST_SIZE];
    private int start;
    private int end;
    private boolean ended;
    private long consumed;
    private long line = 1;

    ByteWindow(InputStream in) {
        this.in = in;
    }

    /** The byte that lies {@code offset} bytes ahead, or -1 behind the last one. */
    int at(int offset) throws IOException {
        while (start + offset >= end) {
            if (ended) {
                return -1;
            }
            fill();
        }
        return bytes[start + offset] & 0xFF;
    }

    private void fill() throws IOException {
        if (end == bytes.length) {
            makeRoom();
        }
        int count = in.read(bytes, end, bytes.length - end);
        if (count < 0) {
            ended = true;
        } else {
            end += count;
        }
    }

    private void makeRoom() {
        if (start == 0) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        } else {
            System.arraycopy(bytes, start, bytes, 0, end - start);
            end -= start;
            start = 0;
        }
    }

    /** A UTF-8 byte order mark, which some programs put before a file, is no part of the first record. */
    void skipByteOrderMark() throws IOException {
        if (at(0) == 0xEF && at(1) == 0xBB && at(2) == 0xBF) {
            consume(3);
        }
    }

    /** How many bytes lie before the end of the line that is {@code from} bytes ahead; at most {@code most}. */
    int untilLineEnd(int from, int most) throws IOException {
        int offset = from;
        while (offset < most && !isLineEnd(at(offset))) {
            offset++;
        }
        return offset;
    }

    static boolean isLineEnd(int c) {
        return c == '\n' || c == '\r' || c < 0;
    }

    /** How many bytes the line end takes that is {@code offset} bytes ahead: 2, 1, or 0 at the end of the stream. */
    int lineEndLength(int offset) throws IOException {
        int c = at(offset);
        if (c < 0) {
            return 0;
        }
        return c == '\r' && at(offset + 1) == '\n' ? 2 : 1;
    }

    byte[] copy(int from, int to) {
        return Arrays.copyOfRange(bytes, start + from, start + to);
    }

    /** The place of an offset in {@link #bytes()}; valid until the next {@link #at}. */
    int index(int offset) {
        return start + offset;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Moves on, over whole lines or within one. */
    void consume(int length) throws IOException {
        for (int offset = 0; offset < length; offset++) {
            byte c = bytes[start + offset];
            if (c == '\n' || (c == '\r' && at(offset + 1) != '\n')) {
                line++;
            }
        }
        start += length;
        consumed += length;
        if (start == end) {
            start = 0;
            end = 0;
        }
    }

    /** Moves behind the line that begins here, however long, keeping none of it. */
    void consumeLine() throws IOException {
        while (!isLineEnd(at(0))) {
            consume(Math.max(1, untilLineEnd(0, FIRST_SIZE / 2)));
        }
        consume(lineEndLength(0));
    }

    /** How many bytes lie behind. */
    long consumed() {
        return consumed;
    }

    /** The number of the line that begins here, from 1. */
    long line() {
        return line;
    }
}
