package io.caravan.dag.engine;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What deadlines and expectations are judged by. Joins the transaction of its caller. */
final class JudgementRepository {
    private static final Query DUE = Query.of("""
            select dag, version, paused, coalesce(present_since, first_seen_at) as present_since, coalesce(rules_since, first_seen_at) as rules_since,
                   coalesce(judged_until, first_seen_at) as judged_until, resumed_at
              from caravan.dag_workflow
             where active and next_judgement <= :now order by next_judgement limit :limit for no key update skip locked""");

    private static final Query PAST_RULES = Query.of("""
            select version, since, until from caravan.dag_past_rules where dag = :dag order by until""");

    private static final Query FORGET_RULES =
            Query.of("delete from caravan.dag_past_rules where dag = :dag and until = :until");

    private static final Query JUDGED = Query.of("""
            update caravan.dag_workflow set judged_until = :until, next_judgement = :next where dag = :dag""");

    private static final Query LATER =
            Query.of("update caravan.dag_workflow set next_judgement = :at where dag = :dag");

    /** A run of the same interval does as well, such as a replay; it has a later logical time. */
    private static final Query SUCCEEDED = Query.of("""
            select 1 from caravan.dag_run
             where dag = :dag and logical_time >= :time and (logical_time = :time or interval_start = :time) and state = 'SUCCESS' and ended_at <= :by
             limit 1""");

    private static final Query STATE = Query.of("""
            select state from caravan.dag_run where dag = :dag and logical_time = :time""");

    private static final Query LAST_SUCCESS = Query.of("""
            select max(ended_at) as at from caravan.dag_run where dag = :dag and state = 'SUCCESS' and ended_at <= :by""");

    /**
     * A workflow whose deadlines or expectations are to be judged.
     *
     * @param resumedAt when it was last unpaused
     */
    record Due(
            String dag,
            int version,
            boolean paused,
            Instant presentSince,
            Instant rulesSince,
            Instant judgedUntil,
            Optional<Instant> resumedAt) {}

    /** A version that judges what was due between two moments. */
    record PastRules(int version, Instant since, Instant until) {}

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
                        Query.requiredInstant(row, "present_since"),
                        Query.requiredInstant(row, "rules_since"),
                        Query.requiredInstant(row, "judged_until"),
                        Optional.ofNullable(Query.instant(row, "resumed_at"))));
    }

    /** Earlier rules by which something may be left to judge, the oldest first. */
    List<PastRules> pastRules(String dag) {
        return PAST_RULES
                .on(database)
                .set("dag", dag)
                .list(row -> new PastRules(
                        row.getInt("version"),
                        Query.requiredInstant(row, "since"),
                        Query.requiredInstant(row, "until")));
    }

    /** Nothing is left to judge by these. */
    void forget(String dag, PastRules rules) {
        FORGET_RULES.on(database).set("dag", dag).set("until", rules.until()).update();
    }

    /**
     * Everything up to a moment has been judged.
     *
     * @param next when there is something to judge again; null: never
     */
    void judged(String dag, Instant until, @Nullable Instant next) {
        JUDGED.on(database)
                .set("dag", dag)
                .set("until", until)
                .set("next", next)
                .update();
    }

    /** Nothing has been judged; it is to be tried again then. */
    void later(String dag, Instant at) {
        LATER.on(database).set("dag", dag).set("at", at).update();
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

    /** How the run of a logical time stands; empty: none was made. */
    Optional<String> stateOf(String dag, Instant logicalTime) {
        return STATE.on(database).set("dag", dag).set("time", logicalTime).first(row -> row.getString(1));
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
