package io.caravan.load;

/** Why a record was rejected; the table {@code caravan.rejected} holds these names. */
public enum Reason {
    /** The record can't be read: broken JSON, a member name twice, a lone surrogate, NUL, a number or depth beyond limits. */
    defect,
    /** A value is none of its column's type (also: too long, out of range, not of the enum, against its domain). */
    type,
    /** An object or array for a column that holds neither. */
    nested,
    /** A bare number for a point in time, without {@code epoch}. */
    number_for_time,
    /** A column that takes no NULL and has no default got none or NULL. */
    not_null,
    /** A CHECK constraint is false. */
    check,
    /** A foreign key points at no row. */
    foreign_key,
    /** The unique key is taken, and {@code mode=append} takes no repeats. */
    unique,
    /** No partition of the table takes it: too late, or from the future. */
    partition,
    /** A field that no column takes, and {@code unknown=reject}. */
    unknown_field,
    /** Two fields that claim one column ({@code carId} and {@code car_id}). */
    ambiguous,
    /** PostgreSQL refused the row for another cause: a trigger, an exclusion constraint, an error inside of a CHECK. */
    database
}
