package io.caravan.dag;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What deadlines and expectations are judged by. Joins the transaction of its caller. */
final class JudgementRepository {
    private static final Query DUE = Query.of("""
            select dag, version, paused, first_seen_at, coalesce(judged_until, first_seen_at) as judged_until from caravan.dag_workflow
             where active and next_judgement <= :now order by next_judgement limit :limit for no key update skip locked""");

    private static final Query JUDGED = Query.of("""
            update caravan.dag_workflow set judged_until = :now, next_judgement = :next where dag = :dag""");

    private static final Query SUCCEEDED = Query.of("""
            select 1 from caravan.dag_run where dag = :dag and logical_time = :time and state = 'SUCCESS' and ended_at <= :by""");

    private static final Query STATE = Query.of("""
            select state from caravan.dag_run where dag = :dag and logical_time = :time""");

    private static final Query LAST_SUCCESS = Query.of("""
            select max(ended_at) as at from caravan.dag_run where dag = :dag and state = 'SUCCESS' and ended_at <= :by""");

    /** A workflow whose deadlines or expectations are to be judged. */
    record Due(String dag, int version, boolean paused, Instant firstSeen, Instant judgedUntil) {}

    private final Database database;

    JudgementRepository(Database database) {
        this.database = database;
    }

    /** Workflows that are due, locked until the transaction ends. */
    List<Due> due(Instant now, int limit) {
        return DUE.on(database)
                .set("now", now)
                .set("limit", limit)
                .list(row -> new Due(
                        row.getString("dag"),
                        row.getInt("version"),
                        row.getBoolean("paused"),
                        Query.requiredInstant(row, "first_seen_at"),
                        Query.requiredInstant(row, "judged_until")));
    }

    /**
     * Everything up to now has been judged.
     *
     * @param next when there is something to judge again; null: never
     */
    void judged(String dag, Instant now, @Nullable Instant next) {
        JUDGED.on(database).set("dag", dag).set("now", now).set("next", next).update();
    }

    boolean hasSucceeded(String dag, Instant logicalTime, Instant by) {
        return SUCCEEDED
                .on(database)
                .set("dag", dag)
                .set("time", logicalTime)
                .set("by", by)
                .first(row -> true)
                .orElse(false);
    }

    /** For people: how the run of a logical time stands. */
    String stateOf(String dag, Instant logicalTime) {
        return STATE.on(database)
                .set("dag", dag)
                .set("time", logicalTime)
                .first(row -> "it is " + row.getString(1))
                .orElse("it never began");
    }

    Optional<Instant> lastSuccess(String dag, Instant by) {
        return LAST_SUCCESS
                .on(database)
                .set("dag", dag)
                .set("by", by)
                .first(row -> Optional.ofNullable(Query.instant(row, "at")))
                .flatMap(at -> at);
    }
}
