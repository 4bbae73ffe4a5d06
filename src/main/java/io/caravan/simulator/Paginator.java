package io.caravan.simulator;

import io.caravan.simulator.Query.BadRequestException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Decides which records a call gets, in each style of pagination. */
final class Paginator {
    private static final String DATA = "{\"data\":[";

    private final RecordSource source;
    private final int pageSize;

    Paginator(RecordSource source, int pageSize) {
        this.source = source;
        this.pageSize = pageSize;
    }

    /**
     * @param baseUrl how the caller reached us, such as {@code http://localhost:8090}
     */
    Page page(Pagination pagination, Query query, String baseUrl, Instant now) {
        long available = source.available(now);
        int limit = (int) Math.min(pageSize, query.number("limit", pageSize));
        if (limit < 1) {
            throw new BadRequestException("limit is " + limit + "; it must be from 1 to " + pageSize + ".");
        }
        return switch (pagination) {
            case CURSOR -> byCursor(cursor(query, 0), limit, available);
            case NEXT_URL -> byNextUrl(baseUrl, cursor(query, 0), limit, available);
            case LINK -> byLink(baseUrl, cursor(query, 0), limit, available);
            case PAGE -> byPage(query.number("page", 1), limit, available);
            case OFFSET -> byOffset(query.number("offset", 0), limit, available);
            case WINDOW -> byWindow(query, limit, available, now);
            case NEWEST_FIRST -> newestFirst(query, limit, available, now);
        };
    }

    private Page byCursor(long from, int limit, long available) {
        long to = end(from, limit, available);
        return page(from, to, ",\"next\":\"" + cursorAt(to) + '"');
    }

    private Page byNextUrl(String baseUrl, long from, int limit, long available) {
        long to = end(from, limit, available);
        return page(from, to, ",\"next\":\"" + url(baseUrl, Pagination.NEXT_URL, to, limit) + '"');
    }

    private Page byLink(String baseUrl, long from, int limit, long available) {
        long to = end(from, limit, available);
        Map<String, String> headers = to < available
                ? Map.of("Link", "<" + url(baseUrl, Pagination.LINK, to, limit) + ">; rel=\"next\"")
                : Map.of();
        return new Page(Math.min(from, to), to, false, DATA, "]}", headers);
    }

    private Page byPage(long number, int limit, long available) {
        if (number < 1) {
            throw new BadRequestException("page is " + number + "; pages count from 1.");
        }
        long from = Math.min(available, (number - 1) * limit);
        long pages = (available + limit - 1) / limit;
        return page(from, end(from, limit, available), ",\"page\":" + number + ",\"total_pages\":" + pages);
    }

    private Page byOffset(long offset, int limit, long available) {
        if (offset < 0) {
            throw new BadRequestException("offset is " + offset + "; it must be 0 or more.");
        }
        long from = Math.min(available, offset);
        return page(from, end(from, limit, available), ",\"offset\":" + offset + ",\"total\":" + available);
    }

    private Page byWindow(Query query, int limit, long available, Instant now) {
        long first =
                query.time("from").map(time -> source.arrivedBefore(time, now)).orElse(0L);
        long last =
                query.time("to").map(time -> source.arrivedBefore(time, now)).orElse(available);
        long from = Math.max(first, cursor(query, first));
        long to = Math.max(from, end(from, limit, last));
        return page(from, to, ",\"next\":" + (to < last ? '"' + cursorAt(to) + '"' : "null"));
    }

    private Page newestFirst(Query query, int limit, long available, Instant now) {
        long oldest =
                query.time("since").map(time -> source.arrivedBefore(time, now)).orElse(0L);
        long to = Math.max(oldest, Math.min(available, cursor(query, available)));
        long from = Math.max(oldest, to - limit);
        String next = from > oldest ? '"' + cursorAt(from) + '"' : "null";
        return new Page(from, to, true, DATA, "],\"next\":" + next + "}", Map.of());
    }

    private static Page page(long from, long to, String envelope) {
        return new Page(Math.min(from, to), to, false, DATA, "]" + envelope + "}", Map.of());
    }

    private static long end(long from, int limit, long available) {
        return Math.min(available, from + limit);
    }

    private String url(String baseUrl, Pagination pagination, long ordinal, int limit) {
        return baseUrl + pagination.path() + "?cursor=" + cursorAt(ordinal) + "&limit=" + limit;
    }

    /** Opaque on purpose: callers that take cursors apart are found out. */
    private String cursorAt(long ordinal) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(source.cursorAt(ordinal).getBytes(StandardCharsets.US_ASCII));
    }

    private long cursor(Query query, long absent) {
        Optional<String> cursor = query.text("cursor");
        try {
            return cursor.map(text -> new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII))
                    .map(source::ordinalAt)
                    .orElse(absent);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("cursor is '" + cursor.orElse("") + "'; no page of ours gave it.", e);
        }
    }
}
