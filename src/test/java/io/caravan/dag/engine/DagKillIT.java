package io.caravan.dag.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node is killed in the middle of its tasks, twenty times; another one is always on its way. */
@ExtendWith(PostgresExtension.class)
class DagKillIT {
    private static final int KILLS = 20;
    private static final int RUNS_EACH = 15;
    private static final long SEED = 20_260_301;

    private final Database database;
    private final DatabaseSettings settings;
    private final TestWorkflows workflows;

    DagKillIT(Database database, DatabaseSettings settings) {
        this.database = database;
        this.settings = settings;
        this.workflows = DagNodeChild.workflows(database).pool("two", 2);
    }

    @Test
    void everyRunEndsAndNoTasksResultIsAcceptedTwice() throws Exception {
        Query ledger = Query.of(
                "create table public.ledger (run uuid, task text, claim bigint, primary key (run, task, claim))");
        database.runInTransaction(connection -> ledger.on(database).update());
        SplittableRandom random = new SplittableRandom(SEED);
        int midTask = 0;
        DagNodeChild next = DagNodeChild.start(settings, "child-0");
        for (int i = 0; i < KILLS; i++) {
            DagNodeChild child = next;
            next = DagNodeChild.start(settings, "child-" + (i + 1));
            midTask += killMidTask(child, "child-" + i, random);
        }
        try (DagNodeChild last = next) {
            await().atMost(Duration.ofMinutes(4))
                    .failFast("the last node ended", () -> !last.isAlive())
                    .until(() -> workflows.count("dag_run_active") == 0);
            assertThat(last.log()).doesNotContain("ERROR");
        }

        assertThat(midTask)
                .as("tasks that were under way when their node was killed")
                .isGreaterThanOrEqualTo(KILLS);
        assertThat(workflows.count("dag_run")).isEqualTo(KILLS * RUNS_EACH);
        assertThat(workflows.count("dag_run where state = 'SUCCESS'"))
                .as("but for tasks that were in three nodes that died")
                .isGreaterThanOrEqualTo(KILLS * RUNS_EACH - workflows.count("dag_task where lost >= 3"));
        assertThat(workflows.count("dag_task where state = 'RUNNING'")).isZero();
        assertThat(ledger("t.state = 'SUCCESS' and l.claim = t.claim"))
                .as("what was accepted is the work of the claim that counts")
                .isEqualTo(workflows.count("dag_task where state = 'SUCCESS'"));
        assertThat(workflows.count("dag_task where state = 'SUCCESS' and output::text <> claim::text"))
                .as("results of lost claims")
                .isZero();
        assertThat(ledger("l.claim > t.claim"))
                .as("nobody worked after a result was accepted")
                .isZero();
    }

    private int ledger(String condition) {
        return workflows.count(
                "dag_task t join public.ledger l on l.run = t.run and l.task = t.task where " + condition);
    }

    private int killMidTask(DagNodeChild child, String name, SplittableRandom random)
            throws IOException, InterruptedException {
        String theirs = "dag_task_active t join caravan.dag_worker w on w.id = t.worker where w.node = '" + name + "'";
        try (child) {
            for (int i = 0; i < RUNS_EACH; i++) {
                workflows.trigger(DagNodeChild.WORKFLOW, Instant.now());
            }
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(2))
                    .failFast(() -> {
                        if (!child.isAlive()) {
                            throw new AssertionError("The node ended:\n" + child.log());
                        }
                    })
                    .until(() -> workflows.count(theirs) > 0);
            Thread.sleep(random.nextLong(25));
            child.kill();
            return workflows.count(theirs);
        }
    }
}
