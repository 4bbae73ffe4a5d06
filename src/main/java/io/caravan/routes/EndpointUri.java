package io.caravan.routes;

/** The parts of an endpoint URI as Camel cuts them. */
final class EndpointUri {
    private EndpointUri() {}

    /** {@code poll} of {@code poll:acme/packets?freshness=60s}. */
    static String scheme(String uri) {
        int end = uri.length();
        for (char separator : new char[] {':', '?'}) {
            int at = uri.indexOf(separator);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        return uri.substring(0, end);
    }

    /** {@code acme/packets} of {@code poll:acme/packets}. */
    static String remaining(String uriWithoutQuery) {
        int scheme = scheme(uriWithoutQuery).length();
        return uriWithoutQuery
                .substring(Math.min(uriWithoutQuery.length(), scheme + 1))
                .replaceFirst("^//", "");
    }

    static String withoutQuery(String uri) {
        int at = uri.indexOf('?');
        return at < 0 ? uri : uri.substring(0, at);
    }
}
