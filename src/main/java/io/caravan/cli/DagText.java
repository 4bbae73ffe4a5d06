package io.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.dag.engine.ClearedTask;
import io.caravan.dag.steering.RunListRepository.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How runs and tasks are written for people and for programs. */
final class DagText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WIDEST = 120;

    private DagText() {}

    /** {@code up_for_retry}. */
    static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** To the second: nobody reads more of a table. */
    static String text(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String text(Optional<Instant> at) {
        return at.map(DagText::text).orElse("-");
    }

    /** The beginning of the first line. */
    static String brief(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > WIDEST ? line.substring(0, WIDEST - 1) + "…" : line;
    }

    static @Nullable String json(Optional<?> value) {
        return value.map(Object::toString).orElse(null);
    }

    /** JSON from the database; what isn't there is null. */
    static @Nullable JsonNode parsed(Optional<String> json) {
        try {
            return json.isEmpty() ? null : JSON.readTree(json.get());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The database holds what is no JSON: " + json.get(), e);
        }
    }

    static ObjectNode json(Row run, Instant now) {
        ObjectNode node = DagSubcommand.object()
                .put("run", run.id().toString())
                .put("dag", run.dag())
                .put("state", run.state().name())
                .put("kind", run.kind().name())
                .put("version", run.version())
                .put("logicalTime", run.logicalTime().toString())
                .put("intervalStart", run.intervalStart().toString())
                .put("intervalEnd", run.intervalEnd().toString())
                .put("createdAt", run.createdAt().toString())
                .put("createdBy", run.createdBy())
                .put("startedAt", json(run.startedAt()))
                .put("endedAt", json(run.endedAt()))
                .put("millis", run.took(now).map(Duration::toMillis).orElse(null))
                .put("note", run.note().orElse(null))
                .put("backfill", json(run.backfill()))
                .put("parentRun", json(run.parent()));
        node.set("params", parsed(Optional.of(run.params())));
        return node;
    }

    /** A run's state; one that is being cancelled says so. */
    static String state(Row run) {
        return run.cancelling() && !run.state().isFinal() ? "cancelling" : word(run.state());
    }

    static Table table(List<ClearedTask> tasks) {
        Table table = new Table("LOGICAL TIME", "RUN", "TASK", "WAS");
        tasks.forEach(task -> table.row(
                text(task.logicalTime()),
                task.key().run().toString(),
                task.key().toString(),
                word(task.was())));
        return table;
    }

    static ArrayNode json(List<ClearedTask> tasks) {
        ArrayNode array = DagSubcommand.array();
        tasks.forEach(task -> array.addObject()
                .put("run", task.key().run().toString())
                .put("logicalTime", task.logicalTime().toString())
                .put("task", task.key().task())
                .put("mapIndex", task.key().mapIndex() < 0 ? null : task.key().mapIndex())
                .put("was", task.was().name()));
        return array;
    }
}
