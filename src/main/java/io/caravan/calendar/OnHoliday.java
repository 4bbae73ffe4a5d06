package io.caravan.calendar;

/** What becomes of a tick on a day on which its calendar is closed. */
public enum OnHoliday {
    /** It doesn't tick. */
    SKIP,
    /** It ticks at the same time of the next workday. */
    NEXT,
    /** It ticks at the same time of the last workday before. */
    PREVIOUS
}
