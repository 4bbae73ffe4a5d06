package io.caravan.alert.text;

import java.nio.charset.StandardCharsets;

/**
 * How long a text may be.
 *
 * @param characters UTF-16 units, as services count; 0: any number
 * @param bytes of UTF-8; 0: any number
 */
public record TextLimit(int characters, int bytes) {
    public TextLimit {
        if (characters < 0 || bytes < 0) {
            throw new IllegalArgumentException("A limit of " + characters + " characters and " + bytes
                    + " bytes leaves no text; write 0 for no limit");
        }
    }

    boolean holds(String text) {
        return (characters == 0 || text.length() <= characters)
                && (bytes == 0 || text.getBytes(StandardCharsets.UTF_8).length <= bytes);
    }
}
