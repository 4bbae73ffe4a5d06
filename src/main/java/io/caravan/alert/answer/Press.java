package io.caravan.alert.answer;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A button's value, such as {@code acknowledge:42}: at most 64 bytes, as Telegram wants. */
record Press(Act act, long incident) {
    private static final Pattern TEXT = Pattern.compile("([a-z-]{1,20}):([0-9]{1,18})");

    static Optional<Press> parse(String value) {
        Matcher parts = TEXT.matcher(value);
        return parts.matches()
                ? Act.ofWord(parts.group(1))
                        .filter(Act.changes()::contains)
                        .map(act -> new Press(act, Long.parseLong(parts.group(2))))
                : Optional.empty();
    }
}
