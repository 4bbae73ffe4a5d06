package io.caravan.dag.schedule;

import io.caravan.calendar.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which datasets must have been updated for a workflow to run: {@code rides.ride and telematics.packet}, {@code a.b or (c.d and e.f)}, and with a window {@code a.b and c.d within 1d},
 * where their updates must lie no further apart than that. {@code and} binds closer than {@code or}; {@code within} holds for all that stands before it, up to a parenthesis. Immutable and pure.
 */
public final class DatasetCondition {
    private static final int MOST_ALTERNATIVES = 100;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][\\w$-]*(?:\\.[A-Za-z_][\\w$-]*)+");

    private final String text;

    private final List<Alternative> alternatives;

    private DatasetCondition(String text, List<Alternative> alternatives) {
        this.text = text;
        this.alternatives = List.copyOf(alternatives);
    }

    /** Updates that must lie no further apart than this. */
    private record Window(Set<String> datasets, Duration within) {}

    /** Datasets that suffice together. */
    private record Alternative(Set<String> datasets, Set<Window> windows) {

        static Alternative of(String dataset) {
            return new Alternative(Set.of(dataset), Set.of());
        }

        Alternative and(Alternative other) {
            return new Alternative(union(datasets, other.datasets), union(windows, other.windows));
        }

        Alternative within(Duration duration) {
            return new Alternative(datasets, union(windows, Set.of(new Window(datasets, duration))));
        }

        private static <T> Set<T> union(Set<T> left, Set<T> right) {
            Set<T> union = new LinkedHashSet<>(left);
            union.addAll(right);
            return Set.copyOf(union);
        }
    }

    /**
     * Where a condition stands.
     *
     * @param used the datasets whose updates satisfy it; of the alternative that is nearest to it while it isn't satisfied
     * @param missing what must be updated yet, or again because its update lies too far back
     */
    public record Standing(Set<String> used, Set<String> missing) {
        public Standing {
            used = Set.copyOf(used);
            missing = Set.copyOf(missing);
        }

        public boolean isSatisfied() {
            return missing.isEmpty();
        }
    }

    /** Whether a workflow's {@code schedule} means datasets rather than times: it begins with the name of one. */
    public static boolean isMeantBy(String text) {
        Matcher name = NAME.matcher(text.replaceFirst("^[\\s(]+", ""));
        return name.lookingAt();
    }

    /**
     * Reads a condition.
     *
     * @throws IllegalArgumentException telling what is wrong, where, and how to mend it
     */
    public static DatasetCondition parse(String text) {
        Parser parser = new Parser(text);
        List<Alternative> alternatives = parser.condition();
        parser.end();
        return new DatasetCondition(text.strip(), alternatives);
    }

    /** All datasets that it names. */
    public Set<String> datasets() {
        Set<String> all = new TreeSet<>();
        alternatives.forEach(alternative -> all.addAll(alternative.datasets()));
        return all;
    }

    /**
     * Decides.
     *
     * @param updatedAt of each dataset that was updated since the last run its last update; others are absent
     */
    public Standing evaluate(Map<String, Instant> updatedAt) {
        return alternatives.stream()
                .map(alternative -> standing(alternative, updatedAt))
                .min(Comparator.comparingInt(standing -> standing.missing().size()))
                .orElseThrow();
    }

    private static Standing standing(Alternative alternative, Map<String, Instant> updatedAt) {
        Set<String> missing = new TreeSet<>(alternative.datasets());
        missing.removeAll(updatedAt.keySet());
        alternative.windows().forEach(window -> missing.addAll(tooOld(window, updatedAt)));
        Set<String> used = new TreeSet<>(alternative.datasets());
        used.removeAll(missing);
        return new Standing(used, missing);
    }

    /** Those whose update lies too far before the newest. */
    private static Set<String> tooOld(Window window, Map<String, Instant> updatedAt) {
        Set<String> tooOld = new TreeSet<>(window.datasets());
        tooOld.retainAll(updatedAt.keySet());
        Optional<Instant> newest = tooOld.stream().map(updatedAt::get).max(Comparator.naturalOrder());
        tooOld.removeIf(dataset -> newest.filter(latest -> updatedAt
                        .getOrDefault(dataset, latest)
                        .plus(window.within())
                        .isBefore(latest))
                .isEmpty());
        return tooOld;
    }

    @Override
    public String toString() {
        return text;
    }

    /** Reads {@code or} of {@code and} of names and parentheses into alternatives. */
    private static final class Parser {
        private static final Pattern WORD = Pattern.compile("\\s*([()]|[^\\s()]+)");
        private static final String EXAMPLE =
                "; write it such as: rides.ride and telematics.packet, or a.b or (c.d and e.f) within 1d.";

        private final String text;
        private final Matcher words;
        private String word = "";
        private int at;

        Parser(String text) {
            this.text = text;
            this.words = WORD.matcher(text);
            advance();
        }

        private void advance() {
            boolean more = words.find();
            word = more ? words.group(1) : "";
            at = more ? words.start(1) : text.length();
        }

        /** Up to a closing parenthesis or the end. */
        List<Alternative> condition() {
            List<Alternative> alternatives = anyOf();
            if (!take("within")) {
                return alternatives;
            }
            Duration within = duration();
            return alternatives.stream()
                    .map(alternative -> alternative.within(within))
                    .toList();
        }

        private List<Alternative> anyOf() {
            List<Alternative> alternatives = new ArrayList<>(allOf());
            while (take("or")) {
                alternatives.addAll(allOf());
            }
            return limited(alternatives);
        }

        private List<Alternative> allOf() {
            List<Alternative> alternatives = one();
            while (take("and")) {
                List<Alternative> both = new ArrayList<>();
                List<Alternative> others = one();
                alternatives.forEach(left -> others.forEach(right -> both.add(left.and(right))));
                alternatives = limited(both);
            }
            return alternatives;
        }

        private List<Alternative> one() {
            if (take("(")) {
                List<Alternative> inner = condition();
                if (!take(")")) {
                    throw refuse("')' is missing" + (word.isEmpty() ? "" : " before '" + word + "'"));
                }
                return inner;
            }
            if (word.isEmpty()) {
                throw refuse("the name of a dataset is missing");
            }
            if (!NAME.matcher(word).matches()) {
                throw refuse("'" + word + "' is no dataset, which is named <schema>.<table>");
            }
            Alternative name = Alternative.of(word);
            advance();
            return List.of(name);
        }

        private Duration duration() {
            Duration window = Durations.parse(word)
                    .filter(found -> !found.isNegative() && !found.isZero())
                    .orElseThrow(() -> refuse((word.isEmpty() ? "the time is missing" : "'" + word + "' is no time")
                            + " after 'within'"));
            advance();
            return window;
        }

        void end() {
            if (!word.isEmpty()) {
                throw refuse("'" + word + "' is not understood there");
            }
        }

        private boolean take(String expected) {
            boolean taken = word.toLowerCase(Locale.ROOT).equals(expected);
            if (taken) {
                advance();
            }
            return taken;
        }

        private List<Alternative> limited(List<Alternative> alternatives) {
            List<Alternative> distinct = new ArrayList<>(new LinkedHashSet<>(alternatives));
            if (distinct.size() > MOST_ALTERNATIVES) {
                throw refuse("the condition has more than " + MOST_ALTERNATIVES + " alternatives");
            }
            return distinct;
        }

        private IllegalArgumentException refuse(String what) {
            return new IllegalArgumentException(
                    "Datasets '" + text.strip() + "', at character " + (at + 1) + ": " + what + EXAMPLE);
        }
    }
}
