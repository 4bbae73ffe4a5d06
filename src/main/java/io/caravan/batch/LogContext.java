package io.caravan.batch;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What the log lines of this thread are about: batch, route, run and task, in the MDC as {@code caravan.batch}, {@code
 * caravan.route}, {@code caravan.run}, {@code caravan.dag}, {@code caravan.task} and {@code caravan.attempt}. {@link #leave} brings back what was there
 * before.
 */
public final class LogContext {
    private final @Nullable Map<String, String> outer = MDC.getCopyOfContextMap();

    private LogContext() {}

    public static LogContext enter() {
        return new LogContext();
    }

    public LogContext batch(Batch batch) {
        return with("caravan.batch", batch.id().toString());
    }

    /** The id of the route; null changes nothing. */
    public LogContext route(@Nullable String route) {
        return with("caravan.route", route);
    }

    /** The run of a workflow; null changes nothing. */
    public LogContext run(@Nullable String run) {
        return with("caravan.run", run);
    }

    /** A try of a workflow's task. */
    public LogContext task(String dag, String task, int attempt) {
        return with("caravan.dag", dag).with("caravan.task", task).with("caravan.attempt", String.valueOf(attempt));
    }

    private LogContext with(String key, @Nullable String value) {
        if (value != null) {
            MDC.put(key, value);
        }
        return this;
    }

    public void leave() {
        if (outer == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(outer);
        }
    }
}
