package io.caravan.alert;

/** How an incident stands. */
public enum IncidentState {
    OPEN,
    /** Somebody takes care of it: nobody else is called, and it is not told again. */
    ACKNOWLEDGED,
    RESOLVED
}
