package io.caravan.cli;

import io.caravan.dag.definition.DagDefinition;
import java.util.ArrayList;
import java.util.List;

/** What makes a workflow run, in one line: {@code 0 2 * * * (Europe/Amsterdam)}, {@code datasets: rides.ride}, {@code by hand}. */
final class DagSchedule {
    private DagSchedule() {}

    static String text(DagDefinition dag) {
        List<String> causes = new ArrayList<>();
        dag.timing()
                .filter(timing -> !timing.schedules().isEmpty())
                .ifPresent(timing -> causes.add(String.join("; ", timing.schedules()) + " (" + timing.zone() + ")"
                        + timing.calendar().map(name -> " on " + name).orElse("")));
        dag.datasets().ifPresent(condition -> causes.add("datasets: " + condition));
        return causes.isEmpty() ? "by hand" : String.join("; ", causes);
    }
}
