package io.caravan.dag.steering;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What people did by hand, each deed in the transaction that did it. Safe for any thread. */
public final class AuditRepository {
    /** Stands for the workflow where a deed concerns none or all. */
    static final String ANY_DAG = "*";

    private static final Query RECORD = Query.of("""
            insert into caravan.dag_audit (at, who, action, dag, run, task, detail, why)
            values (:at, :who, :action, :dag, :run::uuid, :task, :detail, :why)""");

    private static final Query LIST = Query.of("""
            select at, who, action, dag, run, task, detail, why from caravan.dag_audit
             where (dag = :dag or :dag = '') and (run = :run::uuid or :run::uuid is null)
             order by at desc, id desc
             limit :limit""");

    private final Database database;

    public AuditRepository(Database database) {
        this.database = database;
    }

    /** A deed. */
    public record Entry(
            Instant at,
            String who,
            String action,
            String dag,
            Optional<UUID> run,
            Optional<String> task,
            String detail,
            String why) {}

    void record(
            Instant at,
            Operator operator,
            String action,
            String dag,
            @Nullable UUID run,
            @Nullable String task,
            String detail) {
        RECORD.on(database)
                .set("at", at)
                .set("who", operator.name())
                .set("action", action)
                .set("dag", dag)
                .set("run", run)
                .set("task", task)
                .set("detail", detail)
                .set("why", operator.why())
                .update();
    }

    /**
     * The newest deeds first.
     *
     * @param dag empty: of all workflows
     */
    public List<Entry> list(String dag, Optional<UUID> run, int limit) {
        return LIST.on(database)
                .set("dag", dag)
                .set("run", run.orElse(null))
                .set("limit", limit)
                .list(row -> new Entry(
                        Query.requiredInstant(row, "at"),
                        row.getString("who"),
                        row.getString("action"),
                        row.getString("dag"),
                        Optional.ofNullable(row.getObject("run", UUID.class)),
                        Optional.ofNullable(row.getString("task")),
                        row.getString("detail"),
                        row.getString("why")));
    }
}
