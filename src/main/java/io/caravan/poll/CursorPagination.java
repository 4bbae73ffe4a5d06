package io.caravan.poll;

import com.fasterxml.jackson.core.JsonPointer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Each page names the cursor of the next one. When a page names none, its own cursor is asked again later: what is received twice is dropped as duplicate, and
 * nothing is missed.
 *
 * @param pointer where a page has the next cursor
 * @param parameter the query parameter that takes it
 * @param more where a page says whether there are more; empty: a full page means that there are
 */
record CursorPagination(JsonPointer pointer, String parameter, Optional<JsonPointer> more) implements Pagination {
    private static final String CURSOR = "cursor";

    @Override
    public Ask ask(Cursor cursor, Instant now) {
        return Ask.with(
                cursor.text(CURSOR).map(value -> Map.of(parameter, value)).orElse(Map.of()));
    }

    @Override
    public Advance after(Cursor cursor, Ask asked, ProviderPage page) {
        Optional<String> next = page.text(pointer);
        boolean moves = next.isPresent() && !next.equals(cursor.text(CURSOR));
        boolean says = page.saysMore(more).orElse(page.isFull());
        return new Advance(
                next.map(value -> cursor.with(CURSOR, value)).orElse(cursor),
                moves && says,
                !moves || page.records().isEmpty() || !page.saysMore(more).orElse(true));
    }

    @Override
    public Optional<Cursor> skip(Cursor cursor, Ask asked) {
        return Optional.empty();
    }
}
