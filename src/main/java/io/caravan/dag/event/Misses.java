package io.caravan.dag.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.dag.event.MissRepository.Miss;

/** Tells a missed deadline or expectation as JSON. */
final class Misses {
    private Misses() {}

    static String detail(Miss miss) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("dag", miss.dag())
                .put("kind", miss.kind())
                .put("logicalTime", miss.logicalTime().toString())
                .put("dueAt", miss.dueAt().toString())
                .put("missedAt", miss.missedAt().toString())
                .put("detail", miss.detail())
                .toString();
    }
}
