package io.caravan.load;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A column of a target table, as the catalog tells.
 *
 * @param number its number in {@code pg_attribute}
 * @param type as PostgreSQL prints it, with length: {@code character varying(10)}
 * @param elementKind of an array: the kind of its elements; otherwise the kind itself
 * @param notNull refuses NULL, by itself or by its domain
 * @param fill the expression that fills it when a record has no such field (default, sequence); absent: NULL
 * @param generated made by the table (generated column, identity always): no record can set it
 */
record Column(
        int number,
        String name,
        String type,
        ColumnKind kind,
        ColumnKind elementKind,
        boolean notNull,
        @Nullable String fill,
        boolean generated) {

    private static final Pattern CAST_AS_READ =
            Pattern.compile("text|character varying|smallint|integer|bigint|real|double precision|numeric(\\(.+\\))?"
                    + "|boolean|uuid|jsonb?|date|timestamp(\\(\\d\\))? with(out)? time zone");

    Optional<String> filledBy() {
        return Optional.ofNullable(fill);
    }

    /** Whether every record must bring a value, because the table has none of its own and takes no NULL. */
    boolean isRequired() {
        return notNull && fill == null && !generated;
    }

    /** Whether any text is a value of its type, so that there is nothing to check. */
    boolean takesAnyText() {
        return type.equals("text") || type.equals("character varying");
    }

    /**
     * Whether a text that is cast to its type fails exactly where reading that text as its type fails. Not so for types with a length, whose casts cut what is too long,
     * nor for what we don't know.
     */
    boolean isCastAsItIsRead() {
        return CAST_AS_READ.matcher(type).matches();
    }

    /** A column of type json or jsonb itself, not of a domain over them: strictly parsed JSON needs no second look. */
    boolean isPlainJson() {
        return type.equals("json") || type.equals("jsonb");
    }
}
