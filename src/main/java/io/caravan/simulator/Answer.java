package io.caravan.simulator;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * What goes back to a caller.
 *
 * @param page the page that the body carries whole and sound, if it does
 */
record Answer(int status, Map<String, String> headers, Buffer body, Optional<Page> page) {
    static Answer json(int status, String body) {
        return of(status, "application/json", Buffer.buffer(body));
    }

    static Answer error(int status, String message) {
        return json(status, "{\"error\":" + LedgerEntry.quoted(message) + "}");
    }

    static Answer of(int status, String type, Buffer body) {
        return new Answer(status, Map.of("Content-Type", type), body, Optional.empty());
    }

    static Answer page(Page page, Buffer body) {
        return new Answer(200, Map.of("Content-Type", "application/json"), body, Optional.of(page))
                .with(page.headers());
    }

    Answer with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Answer(status, all, body, page);
    }

    Answer with(String header, String value) {
        return with(Map.of(header, value));
    }

    Answer gzipped() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length() / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(status, headers, Buffer.buffer(bytes.toByteArray()), page).with("Content-Encoding", "gzip");
    }

    Answer firstHalf() {
        return of(status, "application/json", body.slice(0, body.length() / 2));
    }

    Answer behindWhiteSpace(int bytes) {
        Buffer padded = Buffer.buffer(" ".repeat(bytes)).appendBuffer(body);
        return new Answer(status, headers, padded, page);
    }
}
