package io.caravan.telemetry;

import io.caravan.dag.TaskLogs;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.util.ReadOnlyStringMap;
import org.jspecify.annotations.Nullable;

/** Gives the log lines of tasks, which are known by the run and task in their MDC, to {@link TaskLogs}: from INFO on, with the time in UTC and, of a failure, each cause and where it began. */
public final class TaskLogAppender extends AbstractAppender implements AutoCloseable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Of a cause the first frames say where it happened; those below are Camel's way there, the same for every task. */
    private static final int FRAMES = 5;

    private static final int CAUSES = 10;

    private final TaskLogs logs;

    private TaskLogAppender(TaskLogs logs) {
        super("CaravanTaskLogs", null, null, true, Property.EMPTY_ARRAY);
        this.logs = logs;
    }

    /** Begins to listen to all loggers of this process; ends when it is closed. */
    public static TaskLogAppender attach(TaskLogs logs) {
        TaskLogAppender appender = new TaskLogAppender(logs);
        appender.start();
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        context.getConfiguration().getRootLogger().addAppender(appender, Level.INFO, null);
        context.updateLoggers();
        return appender;
    }

    @Override
    public void append(LogEvent event) {
        ReadOnlyStringMap about = event.getContextData();
        @Nullable String run = about.getValue("caravan.run");
        @Nullable String task = about.getValue("caravan.task");
        @Nullable String attempt = about.getValue("caravan.attempt");
        if (run != null && task != null && attempt != null) {
            Instant at = Instant.ofEpochMilli(event.getTimeMillis());
            logs.add(run, task, Integer.parseInt(attempt), at, line(event, at));
        }
    }

    static String line(LogEvent event, Instant at) {
        String logger = event.getLoggerName();
        String message = event.getMessage().getFormattedMessage();
        Throwable thrown = event.getThrown();
        return TIME.format(at) + " " + event.getLevel() + " " + logger.substring(logger.lastIndexOf('.') + 1) + " "
                + message.stripTrailing() + (thrown == null ? "" : causes(thrown));
    }

    private static String causes(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        @Nullable Throwable cause = thrown;
        for (int i = 0; i < CAUSES && cause != null; i++) {
            text.append(i == 0 ? "\n" : "\nCaused by: ")
                    .append(String.valueOf(cause).stripTrailing());
            Stream.of(cause.getStackTrace())
                    .limit(FRAMES)
                    .forEach(frame -> text.append("\n    at ").append(frame));
            cause = cause.getCause();
        }
        return text.toString();
    }

    @Override
    public void close() {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        context.getConfiguration().getRootLogger().removeAppender(getName());
        context.updateLoggers();
        stop();
    }
}
