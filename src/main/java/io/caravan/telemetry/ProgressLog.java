package io.caravan.telemetry;

import io.caravan.load.LoadEvents;
import io.caravan.load.LoadProgress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells in the log how far each file is: at most every two seconds, and at its end. Safe for many threads. */
public final class ProgressLog implements LoadEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final Clock clock;
    private final Map<String, Instant> told = new ConcurrentHashMap<>();

    public ProgressLog(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void progressed(LoadProgress progress) {
        if (progress.done()) {
            told.remove(progress.source());
        } else if (!isDue(progress.source())) {
            return;
        }
        LOG.info("{}", line(progress));
    }

    private boolean isDue(String source) {
        Instant now = clock.instant();
        Instant before = told.putIfAbsent(source, now);
        return before != null && !now.isBefore(before.plus(EVERY)) && told.replace(source, before, now);
    }

    static String line(LoadProgress progress) {
        String left = progress.done()
                ? " done"
                : progress.eta().map(eta -> " eta=" + eta.toSeconds() + "s").orElse("");
        return String.format(
                Locale.ROOT,
                "table=%s source=%s rows=%,d rows/s=%,.0f%s",
                progress.table(),
                progress.source(),
                progress.records(),
                progress.recordsPerSecond(),
                left);
    }
}
