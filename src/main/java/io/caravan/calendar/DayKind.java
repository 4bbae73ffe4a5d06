package io.caravan.calendar;

/** What a day is to those who work by a calendar. */
public enum DayKind {
    /** As any other day of work; of a special day: one although it would else be closed. */
    WORKDAY(1.0),
    /** Work ends early. */
    HALF(0.5),
    /** A day of work on which many are away, such as a bridge day; whoever watches for silence expects less of it. */
    WEAK(0.5),
    /** No shift begins. */
    CLOSED(0.0);

    private final double expectation;

    DayKind(double expectation) {
        this.expectation = expectation;
    }

    /** How much of an ordinary day's work is to be expected, from 0 to 1. */
    public double expectation() {
        return expectation;
    }
}
