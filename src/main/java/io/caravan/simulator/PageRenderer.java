package io.caravan.simulator;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the body of a page; bodies rendered ahead are kept, so that a benchmark measures the caller. Thread safe. */
final class PageRenderer {
    private final RecordSource source;
    private final Map<Page, Buffer> ahead = new ConcurrentHashMap<>();

    PageRenderer(RecordSource source) {
        this.source = source;
    }

    void renderAhead(Page page) {
        ahead.put(page, render(page));
    }

    Buffer body(Page page) {
        Buffer body = ahead.get(page);
        return body == null ? render(page) : body;
    }

    private Buffer render(Page page) {
        List<ServedRecord> records = source.read(page.from(), page.to());
        if (page.newestFirst()) {
            records = new ArrayList<>(records);
            Collections.reverse(records);
        }
        StringBuilder body = new StringBuilder(256 * (records.size() + 1)).append(page.head());
        for (int i = 0; i < records.size(); i++) {
            body.append(i == 0 ? "" : ",").append(records.get(i).text());
        }
        return Buffer.buffer(body.append(page.tail()).toString());
    }
}
