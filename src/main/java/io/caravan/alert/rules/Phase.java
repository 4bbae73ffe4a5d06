package io.caravan.alert.rules;

/** How it stands between a rule and an asset. */
public enum Phase {
    /** The condition holds, but not yet long or often enough. */
    PENDING,
    FIRING
}
