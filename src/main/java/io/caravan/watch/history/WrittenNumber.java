package io.caravan.watch.history;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/** A count as people write it: 1137, 1,137, 1 137, 12.5, 1e3; nothing, NA and the like mean that nobody knows. */
final class WrittenNumber {
    private static final Set<String> MISSING =
            Set.of("", "na", "n/a", "nan", "null", "none", "-", "--", "?", "#n/a", ".");
    private static final Pattern THOUSANDS = Pattern.compile("-?\\d{1,3}([, '\u00A0]\\d{3})+(\\.\\d+)?");
    private static final Pattern DECIMAL_COMMA = Pattern.compile("-?\\d+,\\d+");
    private static final Pattern PLAIN = Pattern.compile("[-+]?\\d*\\.?\\d+\\.?([eE][-+]?\\d{1,3})?");

    private static final Pattern DOTTED = Pattern.compile("-?[1-9]\\d{0,2}(\\.\\d{3})+");
    private static final Pattern SHORT = Pattern.compile("-?\\d{1,3}");

    private WrittenNumber() {}

    /** Whether these are whole numbers with dots between thousands, 987 and 1.234: a column all of whose cells can be read so, and none has four digits in a row. */
    static boolean haveDottedThousands(List<String> cells) {
        boolean isDotted = false;
        boolean isShort = false;
        for (String cell : cells) {
            boolean dotted = DOTTED.matcher(cell).matches();
            boolean plain = SHORT.matcher(cell).matches();
            if (!dotted && !plain && !isMissing(cell)) {
                return false;
            }
            isDotted |= dotted;
            isShort |= plain;
        }
        return isDotted && isShort;
    }

    static boolean isMissing(String text) {
        return MISSING.contains(text.toLowerCase(Locale.ROOT));
    }

    /** Empty when it is no number, or missing. */
    static OptionalDouble parse(String text) {
        String plain = text;
        if (THOUSANDS.matcher(text).matches()) {
            plain = text.replaceAll("[, '\u00A0]", "");
        } else if (DECIMAL_COMMA.matcher(text).matches()) {
            plain = text.replace(',', '.');
        }
        return PLAIN.matcher(plain).matches() ? OptionalDouble.of(Double.parseDouble(plain)) : OptionalDouble.empty();
    }
}
