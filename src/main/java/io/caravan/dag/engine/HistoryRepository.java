package io.caravan.dag.engine;

import io.caravan.batch.TimeOrderedId;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;

/** Deletes what is older than the history is kept, where it doesn't go with a day's partition. Joins the transaction of its caller. */
final class HistoryRepository {
    /** The logical times of runs that are no longer kept; a run's id tells when it was made, so that only old ones are looked at. */
    private static final Query FORGET_LOGICAL_TIMES = Query.of("""
            with kept as materialized (select r.id from caravan.dag_run r where r.id < :oldest)
            delete from caravan.dag_logical_time l
             where l.run < :oldest and not exists (select from kept where kept.id = l.run)""");

    private static final List<Query> FORGET = List.of(
            Query.of("delete from caravan.dag_run_default where ended_on < :before"),
            Query.of("delete from caravan.dag_task_default where ended_on < :before"),
            Query.of("delete from caravan.dag_attempt_default where ended_at < :before"),
            Query.of("delete from caravan.dag_log_default where at < :before"),
            Query.of("delete from caravan.dag_miss where missed_at < :before"),
            Query.of("delete from caravan.dag_audit where at < :before"),
            Query.of("delete from caravan.dag_backfill where ended_at < :before"));

    private final Database database;

    HistoryRepository(Database database) {
        this.database = database;
    }

    void forget(Instant before) {
        FORGET.forEach(query -> query.on(database).set("before", before).update());
        FORGET_LOGICAL_TIMES
                .on(database)
                .set("oldest", TimeOrderedId.at(before))
                .update();
    }
}
