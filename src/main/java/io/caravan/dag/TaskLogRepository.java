package io.caravan.dag;

import io.caravan.dag.TaskLogs.Chunk;
import io.caravan.dag.run.Columns;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.util.List;

/** Log lines of tasks. Joins the transaction of its caller. */
final class TaskLogRepository {
    private static final Query INSERT = Query.of("""
            insert into caravan.dag_log (run, task, map_index, attempt, at, lines, tail)
            select * from unnest(:runs::uuid[], :tasks::text[], :indexes::int[], :attempts::int[], :ats::timestamptz[], :lines::text[], :tails::boolean[])""");

    private static final Query DELETE_TAILS = Query.of("""
            delete from caravan.dag_log l
             using unnest(:runs::uuid[], :tasks::text[], :indexes::int[], :attempts::int[], :ats::timestamptz[]) as d (run, task, map_index, attempt, at)
             where l.tail and l.run = d.run and l.task = d.task and l.map_index = d.map_index and l.attempt = d.attempt and l.at = d.at""");

    private final Database database;

    TaskLogRepository(Database database) {
        this.database = database;
    }

    /** Writes all, the last lines of a try in place of those that were the last before. */
    void write(List<Chunk> chunks) {
        List<Chunk> tails = chunks.stream().filter(Chunk::tail).toList();
        database.runInTransaction(connection -> {
            if (!tails.isEmpty()) {
                on(DELETE_TAILS, tails).update();
            }
            on(INSERT, chunks)
                    .set("lines", Columns.of(chunks, Chunk::lines))
                    .set("tails", Columns.of(chunks, Chunk::tail))
                    .update();
        });
    }

    private Query.Call on(Query query, List<Chunk> chunks) {
        return query.on(database)
                .set("runs", Columns.of(chunks, chunk -> chunk.of().run()))
                .set("tasks", Columns.of(chunks, chunk -> chunk.of().task()))
                .set("indexes", Columns.of(chunks, chunk -> chunk.of().mapIndex()))
                .set("attempts", Columns.of(chunks, chunk -> chunk.of().attempt()))
                .set("ats", Columns.of(chunks, Chunk::at));
    }
}
