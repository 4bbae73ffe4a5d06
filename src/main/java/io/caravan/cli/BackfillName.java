package io.caravan.cli;

import io.caravan.dag.engine.Backfill;
import io.caravan.dag.engine.BackfillRepository;
import io.caravan.dag.run.RefusedException;
import java.util.List;
import picocli.CommandLine.Parameters;

/** A backfill as people name it: its workflow, meaning the newest, or its id or the beginning of that. */
final class BackfillName {
    @Parameters(
            paramLabel = "BACKFILL",
            description = "A workflow, meaning its newest backfill, or a backfill's id or the beginning of that.")
    private String name = "";

    Backfill find(DagDesk desk) {
        BackfillRepository backfills = new BackfillRepository(desk.database());
        if (desk.isWorkflow(name)) {
            return backfills
                    .latest(name)
                    .orElseThrow(() -> new RefusedException("Workflow '" + name + "' has never been backfilled."));
        }
        List<Backfill> found = name.matches("[0-9a-fA-F-]{4,36}") ? backfills.find(name) : List.of();
        if (found.size() != 1) {
            throw new RefusedException(
                    found.isEmpty()
                            ? "There is no backfill or workflow '" + name + "'. See: caravan dag backfill list"
                            : "More than one backfill's id begins with " + name + "; give more of it.");
        }
        return found.get(0);
    }
}
