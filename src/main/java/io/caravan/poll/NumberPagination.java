package io.caravan.poll;

import com.fasterxml.jackson.core.JsonPointer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Pages are numbered, or asked for by the number of records before them. New records must come at the end of the listing (else see {@link NewestFirst}). A page
 * that isn't full yet is asked again by its number later, while an offset moves on exactly by the records received.
 *
 * @param parameter the query parameter that takes the number
 * @param first the number of the first page, or the first offset
 * @param byRecords whether the number counts records instead of pages
 */
record NumberPagination(String parameter, long first, boolean byRecords, int pageSize, Optional<JsonPointer> more)
        implements Pagination {
    private static final String NUMBER = "number";

    @Override
    public Ask ask(Cursor cursor, Instant now) {
        return Ask.with(Map.of(parameter, Long.toString(number(cursor))));
    }

    @Override
    public Advance after(Cursor cursor, Ask asked, ProviderPage page) {
        boolean behind = !page.records().isEmpty() && page.saysMore(more).orElse(page.isFull());
        long next = byRecords ? number(cursor) + page.records().size() : number(cursor) + (behind ? 1 : 0);
        return new Advance(cursor.with(NUMBER, next), behind, !behind);
    }

    @Override
    public Optional<Cursor> skip(Cursor cursor, Ask asked) {
        return Optional.of(cursor.with(NUMBER, number(cursor) + (byRecords ? pageSize : 1)));
    }

    private long number(Cursor cursor) {
        return cursor.number(NUMBER).orElse(first);
    }
}
