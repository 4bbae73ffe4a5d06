package io.caravan.poll;

import com.fasterxml.jackson.core.JsonPointer;
import io.caravan.batch.BadPageException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Each page names the address of the next one, in its body or in the header {@code Link: <…>; rel="next"} (RFC 8288). It is followed only to the
 * provider's own origin, since our credentials go with it. A Link header means that there is more; an address in the body does so behind a full page only, since many
 * feeds name one always.
 *
 * @param pointer where the body has the address; empty: the Link header has it
 * @param origin an address of the provider
 * @param keyParameter a query parameter with a credential, which is never stored
 */
record AddressPagination(
        Optional<JsonPointer> pointer, Optional<JsonPointer> more, URI origin, Optional<String> keyParameter)
        implements Pagination {
    private static final String NEXT = "next";
    private static final Pattern LINK =
            Pattern.compile("<([^>]*)>((?:\\s*;\\s*[^\\s=;,]+(?:\\s*=\\s*(?:\"[^\"]*\"|[^\\s\";,]*))?)*)");
    private static final Pattern REL_NEXT = Pattern.compile(
            ";\\s*rel\\s*=\\s*(?:\"(?:[^\"]*\\s)?next(?:\\s[^\"]*)?\"|next(?=\\s|;|$))", Pattern.CASE_INSENSITIVE);

    @Override
    public Ask ask(Cursor cursor, Instant now) {
        return new Ask(cursor.text(NEXT).map(URI::create), Map.of(), Optional.empty(), Optional.empty());
    }

    @Override
    public Advance after(Cursor cursor, Ask asked, ProviderPage page) throws BadPageException {
        Optional<String> named = pointer.isPresent()
                ? page.text(pointer.get())
                : page.response().header("link").flatMap(AddressPagination::next);
        if (named.isEmpty()) {
            return new Advance(cursor, false, true);
        }
        URI next = trusted(named.get(), page.uri());
        boolean last = page.records().isEmpty()
                || next.equals(page.uri())
                || !page.saysMore(more).orElse(true);
        boolean atOnce = page.saysMore(more).orElse(pointer.isEmpty() || page.isFull());
        return new Advance(cursor.with(NEXT, next.toASCIIString()), !last && atOnce, last);
    }

    @Override
    public Optional<Cursor> skip(Cursor cursor, Ask asked) {
        return Optional.empty();
    }

    static Optional<String> next(String header) {
        Matcher link = LINK.matcher(header);
        while (link.find()) {
            if (REL_NEXT.matcher(link.group(2)).find()) {
                return Optional.of(link.group(1));
            }
        }
        return Optional.empty();
    }

    private URI trusted(String named, URI page) throws BadPageException {
        URI next;
        try {
            next = page.resolve(new URI(named.strip()));
        } catch (URISyntaxException e) {
            throw new BadPageException("the address of the next page, '" + named + "', is none: " + e.getReason());
        }
        if (!Addresses.sameOrigin(next, origin)) {
            throw new BadPageException("the next page is said to be at " + Addresses.origin(next)
                    + ", not at the provider's own " + Addresses.origin(origin)
                    + "; it is not followed, so that our credentials stay with the provider");
        }
        return keyParameter.map(key -> Addresses.without(next, key)).orElse(next);
    }
}
