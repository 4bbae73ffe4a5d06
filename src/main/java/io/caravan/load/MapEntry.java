package io.caravan.load;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One part of the {@code map} option: {@code column:field}, {@code column:/json/pointer}, or {@code column:} for the whole
 * record; {@code @seconds} or {@code @millis} behind it says what its number counts.
 *
 * @param topField the field of the record itself that it takes or looks into; empty: the whole record
 * @param pointer where it looks into that field; absent: takes it whole
 */
record MapEntry(String column, String topField, @Nullable JsonPointer pointer, Optional<Epoch> epoch) {

    /** Whether nothing of the field is left for a column of the field's own name. */
    boolean takesWholeField() {
        return pointer == null || pointer.tail().matches();
    }

    /** As it is written in the option, without blanks. */
    String written() {
        return column
                + ':'
                + (pointer == null ? topField : pointer.toString())
                + epoch.map(unit -> "@" + unit).orElse("");
    }

    /** @throws LoadException when it can't be read; the message quotes the part */
    static List<MapEntry> parse(String option) {
        List<MapEntry> entries = new ArrayList<>();
        for (String part : option.split(",", -1)) {
            if (!part.isBlank()) {
                entries.add(entry(part.strip()));
            }
        }
        return entries;
    }

    private static MapEntry entry(String part) {
        int colon = part.indexOf(':');
        if (colon < 1) {
            throw new LoadException(
                    "map has the part '" + part
                            + "'; nothing was loaded. Write column:field, column:/json/pointer, or column: for the whole record");
        }
        String column = part.substring(0, colon).strip();
        String source = part.substring(colon + 1).strip();
        Optional<Epoch> epoch = Arrays.stream(Epoch.values())
                .filter(unit -> source.endsWith("@" + unit))
                .findFirst();
        String field = epoch.map(unit ->
                        source.substring(0, source.length() - unit.name().length() - 1))
                .orElse(source);
        if (!field.startsWith("/")) {
            return new MapEntry(column, field, null, epoch);
        }
        JsonPointer pointer = JsonPointer.compile(field);
        return new MapEntry(column, pointer.getMatchingProperty(), pointer, epoch);
    }
}
