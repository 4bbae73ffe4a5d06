package io.caravan.watch;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every listener. */
record AllWatchEvents(List<WatchEvents> listeners) implements WatchEvents {
    private static final Logger LOG = LoggerFactory.getLogger(AllWatchEvents.class);

    AllWatchEvents(Collection<WatchEvents> listeners) {
        this(List.copyOf(listeners));
    }

    @Override
    public void arrived(ArrivalReport report) {
        each(listener -> listener.arrived(report));
    }

    private void each(Consumer<WatchEvents> news) {
        for (WatchEvents listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn("{} failed; the others are told", listener, e);
            }
        }
    }
}
