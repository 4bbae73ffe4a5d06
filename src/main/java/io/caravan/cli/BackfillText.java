package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.dag.engine.Backfill;
import java.util.List;
import java.util.Optional;

/** How backfills are written for people and for programs. */
final class BackfillText {
    private BackfillText() {}

    static Table table(List<Backfill> backfills) {
        Table table = new Table(
                "BACKFILL", "WORKFLOW", "FROM", "TO", "STATE", "PLANNED", "ACTIVE", "ENDED", "FAILED", "SKIPPED", "BY");
        backfills.forEach(each -> table.row(
                each.id().toString(),
                each.dag(),
                DagText.text(each.from()),
                DagText.text(each.to()),
                state(each),
                String.valueOf(each.planned()),
                String.valueOf(each.active()),
                String.valueOf(each.ended()),
                String.valueOf(each.failed()),
                String.valueOf(each.skipped()),
                each.createdBy()));
        return table;
    }

    static String state(Backfill backfill) {
        return backfill.paused() ? "paused" : DagText.word(backfill.state());
    }

    static ObjectNode json(Backfill backfill) {
        ObjectNode node = DagSubcommand.object()
                .put("backfill", backfill.id().toString())
                .put("dag", backfill.dag())
                .put("from", backfill.from().toString())
                .put("to", backfill.to().toString())
                .put("newestFirst", backfill.newestFirst())
                .put("reprocess", backfill.reprocess().name())
                .put("maxActiveRuns", backfill.maxActiveRuns())
                .put("state", backfill.state().name())
                .put("paused", backfill.paused())
                .put("createdAt", backfill.createdAt().toString())
                .put("createdBy", backfill.createdBy())
                .put("endedAt", DagText.json(backfill.endedAt()))
                .put("planned", backfill.planned())
                .put("active", backfill.active())
                .put("ended", backfill.ended())
                .put("failed", backfill.failed())
                .put("skipped", backfill.skipped());
        node.set("params", DagText.parsed(Optional.of(backfill.params())));
        return node;
    }
}
