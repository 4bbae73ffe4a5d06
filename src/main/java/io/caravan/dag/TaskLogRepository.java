package io.caravan.dag;

import io.caravan.dag.TaskLogs.Chunk;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.util.List;

/** Log lines of tasks. Joins the transaction of its caller. */
final class TaskLogRepository {
    private static final Query INSERT = Query.of("""
            insert into caravan.dag_log (run, task, map_index, attempt, at, lines)
            select * from unnest(:runs::uuid[], :tasks::text[], :indexes::int[], :attempts::int[], :ats::timestamptz[], :lines::text[])""");

    private final Database database;

    TaskLogRepository(Database database) {
        this.database = database;
    }

    void insert(List<Chunk> chunks) {
        INSERT.on(database)
                .set("runs", Columns.of(chunks, chunk -> chunk.of().run()))
                .set("tasks", Columns.of(chunks, chunk -> chunk.of().task()))
                .set("indexes", Columns.of(chunks, chunk -> chunk.of().mapIndex()))
                .set("attempts", Columns.of(chunks, chunk -> chunk.of().attempt()))
                .set("ats", Columns.of(chunks, Chunk::at))
                .set("lines", Columns.of(chunks, Chunk::lines))
                .update();
    }
}
