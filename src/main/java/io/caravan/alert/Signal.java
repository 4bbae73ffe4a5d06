package io.caravan.alert;

import io.caravan.alert.answer.Act;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Somebody noticed a problem.
 *
 * @param key signals of one key are about one problem
 * @param labels by which it is routed; {@code severity} is always among them
 * @param detail a JSON object with what there is to say: asset, since, cause, evidence, action, customerDraft, links
 * @param at when it was noticed
 * @param count how many signals this one stands for
 * @param acts what people can do about it, besides what can always be done
 */
public record Signal(
        String key,
        Severity severity,
        Map<String, String> labels,
        String summary,
        String detail,
        Instant at,
        long count,
        Set<Act> acts) {
    /** An escape of JSON, unless its backslash is escaped itself. */
    private static final Pattern NUL_IN_JSON = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

    /** One about which people can do what can always be done. */
    public Signal(
            String key,
            Severity severity,
            Map<String, String> labels,
            String summary,
            String detail,
            Instant at,
            long count) {
        this(key, severity, labels, summary, detail, at, count, Set.of());
    }

    public Signal {
        acts = Set.copyOf(acts);
        key = storable(key);
        summary = storable(summary);
        detail = NUL_IN_JSON.matcher(detail).replaceAll("$1\uFFFD");
        if (key.isBlank()) {
            throw new IllegalArgumentException("A signal without a key can't be told from others; give it one");
        }
        if (count < 1) {
            throw new IllegalArgumentException("A signal that stands for " + count + " is none");
        }
        Map<String, String> all = new TreeMap<>();
        labels.forEach((label, value) -> all.put(storable(label), storable(value)));
        all.put("severity", severity.word());
        labels = Map.copyOf(all);
    }

    /** PostgreSQL stores any character but this one, and what somebody noticed must not be lost by it. */
    static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    /** This one, which comes after others about the same problem, with the gravest severity of them. */
    Signal after(Signal earlier) {
        return new Signal(
                key,
                severity.isAtLeast(earlier.severity) ? severity : earlier.severity,
                labels,
                summary,
                detail,
                at,
                count + earlier.count,
                acts);
    }
}
