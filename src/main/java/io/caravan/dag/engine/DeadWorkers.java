package io.caravan.dag.engine;

import io.caravan.dag.definition.Definitions;
import io.caravan.dag.engine.RunChangeRepository.Standing;
import io.caravan.dag.engine.WorkerRepository.Dead;
import io.caravan.dag.engine.WorkerRepository.Retaken;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the tasks of workers that are dead by the database's clock from them, so that others may claim them. Safe for any thread. */
final class DeadWorkers {
    private static final Logger LOG = LoggerFactory.getLogger(DeadWorkers.class);

    private final Database database;
    private final Definitions definitions;
    private final DagEvents events;
    private final WorkerRepository workers;
    private final RunChangeRepository runs;
    private final Teardowns teardowns;

    DeadWorkers(Database database, Definitions definitions, DagEvents events) {
        this.database = database;
        this.definitions = definitions;
        this.events = events;
        this.workers = new WorkerRepository(database);
        this.runs = new RunChangeRepository(database);
        this.teardowns = new Teardowns(definitions);
    }

    /** The answer is whether there were any. */
    boolean retake(Instant now) {
        Map<String, Integer> lost = new HashMap<>();
        database.runInTransaction(connection -> {
            List<Dead> all = new ArrayList<>(workers.dead());
            all.addAll(workers.gone());
            if (!all.isEmpty()) {
                FollowUp follow = new FollowUp(database, definitions, events, now);
                retake(follow, all, lost);
                follow.finish();
                follow.tell();
            }
        });
        lost.forEach((node, count) -> {
            LOG.warn("worker={} state=DEAD its {} tasks are taken over", node, count);
            events.workerLost(node, count);
        });
        return !lost.isEmpty();
    }

    private void retake(FollowUp follow, List<Dead> all, Map<String, Integer> lost) {
        List<UUID> touched = new ArrayList<>();
        all.forEach(dead -> touched.addAll(workers.runsOf(dead)));
        follow.lockWorkflows(
                runs.find(touched).stream().map(each -> each.run().dag()).toList());
        List<TaskKey> tidying =
                teardowns.of(runs.lock(touched).stream().map(Standing::run).toList());
        List<UUID> hopeless = new ArrayList<>();
        for (Dead dead : all) {
            List<Retaken> retaken = workers.retake(dead, tidying, follow.now());
            retaken.stream()
                    .filter(each -> each.state() == TaskState.FAILED)
                    .forEach(each -> hopeless.add(each.key().run()));
            lost.merge(dead.node(), retaken.size(), Integer::sum);
            workers.forget(dead.id());
        }
        if (!hopeless.isEmpty()) {
            LOG.warn("tasks of runs {} failed, as their workers died and they are not tried again", hopeless);
            follow.revisit(hopeless.stream().distinct().toList());
        }
    }
}
