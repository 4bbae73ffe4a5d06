package io.caravan.calendar;

/** Why a date differs from its day of the week, such as {@code CLOSED, "Easter Monday"}. */
public record SpecialDay(DayKind kind, String name) {}
