package io.caravan.alert.answer;

import io.caravan.alert.routing.Right;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What somebody can do about an incident from where they hear of it. */
public enum Act {
    ACKNOWLEDGE('a', "acknowledge", "Acknowledge", Optional.of(Right.ACKNOWLEDGE)),
    SILENCE_HOUR('h', "silence-hour", "Silence for 1 h", Optional.of(Right.SILENCE)),
    SILENCE_WORKDAY('w', "silence-workday", "Silence until next business day", Optional.of(Right.SILENCE)),
    /** What it is about may be so until then: only where the route that raised it offers that. A link asks until when. */
    EXPECT('e', "expect", "Expected until next business day", Optional.of(Right.EXPECT)),
    RESOLVE('r', "resolve", "Resolve", Optional.of(Right.RESOLVE)),
    /** Ends a silence before its time; the link's number is the silence's. */
    UNSILENCE('u', "unsilence", "End the silence", Optional.of(Right.SILENCE)),
    /** Looks and changes nothing; such a link works as often as one likes. */
    SEE('s', "see", "Details", Optional.empty());

    private final char code;
    private final String word;
    private final String title;
    private final Optional<Right> right;

    Act(char code, String word, String title, Optional<Right> right) {
        this.code = code;
        this.word = word;
        this.title = title;
        this.right = right;
    }

    /** Those that change something about an incident. */
    public static List<Act> changes() {
        return List.of(ACKNOWLEDGE, SILENCE_HOUR, SILENCE_WORKDAY, EXPECT, RESOLVE);
    }

    /**
     * Those that a route may offer for what it raises, as it writes them.
     *
     * @throws IllegalArgumentException naming those that there are
     */
    public static Act offered(String word) {
        return ofWord(word)
                .filter(Act::isByOffer)
                .orElseThrow(() -> new IllegalArgumentException("'" + word
                        + "' is nothing that a route may offer; acts can be: " + EXPECT.word
                        + ". Acknowledging, silencing and resolving can always be done"));
    }

    static Optional<Act> ofCode(char code) {
        return Arrays.stream(values()).filter(act -> act.code == code).findFirst();
    }

    /** Such as {@code silence-hour}. */
    public static Optional<Act> ofWord(String word) {
        return Arrays.stream(values()).filter(act -> act.word.equals(word)).findFirst();
    }

    /** In links: stays the same for ever. */
    char code() {
        return code;
    }

    /** In buttons' values and lists. */
    public String word() {
        return word;
    }

    /** On a button. */
    public String title() {
        return title;
    }

    /** Whether it can be done only where the route that raised the incident offers it. */
    public boolean isByOffer() {
        return this == EXPECT;
    }

    /** Whether people can do it about such an incident. */
    public boolean isFor(Set<Act> offered) {
        return this != UNSILENCE && (!isByOffer() || offered.contains(this));
    }

    /** Whether nothing is left to do about an incident after it. */
    boolean ends() {
        return this == RESOLVE || this == EXPECT;
    }

    /** Whether somebody who may do these things may do this. */
    public boolean isAllowed(Set<Right> may) {
        return right.isEmpty() || may.contains(right.get());
    }
}
