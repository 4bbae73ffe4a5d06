package io.caravan.poll;

import io.caravan.batch.BadPageException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** How a provider deals out its records in pages: what to ask for at a cursor, and where an answer leads. Pure and immutable. */
sealed interface Pagination
        permits CursorPagination, AddressPagination, NumberPagination, SinglePage, TimeWindows, NewestFirst {

    /**
     * What to ask for.
     *
     * @param address the whole address where the provider gave one; else the stream's own
     * @param parameters to be added to the stream's own address
     * @param from of the time window that is asked for, where there is one
     */
    record Ask(Optional<URI> address, Map<String, String> parameters, Optional<Instant> from, Optional<Instant> to) {
        static Ask with(Map<String, String> parameters) {
            return new Ask(Optional.empty(), parameters, Optional.empty(), Optional.empty());
        }
    }

    /**
     * Where a page leads.
     *
     * @param next the cursor to commit with the page
     * @param more records are known to wait behind this page, or it was full: ask again at once
     * @param last the listing has no further page now; a short page of some providers is not the last one
     * @param complete false when the page can't be relied on to hold all that was asked for; it is dropped, and {@code next} asks for less
     */
    record Advance(Cursor next, boolean more, boolean last, boolean complete) {
        Advance(Cursor next, boolean more, boolean last) {
            this(next, more, last, true);
        }
    }

    Ask ask(Cursor cursor, Instant now);

    /**
     * Where a page leads.
     *
     * @throws BadPageException when the page doesn't say where it leads, or leads astray
     */
    Advance after(Cursor cursor, Ask asked, ProviderPage page) throws BadPageException;

    /** The cursor behind a page that can't be read; empty where only the page itself could have told. */
    Optional<Cursor> skip(Cursor cursor, Ask asked);
}
