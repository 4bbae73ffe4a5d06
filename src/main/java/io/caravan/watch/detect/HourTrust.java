package io.caravan.watch.detect;

/** How far an hour may teach the pattern. Hours within a window of maintenance or expected silence teach nothing anyway. */
public enum HourTrust {
    /** An hour as any other. */
    NORMAL,
    /** Inside an alarm that nobody has confirmed: it may be an outage or a new way of working. */
    ALARM,
    /** Inside a confirmed outage. */
    OUTAGE
}
