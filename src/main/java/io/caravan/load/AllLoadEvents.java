package io.caravan.load;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Tells every listener. */
record AllLoadEvents(List<LoadEvents> listeners) implements LoadEvents {
    AllLoadEvents(Collection<LoadEvents> listeners) {
        this(List.copyOf(listeners));
    }

    @Override
    public void loaded(LoadReport report) {
        listeners.forEach(listener -> listener.loaded(report));
    }

    @Override
    public void rejected(List<RejectedRecord> records) {
        listeners.forEach(listener -> listener.rejected(records));
    }

    @Override
    public void fieldsIgnored(String table, Set<String> fields) {
        listeners.forEach(listener -> listener.fieldsIgnored(table, fields));
    }

    @Override
    public void progressed(LoadProgress progress) {
        listeners.forEach(listener -> listener.progressed(progress));
    }

    @Override
    public void lockWaited(String table, Duration waited) {
        listeners.forEach(listener -> listener.lockWaited(table, waited));
    }
}
