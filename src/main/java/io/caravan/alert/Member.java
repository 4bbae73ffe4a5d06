package io.caravan.alert;

import java.util.Optional;

/**
 * An incident in a group.
 *
 * @param told with which severity it was told last; empty: not yet, or its end was told
 * @param changed what it is about has changed since then
 */
record Member(Incident incident, Optional<Severity> told, boolean changed) {
    /** Whether there is something about it that the receiver doesn't know, though it is open. */
    boolean isNews() {
        return told.isEmpty() || changed || !told.get().isAtLeast(incident.severity());
    }
}
