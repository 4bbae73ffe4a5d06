package io.caravan.watch;

import io.caravan.watch.series.SeriesState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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

    @Override
    public void told(Told event) {
        each(listener -> listener.told(event));
    }

    @Override
    public void looked(int series, Duration took, Duration late) {
        each(listener -> listener.looked(series, took, late));
    }

    @Override
    public void standing(Map<SeriesState, Integer> states) {
        each(listener -> listener.standing(states));
    }

    @Override
    public void backlog(int series) {
        each(listener -> listener.backlog(series));
    }

    @Override
    public void away(Instant from, Instant until) {
        each(listener -> listener.away(from, until));
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
