package io.caravan.alert.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.alert.rules.condition.Values;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules that one field's value may concern: thresholds sorted, so that those which a value passes are found by bisection, and values in maps. Not changed once built. */
final class SlotIndex {
    private static final int[] NOBODY = {};

    private final Bounds below;
    private final Bounds above;
    private final Map<Double, int[]> numbers = new HashMap<>();
    private final Map<String, int[]> texts = new HashMap<>();
    private final int[] there;

    /** A guard of a rule. */
    record Entry(Guard guard, int rule) {}

    SlotIndex(List<Entry> entries) {
        below = new Bounds(entries.stream()
                .filter(entry -> entry.guard() instanceof Guard.Bound bound && bound.below())
                .toList());
        above = new Bounds(entries.stream()
                .filter(entry -> entry.guard() instanceof Guard.Bound bound && !bound.below())
                .toList());
        there = entries.stream()
                .filter(entry -> entry.guard() instanceof Guard.There)
                .mapToInt(Entry::rule)
                .toArray();
        Map<Double, List<Integer>> byNumber = new HashMap<>();
        Map<String, List<Integer>> byText = new HashMap<>();
        for (Entry entry : entries) {
            if (entry.guard() instanceof Guard.Equal equal) {
                add(equal.value(), entry.rule(), byNumber, byText);
            }
        }
        byNumber.forEach((number, rules) -> numbers.put(number, array(rules)));
        byText.forEach((text, rules) -> texts.put(text, array(rules)));
    }

    private static void add(
            JsonNode value, int rule, Map<Double, List<Integer>> byNumber, Map<String, List<Integer>> byText) {
        BigDecimal number = Values.number(value);
        if (number != null) {
            byNumber.computeIfAbsent(key(number), key -> new ArrayList<>()).add(rule);
        }
        if (!value.isNumber()) {
            byText.computeIfAbsent(value.asText(), key -> new ArrayList<>()).add(rule);
        }
    }

    /** No negative zero. */
    private static Double key(BigDecimal number) {
        return number.doubleValue() + 0.0;
    }

    private static int[] array(List<Integer> rules) {
        return rules.stream().mapToInt(Integer::intValue).toArray();
    }

    void find(JsonNode value, Candidates candidates) {
        candidates.addAll(there);
        BigDecimal number = below.isEmpty() && above.isEmpty() && numbers.isEmpty() ? null : Values.number(value);
        if (number == null) {
            // whoever needs a number shall say that this is none
            candidates.addAll(below.rules);
            candidates.addAll(above.rules);
        } else {
            below.from(number.doubleValue(), candidates);
            above.upTo(number.doubleValue(), candidates);
            candidates.addAll(numbers.getOrDefault(key(number), NOBODY));
        }
        if (!texts.isEmpty() && !value.isNumber()) {
            candidates.addAll(texts.getOrDefault(value.asText(), NOBODY));
        }
    }

    /** Thresholds in order, with their rules. */
    private static final class Bounds {
        private final double[] bounds;
        private final int[] rules;

        Bounds(List<Entry> entries) {
            List<Entry> sorted = entries.stream()
                    .sorted(Comparator.comparingDouble(entry -> ((Guard.Bound) entry.guard()).bound()))
                    .toList();
            bounds = sorted.stream()
                    .mapToDouble(entry -> ((Guard.Bound) entry.guard()).bound())
                    .toArray();
            rules = sorted.stream().mapToInt(Entry::rule).toArray();
        }

        boolean isEmpty() {
            return bounds.length == 0;
        }

        void from(double value, Candidates candidates) {
            for (int i = firstNotBelow(value); i < rules.length; i++) {
                candidates.add(rules[i]);
            }
        }

        void upTo(double value, Candidates candidates) {
            for (int i = 0; i < rules.length && bounds[i] <= value; i++) {
                candidates.add(rules[i]);
            }
        }

        private int firstNotBelow(double value) {
            int low = 0;
            int high = bounds.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (bounds[middle] < value) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
