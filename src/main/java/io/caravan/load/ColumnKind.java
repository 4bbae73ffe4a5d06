package io.caravan.load;

/** What a column's type makes of a JSON value; the finer rules of a type are PostgreSQL's own. */
enum ColumnKind {
    /** {@code json}, {@code jsonb}: any value as it is. */
    JSON,
    /** {@code smallint}, {@code integer}, {@code bigint}: 1.0 is the integer 1, 1.5 is none. */
    INTEGER,
    /** {@code numeric}, {@code real}, {@code double precision}, {@code money}. */
    NUMBER,
    /** {@code timestamptz}, {@code timestamp}, {@code date}: a number needs {@code epoch}. */
    MOMENT,
    /** {@code time}, {@code timetz}, {@code interval}: text only, never a bare number. */
    DURATION,
    /** An array of any type: from a JSON array, or from text as PostgreSQL writes arrays. */
    ARRAY,
    /** All others (text, uuid, boolean, enums, inet, bytea, …): the value's text, judged by the type. */
    TEXT
}
