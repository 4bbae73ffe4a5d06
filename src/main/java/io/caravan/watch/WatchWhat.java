package io.caravan.watch;

/** What a {@code watch:} endpoint is about. */
public enum WatchWhat {
    /** {@code to:} counts the packets of fleets. */
    arrivals,
    /** {@code from:} is told what becomes of troubles. */
    events,
    /** {@code to:} says that silence is expected. */
    expect
}
