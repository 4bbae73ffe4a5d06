package io.caravan.alert.routing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Conditions that must all hold; none at all holds always. */
public record Matchers(List<Matcher> all) {
    public static final Matchers ANYTHING = new Matchers(List.of());

    public Matchers {
        all = List.copyOf(all);
    }

    /**
     * Reads several.
     *
     * @throws IllegalArgumentException telling how to write what can't be read
     */
    public static Matchers parse(List<String> texts) {
        return new Matchers(texts.stream().map(Matcher::parse).toList());
    }

    /** That a label has this value. */
    public static Matchers equal(String label, String value) {
        return new Matchers(List.of(Matcher.equal(label, value)));
    }

    public boolean match(Map<String, String> labels) {
        return firstThatFails(labels).isEmpty();
    }

    /** The values that labels must have, of those conditions that say so. */
    public Map<String, String> values() {
        Map<String, String> values = new TreeMap<>();
        all.stream()
                .filter(matcher -> matcher.operator() == Matcher.Operator.EQUAL)
                .filter(matcher -> !matcher.value().isEmpty())
                .forEach(matcher -> values.put(matcher.label(), matcher.value()));
        return values;
    }

    /** The first condition that these labels don't meet. */
    public Optional<Matcher> firstThatFails(Map<String, String> labels) {
        return all.stream().filter(matcher -> !matcher.matches(labels)).findFirst();
    }

    @Override
    public String toString() {
        return all.isEmpty()
                ? "anything"
                : String.join(", ", all.stream().map(Matcher::toString).toList());
    }
}
