package io.caravan.dag.run;

import io.caravan.calendar.Durations;
import io.caravan.dag.definition.RetryRule;
import io.caravan.dag.definition.Sensing;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** Decides where a task goes after a try. Pure but for the dice of the retries' jitter. */
public final class TaskOutcome {
    private final RandomGenerator dice;

    public TaskOutcome(RandomGenerator dice) {
        this.dice = dice;
    }

    public Move of(TaskDefinition task, Claim claim, TaskResult result, Instant now) {
        if (result instanceof TaskResult.Succeeded succeeded) {
            return succeeded(task, succeeded);
        } else if (result instanceof TaskResult.Failed failed) {
            return failed(task, claim, failed);
        } else if (result instanceof TaskResult.NotYet) {
            return notYet(task, claim, now);
        } else if (result instanceof TaskResult.Skipped skipped) {
            return Move.to(TaskState.SKIPPED).withNote(skipped.reason());
        } else if (result instanceof TaskResult.Expanded expanded) {
            return Move.to(expanded.items().isEmpty() ? TaskState.SKIPPED : TaskState.SUCCESS)
                    .withNote(expanded.items().size() + " items");
        } else if (result instanceof TaskResult.HandedBack handedBack) {
            TaskState to = handedBack.pause().isZero() ? TaskState.READY : TaskState.UP_FOR_RESCHEDULE;
            return Move.to(to).after(handedBack.pause()).uncounted().withNote(handedBack.reason());
        } else if (result instanceof TaskResult.Answered answered) {
            return Move.to(TaskState.SUCCESS).withOutput(answered.output().toString());
        } else if (result instanceof TaskResult.Refused refused) {
            return softly(task, refused.reason());
        } else {
            return Move.to(TaskState.REMOVED).withNote(((TaskResult.Gone) result).reason());
        }
    }

    private static Move succeeded(TaskDefinition task, TaskResult.Succeeded succeeded) {
        String output = succeeded.output() == null ? null : succeeded.output().toString();
        boolean awaits = task.kind() == TaskKind.APPROVAL || task.kind() == TaskKind.SUBWORKFLOW;
        return Move.to(awaits ? TaskState.AWAITING : TaskState.SUCCESS).withOutput(output);
    }

    private Move failed(TaskDefinition task, Claim claim, TaskResult.Failed failed) {
        RetryRule rule = new RetryRule(task.retries());
        if (rule.isWorthAnother(claim.spent(), failed.types())) {
            return Move.to(TaskState.UP_FOR_RETRY)
                    .after(rule.delay(claim.spent(), dice))
                    .withError(failed.message());
        }
        return Move.to(TaskState.FAILED).withError(failed.message());
    }

    /** A sensor's next question belongs to the same try. */
    private static Move notYet(TaskDefinition task, Claim claim, Instant now) {
        Sensing sensing = task.sensing()
                .orElseThrow(
                        () -> new IllegalStateException("Only a sensor says: not yet. '" + task.id() + "' is none"));
        Duration waited = Duration.between(claim.firstStartedAt(), now);
        if (waited.compareTo(sensing.timeout()) >= 0) {
            return softly(
                    task,
                    "not there after " + Durations.text(waited) + ", the limit is "
                            + Durations.text(sensing.timeout()));
        }
        return Move.to(TaskState.UP_FOR_RESCHEDULE).after(sensing.every()).uncounted();
    }

    private static Move softly(TaskDefinition task, String reason) {
        boolean soft = task.sensing().map(Sensing::softFail).orElse(false);
        return soft
                ? Move.to(TaskState.SKIPPED).withNote(reason)
                : Move.to(TaskState.FAILED).withError(reason);
    }
}
