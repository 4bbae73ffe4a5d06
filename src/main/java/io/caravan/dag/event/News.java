package io.caravan.dag.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.dag.event.MissRepository.Miss;
import io.caravan.dag.run.DagRun;
import io.caravan.database.outbox.Notice;
import java.util.Locale;
import java.util.Map;

/** What is told to routes {@code from: dag:<workflow>?on=…}. */
public final class News {
    /** What the feature's news are known by in the outbox. */
    public static final String TOPIC = "dag";

    public static final String WORKFLOW = "dag";
    public static final String KIND = "kind";
    public static final String RUN = "run";

    private News() {}

    /** Something became of a run. The news of one run keep their order. */
    public static Notice of(DagRun run, EventKind kind) {
        return new Notice(
                run.id().toString(),
                Map.of(WORKFLOW, run.dag(), KIND, kind.word(), RUN, run.id().toString()),
                facts(run).toString());
    }

    /** Something was missed. */
    public static Notice missed(Miss miss) {
        return of(miss, miss.kind());
    }

    /** It is there after all. */
    public static Notice resolved(Miss miss) {
        return of(miss, miss.kind() + "Resolved");
    }

    /** @param kind one of the {@code on} words */
    private static Notice of(Miss miss, String kind) {
        return new Notice(
                miss.dag() + " " + miss.kind(), Map.of(WORKFLOW, miss.dag(), KIND, kind), Misses.detail(miss));
    }

    static ObjectNode facts(DagRun run) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("dag", run.dag())
                .put("run", run.id().toString())
                .put("kind", run.kind().name().toLowerCase(Locale.ROOT))
                .put("logicalTime", run.logicalTime().toString())
                .put("intervalStart", run.intervalStart().toString())
                .put("intervalEnd", run.intervalEnd().toString())
                .put("dueAt", run.dueAt().toString());
    }
}
