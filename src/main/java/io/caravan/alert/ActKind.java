package io.caravan.alert;

import java.util.Locale;

/** What people do about incidents that routes can hear of. */
public enum ActKind {
    ACKNOWLEDGED,
    SILENCED,
    EXPECTED,
    RESOLVED;

    /** As {@code from: alert:events?kind=…} has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
