package io.caravan.dag;

import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log lines of tasks for {@code caravan dag logs}: of each try the first and the last {@value TryLines#MOST_LINES} lines, see {@link TryLines}. Lines are written to the database once
 * a second; what a process that is killed had not written yet is in its own log only. Safe for any thread; adding a line never waits.
 */
public final class TaskLogs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskLogs.class);
    private static final Duration WRITE_EVERY = Duration.ofSeconds(1);

    /** A try that has been silent for so long is forgotten, as its lines take room; should it speak again, its count begins anew. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private final TaskLogRepository repository;
    private final Map<Try, TryLines> tries = new ConcurrentHashMap<>();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(TaskLogs::thread);

    /** A try of a task's instance. */
    record Try(UUID run, String task, int mapIndex, int attempt) {}

    /**
     * Lines of a try that are to be written.
     *
     * @param at of the first of them
     * @param tail they are the try's last, and take the place of those with the same {@code at}
     */
    record Chunk(Try of, Instant at, String lines, boolean tail) {}

    TaskLogs(Database database) {
        this.repository = new TaskLogRepository(database);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what it runs tells its own failures
    void start() {
        writer.scheduleWithFixedDelay(
                () -> write(Instant.now(), false),
                WRITE_EVERY.toMillis(),
                WRITE_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /**
     * Adds a line.
     *
     * @param run the run's id; one that is none is no task's, and the line is not kept
     * @param task as {@link io.caravan.dag.run.TaskKey} writes it: with its index in brackets where it is mapped
     */
    public void add(String run, String task, int attempt, Instant at, String line) {
        int bracket = task.indexOf('[');
        try {
            Try of = new Try(
                    UUID.fromString(run),
                    bracket < 0 ? task : task.substring(0, bracket),
                    bracket < 0 ? -1 : Integer.parseInt(task.substring(bracket + 1, task.length() - 1)),
                    attempt);
            tries.computeIfAbsent(of, key -> new TryLines()).add(at, line);
        } catch (IllegalArgumentException e) {
            LOG.trace("a line of no task of ours", e);
        }
    }

    void write(Instant now, boolean atOnce) {
        List<Chunk> chunks = new ArrayList<>();
        Iterator<Map.Entry<Try, TryLines>> each = tries.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Try, TryLines> entry = each.next();
            TryLines lines = entry.getValue();
            lines.takeHead(entry.getKey()).ifPresent(chunks::add);
            lines.takeTail(entry.getKey(), now, atOnce).ifPresent(chunks::add);
            if (lines.isOlderThan(now.minus(FORGOTTEN_AFTER))) {
                each.remove();
            }
        }
        try {
            if (!chunks.isEmpty()) {
                repository.write(chunks);
            }
        } catch (DatabaseException e) {
            LOG.warn(
                    "log lines of {} tasks could not be kept: {}. They are in this log only.",
                    chunks.size(),
                    e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("log lines of tasks could not be kept", e);
        }
    }

    /** Writes what there is. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(5, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        write(Instant.now(), true);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "caravan-dag-logs");
        thread.setDaemon(true);
        return thread;
    }
}
