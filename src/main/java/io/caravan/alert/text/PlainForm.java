package io.caravan.alert.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is said when nothing better can be: severity, summary, since when, number. */
final class PlainForm {
    private PlainForm() {}

    /** In {@code most} characters. */
    static String of(Map<String, Object> message, int most) {
        boolean over = "resolved".equals(message.get("state"));
        String head = (over ? "RESOLVED" : text(message, "severity").toUpperCase(Locale.ROOT));
        List<Map<?, ?>> about = Stream.of(message.get("incidents"), message.get("ended"))
                .filter(List.class::isInstance)
                .flatMap(list -> ((List<?>) list).stream())
                .filter(Map.class::isInstance)
                .<Map<?, ?>>map(incident -> (Map<?, ?>) incident)
                .toList();
        String since = about.isEmpty() ? "" : " since " + text(about.get(0), "sinceTime");
        String numbers = about.stream()
                .map(incident -> "#" + text(incident, "number"))
                .limit(5)
                .collect(Collectors.joining(" "));
        String tail = (since + " " + numbers).stripTrailing();
        int room = Math.max(20, most - head.length() - tail.length() - 2);
        return Cut.to(most, head + ": " + Cut.to(room, text(message, "summary")) + tail);
    }

    private static String text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null ? "" : value.toString();
    }
}
