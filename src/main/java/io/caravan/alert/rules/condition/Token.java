package io.caravan.alert.rules.condition;

/**
 * A word or a sign of a condition.
 *
 * @param text as written; of a text, what stands between its quotes
 */
record Token(Kind kind, String text) {
    /** What it is. */
    enum Kind {
        WORD,
        POINTER,
        NUMBER,
        DURATION,
        TEXT,
        SIGN,
        END
    }

    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }

    boolean isSign(String sign) {
        return is(Kind.SIGN, sign);
    }

    boolean isWord(String word) {
        return is(Kind.WORD, word);
    }
}
