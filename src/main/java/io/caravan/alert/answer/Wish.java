package io.caravan.alert.answer;

/**
 * What somebody has written into the form of a link.
 *
 * @param until by the clock of whoever writes, such as {@code 2026-03-09T09:00}; empty: the usual end
 * @param why may be empty
 */
public record Wish(String until, String why) {
    /** Nothing was asked, or written. */
    public static final Wish NONE = new Wish("", "");

    private static final int LONGEST_WHY = 300;

    public Wish {
        until = until.strip();
        why = oneLine(why);
    }

    /** What people write of a reason, as the audit trail and messages can hold it. */
    static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.substring(0, Math.min(line.length(), LONGEST_WHY));
    }
}
