package io.caravan.dag;

import io.caravan.calendar.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
 * where their updates must lie no further apart than that. {@code and} binds closer than {@code or}. Immutable and pure.
 */
public final class DatasetCondition {
    private static final int MOST_ALTERNATIVES = 100;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][\\w$-]*(?:\\.[A-Za-z_][\\w$-]*)+");

    private final String text;

    /** Sets of datasets, any of which suffices. */
    private final List<Set<String>> alternatives;

    private final Optional<Duration> within;

    private DatasetCondition(String text, List<Set<String>> alternatives, Optional<Duration> within) {
        this.text = text;
        this.alternatives = List.copyOf(alternatives);
        this.within = within;
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
        List<Set<String>> alternatives = parser.anyOf();
        Optional<Duration> within = parser.within();
        parser.end();
        return new DatasetCondition(text.strip(), alternatives, within);
    }

    /** All datasets that it names. */
    public Set<String> datasets() {
        Set<String> all = new TreeSet<>();
        alternatives.forEach(all::addAll);
        return all;
    }

    /**
     * Decides.
     *
     * @param updatedAt of each dataset that was updated since the last run its last update; others are absent
     */
    public Standing evaluate(Map<String, Instant> updatedAt) {
        return alternatives.stream()
                .map(all -> standing(all, updatedAt))
                .min(Comparator.comparingInt(standing -> standing.missing().size()))
                .orElseThrow();
    }

    private Standing standing(Set<String> all, Map<String, Instant> updatedAt) {
        Optional<Instant> newest =
                all.stream().filter(updatedAt::containsKey).map(updatedAt::get).max(Comparator.naturalOrder());
        Set<String> missing = new TreeSet<>();
        for (String dataset : all) {
            Instant at = updatedAt.get(dataset);
            if (at == null || isTooOld(at, newest.orElse(at))) {
                missing.add(dataset);
            }
        }
        Set<String> used = new TreeSet<>(all);
        used.removeAll(missing);
        return new Standing(used, missing);
    }

    private boolean isTooOld(Instant at, Instant newest) {
        return within.filter(window -> at.plus(window).isBefore(newest)).isPresent();
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

        List<Set<String>> anyOf() {
            List<Set<String>> alternatives = new ArrayList<>(allOf());
            while (take("or")) {
                alternatives.addAll(allOf());
            }
            return limited(alternatives);
        }

        private List<Set<String>> allOf() {
            List<Set<String>> alternatives = one();
            while (take("and")) {
                List<Set<String>> both = new ArrayList<>();
                List<Set<String>> others = one();
                for (Set<String> left : alternatives) {
                    for (Set<String> right : others) {
                        both.add(union(left, right));
                    }
                }
                alternatives = limited(both);
            }
            return alternatives;
        }

        private List<Set<String>> one() {
            if (take("(")) {
                List<Set<String>> inner = anyOf();
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
            Set<String> name = Set.of(word);
            advance();
            return List.of(name);
        }

        Optional<Duration> within() {
            if (!take("within")) {
                return Optional.empty();
            }
            Optional<Duration> window = Durations.parse(word).filter(found -> !found.isNegative() && !found.isZero());
            if (window.isEmpty()) {
                throw refuse(
                        (word.isEmpty() ? "the time is missing" : "'" + word + "' is no time") + " after 'within'");
            }
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

        private List<Set<String>> limited(List<Set<String>> alternatives) {
            List<Set<String>> distinct = new ArrayList<>(new LinkedHashSet<>(alternatives));
            if (distinct.size() > MOST_ALTERNATIVES) {
                throw refuse("the condition has more than " + MOST_ALTERNATIVES + " alternatives");
            }
            return distinct;
        }

        private IllegalArgumentException refuse(String what) {
            return new IllegalArgumentException(
                    "Datasets '" + text.strip() + "', at character " + (at + 1) + ": " + what + EXAMPLE);
        }

        private static Set<String> union(Collection<String> left, Collection<String> right) {
            Set<String> union = new TreeSet<>(left);
            union.addAll(right);
            return union;
        }
    }
}
