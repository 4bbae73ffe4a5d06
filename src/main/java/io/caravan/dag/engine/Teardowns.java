package io.caravan.dag.engine;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.TaskKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Which tasks take away what setups have made: these begin, and go on, also when their run is being ended. Safe for any thread. */
final class Teardowns {
    private final Definitions definitions;

    Teardowns(Definitions definitions) {
        this.definitions = definitions;
    }

    /** Of these runs, each without its index: all its instances are meant. */
    List<TaskKey> of(Collection<DagRun> runs) {
        List<TaskKey> teardowns = new ArrayList<>();
        for (DagRun run : runs) {
            definitions.find(run.dag(), run.version()).map(DagDefinition::tasks).orElse(List.of()).stream()
                    .filter(task -> task.kind() == TaskKind.TEARDOWN)
                    .forEach(task -> teardowns.add(new TaskKey(run.id(), task.id(), -1)));
        }
        return teardowns;
    }

    boolean isOne(Claim claim) {
        return definitions
                .find(claim.run().dag(), claim.run().version())
                .flatMap(dag -> dag.task(claim.key().task()))
                .filter(task -> task.kind() == TaskKind.TEARDOWN)
                .isPresent();
    }
}
