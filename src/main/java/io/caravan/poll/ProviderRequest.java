package io.caravan.poll;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request to a provider: a GET, or a POST where there is a form. Its text tells neither headers nor query, which may hold secrets.
 *
 * @param form an {@code application/x-www-form-urlencoded} body
 */
public record ProviderRequest(URI uri, Map<String, String> headers, Optional<String> form) {
    public ProviderRequest {
        headers = Map.copyOf(headers);
    }

    static ProviderRequest get(URI uri) {
        return new ProviderRequest(uri, Map.of(), Optional.empty());
    }

    ProviderRequest withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new ProviderRequest(uri, more, form);
    }

    ProviderRequest withUri(URI other) {
        return new ProviderRequest(other, headers, form);
    }

    @Override
    public String toString() {
        return (form.isPresent() ? "POST " : "GET ") + Addresses.withoutQuery(uri);
    }
}
