package io.caravan.batch;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. Jackson's reader is laxer, so bytes are checked here first. */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private static final byte[] NO_UTF8 = {(byte) 0xFF};

    private Utf8() {}

    /** The bytes of a text. A lone surrogate, which Java would silently turn into a question mark, becomes bytes that are no UTF-8 and so a defect. */
    static byte[] bytes(String text) {
        if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        text.codePoints().forEach(codePoint -> {
            boolean lone = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
            bytes.writeBytes(lone ? NO_UTF8 : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
        });
        return bytes.toByteArray();
    }

    /** The place of the first byte of {@code bytes[from, to)} that is no UTF-8, or -1. */
    static int firstInvalid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (bytes[at] >= 0) {
                at = skipAscii(bytes, at, to);
            } else {
                int length = sequenceLength(bytes, at, to);
                if (length == 0) {
                    return at;
                }
                at += length;
            }
        }
        return -1;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** Length of the well-formed sequence at {@code at} (table 3-7 of the Unicode standard), or 0. */
    private static int sequenceLength(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xFF;
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        if (lead < 0xE0) {
            return continues(bytes, at + 1, to, 0x80, 0xBF) ? 2 : 0;
        }
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        boolean two = continues(bytes, at + 1, to, lowest, highest) && continues(bytes, at + 2, to, 0x80, 0xBF);
        if (lead < 0xF0) {
            return two ? 3 : 0;
        }
        return two && continues(bytes, at + 3, to, 0x80, 0xBF) ? 4 : 0;
    }

    private static boolean continues(byte[] bytes, int at, int to, int lowest, int highest) {
        return at < to && (bytes[at] & 0xFF) >= lowest && (bytes[at] & 0xFF) <= highest;
    }
}
