package io.caravan.dag.steering;

import io.caravan.dag.engine.TaskRepository;
import io.caravan.dag.run.TaskKey;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The log lines that were kept of tasks, to be read. Safe for any thread. */
public final class LogLinesRepository {
    private static final Query READ = Query.of("""
            select run, task, map_index, attempt, at, lines from caravan.dag_log
             where run = :run and (attempt = :attempt or :attempt = 0)
             order by min(at) over (partition by task, map_index, attempt), task, map_index, attempt, at, tail""");

    private final Database database;

    public LogLinesRepository(Database database) {
        this.database = database;
    }

    /** Lines of a try, each with its end of line. */
    public record Piece(TaskKey key, int attempt, Instant at, String lines) {}

    /**
     * Try by try, as they began, each in the order in which its lines were written.
     *
     * @param attempt 0: of all tries
     */
    public List<Piece> read(UUID run, int attempt) {
        return READ.on(database)
                .set("run", run)
                .set("attempt", attempt)
                .list(row -> new Piece(
                        TaskRepository.key(row),
                        row.getInt("attempt"),
                        Query.requiredInstant(row, "at"),
                        row.getString("lines")));
    }
}
