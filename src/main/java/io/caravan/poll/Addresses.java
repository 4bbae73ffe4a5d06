package io.caravan.poll;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What providers' web addresses need: query parameters added and taken away, and the origin that may see our credentials. */
final class Addresses {
    private Addresses() {}

    /** The base with a path below it; the path may bring query parameters of its own. */
    static URI below(URI base, String path) {
        String address = withoutQuery(base);
        String joined = path.isEmpty()
                ? address
                : (address.endsWith("/") ? address : address + "/") + (path.startsWith("/") ? path.substring(1) : path);
        URI uri = URI.create(joined);
        return base.getRawQuery() == null ? uri : appendQuery(uri, base.getRawQuery());
    }

    /** With these parameters; one that is there already is replaced. */
    static URI with(URI uri, Map<String, String> parameters) {
        if (parameters.isEmpty()) {
            return uri;
        }
        String added = parameters.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
        URI cleared = uri;
        for (String name : parameters.keySet()) {
            cleared = without(cleared, name);
        }
        return appendQuery(cleared, added);
    }

    static URI without(URI uri, String parameter) {
        String query = uri.getRawQuery();
        if (query == null) {
            return uri;
        }
        String name = encode(parameter);
        String rest = Arrays.stream(query.split("&", -1))
                .filter(pair -> !pair.isEmpty() && !pair.equals(name) && !pair.startsWith(name + "="))
                .collect(Collectors.joining("&"));
        String bare = withoutQuery(uri);
        return URI.create(rest.isEmpty() ? bare : bare + "?" + rest);
    }

    static String withoutQuery(URI uri) {
        String text = uri.toASCIIString();
        int end = text.indexOf('?') >= 0 ? text.indexOf('?') : text.indexOf('#');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Same scheme, host and port (RFC 6454): who may see the credentials of one may see those of the other. */
    static boolean sameOrigin(URI one, URI other) {
        return origin(one).equals(origin(other));
    }

    static String origin(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static URI appendQuery(URI uri, String query) {
        return URI.create(withoutQuery(uri) + "?" + (uri.getRawQuery() == null ? "" : uri.getRawQuery() + "&") + query);
    }
}
