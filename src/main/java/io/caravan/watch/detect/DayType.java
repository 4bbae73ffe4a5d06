package io.caravan.watch.detect;

/** What a calendar says of a date, as far as silence is concerned. A company's weekend is no special day: it is learned. */
public enum DayType {
    ORDINARY,
    /** Many are away: an eve, a bridge day, a half day, from 24 December to 2 January. */
    WEAK,
    /** A public holiday, observed or actual, a company day or a shutdown. Silence proves little; fleets differ, so it isn't muted either. */
    HOLIDAY
}
