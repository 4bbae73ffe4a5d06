package io.caravan.alert;

import java.util.Optional;

/**
 * An incident in a group.
 *
 * @param told with which severity it was told last; empty: not yet, or its end was told
 */
record Member(Incident incident, Optional<Severity> told) {
    /** Whether there is something about it that the receiver doesn't know, though it is open. */
    boolean isNews() {
        return told.isEmpty() || !told.get().isAtLeast(incident.severity());
    }
}
