package io.caravan.dag;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something about a workflow that routes {@code from: dag:<workflow>?on=…} may want to hear.
 *
 * @param kind one of their {@code on} words
 * @param detail a JSON object
 */
record Notice(String dag, @Nullable UUID run, String kind, String detail) {
    static Notice of(DagRun run, String kind) {
        return new Notice(run.dag(), run.id(), kind, facts(run).toString());
    }

    static ObjectNode facts(DagRun run) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("dag", run.dag())
                .put("run", run.id().toString())
                .put("kind", run.kind().name().toLowerCase(java.util.Locale.ROOT))
                .put("logicalTime", run.logicalTime().toString())
                .put("intervalStart", run.intervalStart().toString())
                .put("intervalEnd", run.intervalEnd().toString())
                .put("dueAt", run.dueAt().toString());
    }
}
