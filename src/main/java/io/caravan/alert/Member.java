package io.caravan.alert;

import java.time.Instant;
import java.util.Optional;

/**
 * An incident in a group.
 *
 * @param told with which severity it was told last; empty: not yet, or its end was told
 * @param changed what it is about has changed since then
 * @param newsAt since when there is something that the receiver doesn't know and may be told
 */
record Member(Incident incident, Optional<Severity> told, boolean changed, Optional<Instant> newsAt) {
    /** Whether people are to take it for open: what flaps is neither over nor new each time it changes. */
    boolean isOpenAt(Instant moment) {
        return incident.isOpen() || incident.flapping().holdsAt(moment);
    }

    /** Whether there is something about it that the receiver doesn't know, though it is open. */
    boolean isNews() {
        return told.isEmpty() || changed || !told.get().isAtLeast(incident.severity());
    }

    /** Something that was told, then silenced, and that nobody takes care of, is news again when the silence is over. */
    Member unsilenced() {
        return incident.state() == IncidentState.OPEN ? new Member(incident, told, true, newsAt) : this;
    }
}
