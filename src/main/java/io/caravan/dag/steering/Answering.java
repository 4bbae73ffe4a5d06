package io.caravan.dag.steering;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.dag.engine.AwaitingRepository;
import io.caravan.dag.engine.Completion.Finished;
import io.caravan.dag.engine.FollowUp;
import io.caravan.dag.engine.RunChangeRepository.Standing;
import io.caravan.dag.engine.TaskRepository.Claimed;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskResult;
import io.caravan.database.Database;
import java.util.List;
import java.util.stream.Collectors;

/** Says yes or no to tasks that wait for it. Works in the caller's transaction, who has locked the run. */
final class Answering {
    private final AwaitingRepository awaiting;

    Answering(Database database) {
        this.awaiting = new AwaitingRepository(database);
    }

    /**
     * Answers.
     *
     * @param task such as {@code release} or {@code release[3]}; empty: the only one that waits
     */
    TaskKey answer(FollowUp follow, Operator by, Standing run, String task, boolean yes) {
        Claimed asked = asked(run, task, awaiting.approvals(run.run().id(), follow.now()));
        TaskResult result = yes
                ? new TaskResult.Answered(JsonNodeFactory.instance
                        .objectNode()
                        .put("approved", true)
                        .put("by", by.name())
                        .put("why", by.why())
                        .put("at", follow.now().toString()))
                : new TaskResult.Refused(by.says("rejected"));
        if (!follow.complete(new Finished(asked.of(run.run()), result))) {
            throw new RefusedException("Task '" + asked.key() + "' of run "
                    + run.run().id() + " no longer waits for an answer; nothing was changed.");
        }
        return asked.key();
    }

    private static Claimed asked(Standing run, String task, List<Claimed> waiting) {
        List<Claimed> meant = waiting.stream()
                .filter(each -> task.isEmpty() || each.key().toString().equals(task))
                .toList();
        if (meant.size() == 1) {
            return meant.get(0);
        }
        String names = waiting.stream().map(each -> each.key().toString()).collect(Collectors.joining(", "));
        throw new RefusedException("Run " + run.run().id() + " of workflow '"
                + run.run().dag() + "' has "
                + (task.isEmpty() ? "" : "no task '" + task + "' that waits for an approval; it has ")
                + (waiting.isEmpty()
                        ? "no task that waits for an approval."
                        : waiting.size() + " that wait for one: " + names + (task.isEmpty() ? ". Name one." : ".")));
    }
}
