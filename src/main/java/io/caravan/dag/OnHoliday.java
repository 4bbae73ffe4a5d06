package io.caravan.dag;

/** What becomes of a tick that falls on a day on which the workflow's calendar has no work. */
public enum OnHoliday {
    SKIP,
    /** Moves to the next workday, same time of day. */
    NEXT,
    /** Moves to the workday before, same time of day. */
    PREVIOUS
}
