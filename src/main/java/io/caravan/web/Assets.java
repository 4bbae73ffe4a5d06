package io.caravan.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** Style and scripts of the pages. */
final class Assets {
    private static final Map<String, String> TYPES = Map.of(
            "caravan.css", "text/css; charset=utf-8",
            "chat.js", "text/javascript; charset=utf-8");

    Page get(String file) {
        String type = TYPES.get(file);
        return type == null ? Page.plain(404, "There is no such file.") : new Page(200, type, read(file));
    }

    private static String read(String file) {
        try (InputStream in = Assets.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing in this build");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
