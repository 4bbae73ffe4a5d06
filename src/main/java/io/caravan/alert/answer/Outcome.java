package io.caravan.alert.answer;

import java.util.Optional;

/**
 * What came of an answer.
 *
 * @param sentence for whoever answered
 * @param incident its number, where it is known and may be told
 */
public record Outcome(Kind kind, String sentence, Optional<Long> incident) {
    /** How it ended. */
    public enum Kind {
        DONE,
        /** The incident stood so before. */
        ALREADY,
        /** The link has acted before. */
        USED,
        EXPIRED,
        /** The link is none of ours. */
        FORGED,
        /** Whoever answers may not do this. */
        REFUSED,
        /** It is nothing that can be done about this incident. */
        UNFIT,
        /** What was written can't be read. */
        UNCLEAR,
        UNKNOWN
    }

    static Outcome of(Kind kind, long incident, String sentence) {
        return new Outcome(kind, sentence, Optional.of(incident));
    }

    static Outcome ofNothing(Kind kind, String sentence) {
        return new Outcome(kind, sentence, Optional.empty());
    }

    public boolean isDone() {
        return kind == Kind.DONE;
    }
}
