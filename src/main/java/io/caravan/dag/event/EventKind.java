package io.caravan.dag.event;

import io.caravan.dag.definition.OptionReader;
import io.caravan.routes.DidYouMean;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What {@code from: dag:<workflow>?on=…} tells. The words are those of the option. */
public enum EventKind {
    STARTED("started"),
    SUCCEEDED("succeeded"),
    FAILED("failed"),
    CANCELLED("cancelled"),
    /** No run had succeeded by its deadline; also when none began. */
    DEADLINE("deadline"),
    /** The run whose deadline was missed has succeeded. */
    DEADLINE_RESOLVED("deadlineResolved"),
    /** What {@code expect} asks for was not there in time. */
    EXPECTATION("expectation"),
    EXPECTATION_RESOLVED("expectationResolved");

    private final String word;

    EventKind(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    static List<String> words() {
        return Arrays.stream(values()).map(EventKind::word).toList();
    }

    /**
     * The kinds of these words, which commas separate.
     *
     * @throws IllegalArgumentException when one of the words is unknown or there is none
     */
    public static Set<EventKind> parse(String text) {
        Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
        for (String word : OptionReader.split(text)) {
            kinds.add(Arrays.stream(values())
                    .filter(kind -> kind.word.equalsIgnoreCase(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "'" + word + "' is no event of a workflow; " + DidYouMean.cure(word, words()))));
        }
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("on names no event; write some of " + String.join(", ", words()));
        }
        return kinds;
    }
}
