package io.caravan.dag.engine;

import io.caravan.batch.TimeOrderedId;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Params;
import io.caravan.dag.engine.RunRepository.NewRun;
import io.caravan.dag.engine.WorkflowRepository.Advance;
import io.caravan.dag.engine.WorkflowRepository.Due;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.schedule.CatchUpPlan;
import io.caravan.dag.schedule.Tick;
import io.caravan.dag.schedule.Timetable;
import io.caravan.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes runs of ticks that are due. Any number of nodes may call it at once: each takes workflows that no other is busy with, and a logical time has one run at most. */
final class Ticks {
    private static final Logger LOG = LoggerFactory.getLogger(Ticks.class);
    private static final int AT_ONCE = 500;
    private static final Duration LATER = Duration.ofMinutes(1);

    private final Database database;
    private final Definitions definitions;
    private final Function<DagDefinition, Timetable> timetables;
    private final RunStarter starter;
    private final WorkflowRepository workflows;

    Ticks(
            Database database,
            Definitions definitions,
            Function<DagDefinition, Timetable> timetables,
            RunStarter starter) {
        this.database = database;
        this.workflows = new WorkflowRepository(database);
        this.definitions = definitions;
        this.timetables = timetables;
        this.starter = starter;
    }

    /** The answer is how many runs were made. */
    int run(Instant now) {
        int made = 0;
        int looked;
        do {
            List<Integer> counts = database.inTransaction(connection -> some(now));
            looked = counts.get(0);
            made += counts.get(1);
        } while (looked == AT_ONCE);
        return made;
    }

    private List<Integer> some(Instant now) {
        List<Due> due = workflows.due(now, AT_ONCE);
        List<NewRun> runs = new ArrayList<>();
        List<Advance> advances = new ArrayList<>();
        for (Due each : due) {
            advances.add(planned(each, runs, now));
        }
        if (!advances.isEmpty()) {
            workflows.advance(advances);
        }
        return List.of(due.size(), starter.create(runs, now).size());
    }

    /** A workflow whose schedule can't be read must not keep the others from running. */
    private Advance planned(Due due, List<NewRun> runs, Instant now) {
        try {
            return plan(due, runs, now);
        } catch (RuntimeException e) {
            LOG.error("dag={} its schedule can't be read; trying again in {}", due.dag(), LATER, e);
            return new Advance(due.dag(), null, now.plus(LATER));
        }
    }

    private Advance plan(Due due, List<NewRun> runs, Instant now) {
        Optional<DagDefinition> definition = definitions
                .find(due.dag(), due.version())
                .filter(dag -> dag.timing().isPresent());
        if (definition.isEmpty()) {
            return new Advance(due.dag(), null, null);
        }
        if (due.room() <= 0) {
            return new Advance(due.dag(), null, Instant.MAX);
        }
        CatchUpPlan plan = CatchUpPlan.of(
                timetables.apply(definition.get()), due.scheduledUntil(), due.firstSeen(), now, due.room());
        String params = Params.defaults(definition.get()).toString();
        plan.toRun().forEach(tick -> runs.add(newRun(due, tick, params, now)));
        boolean cut = plan.nextDueAt().filter(next -> !next.isAfter(now)).isPresent();
        Instant until = plan.toRun().isEmpty()
                ? null
                : plan.toRun().get(plan.toRun().size() - 1).dueAt();
        return new Advance(
                due.dag(), until, cut ? Instant.MAX : plan.nextDueAt().orElse(null));
    }

    private static NewRun newRun(Due due, Tick tick, String params, Instant now) {
        DagRun run = new DagRun(
                TimeOrderedId.at(now),
                due.dag(),
                due.version(),
                RunKind.SCHEDULED,
                tick.logicalTime(),
                tick.interval().start(),
                tick.interval().end(),
                tick.dueAt(),
                params,
                0,
                now);
        return new NewRun(run, "schedule", null, null, tick.remark().orElse(null));
    }
}
