package io.caravan.alert.rules.condition;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be asked of a field's past. */
public enum Function {
    /** The change for each second since the asset's record with this field before. */
    RATE,
    /** The change since that record. */
    CHANGE,
    /** What that record said. */
    PREVIOUS,
    /** What this record says, or else the last one that said something. */
    LAST;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Function::word).toList();
    }

    static Optional<Function> of(String word) {
        return Arrays.stream(values())
                .filter(function -> function.word().equals(word))
                .findFirst();
    }
}
