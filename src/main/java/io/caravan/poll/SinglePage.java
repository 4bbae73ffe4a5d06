package io.caravan.poll;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The provider answers everything in one page. */
record SinglePage() implements Pagination {

    @Override
    public Ask ask(Cursor cursor, Instant now) {
        return Ask.with(Map.of());
    }

    @Override
    public Advance after(Cursor cursor, Ask asked, ProviderPage page) {
        return new Advance(cursor, false, true);
    }

    @Override
    public Optional<Cursor> skip(Cursor cursor, Ask asked) {
        return Optional.of(cursor);
    }
}
