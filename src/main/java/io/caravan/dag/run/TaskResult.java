package io.caravan.dag.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of one try of a task. */
public sealed interface TaskResult {
    /**
     * It is done.
     *
     * @param output for later tasks; null: none
     */
    record Succeeded(@Nullable JsonNode output) implements TaskResult {}

    /**
     * It failed; perhaps there will be another try.
     *
     * @param types names of the exception's classes: itself, its superclasses and its causes, qualified and simple
     * @param message for people
     */
    record Failed(List<String> types, String message) implements TaskResult {
        public Failed {
            types = List.copyOf(types);
        }
    }

    /** The route itself says that there is nothing to do. */
    record Skipped(String reason) implements TaskResult {}

    /** A sensor's answer: ask again. */
    record NotYet() implements TaskResult {}

    /** The items that a task or group is mapped over. */
    record Expanded(List<JsonNode> items) implements TaskResult {
        public Expanded {
            items = List.copyOf(items);
        }
    }

    /**
     * The worker stops, or lacks the task's route: somebody else may have it, and the try doesn't count.
     *
     * @param pause until when nobody need try; zero: at once
     */
    record HandedBack(String reason, Duration pause) implements TaskResult {}

    /** What it waited for after its work is there: an approval, or the run that it started. */
    record Answered(JsonNode output) implements TaskResult {}

    /** An approval or an awaited run has said no, or has not come in time; or nobody can do it any more. Another try wouldn't change that. */
    record Refused(String reason) implements TaskResult {}

    /** The workflow no longer has this task. */
    record Gone(String reason) implements TaskResult {}
}
