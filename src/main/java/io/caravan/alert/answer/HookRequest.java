package io.caravan.alert.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a service has sent to {@code /hooks/…}.
 *
 * @param url as the service knows it, with its query
 * @param headers by name in small letters
 * @param body as it came, since signatures are over that
 */
public record HookRequest(String url, Map<String, String> headers, String body) {
    public HookRequest {
        headers = Map.copyOf(headers);
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The fields of a body that is a form; of several of a name the last. */
    Map<String, String> form() {
        return fields(body);
    }

    Optional<String> query(String name) {
        int mark = url.indexOf('?');
        return mark < 0
                ? Optional.empty()
                : Optional.ofNullable(fields(url.substring(mark + 1)).get(name));
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new TreeMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, UTF_8);
    }
}
