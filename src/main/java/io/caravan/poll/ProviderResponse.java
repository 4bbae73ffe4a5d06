package io.caravan.poll;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A provider's whole answer.
 *
 * @param headers by name, in whatever case
 * @param body decompressed
 */
@SuppressWarnings("ArrayRecordComponent") // a page's bytes are read, never compared
public record ProviderResponse(int status, Map<String, List<String>> headers, byte[] body) {
    public ProviderResponse {
        Map<String, List<String>> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> anyCase.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        headers = anyCase;
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** A header's value; of several, joined by commas (RFC 9110 section 5.3). */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name))
                .map(values -> String.join(", ", values).strip());
    }

    @Override
    public String toString() {
        return status + " with " + body.length + " bytes";
    }
}
