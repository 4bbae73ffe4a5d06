package io.caravan.dag.steering;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.batch.TimeOrderedId;
import io.caravan.calendar.DataInterval;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions.Current;
import io.caravan.dag.definition.Params;
import io.caravan.dag.engine.Occasion;
import io.caravan.dag.engine.RunChangeRepository;
import io.caravan.dag.engine.RunChangeRepository.Standing;
import io.caravan.dag.engine.RunRepository.NewRun;
import io.caravan.dag.engine.RunStarter;
import io.caravan.dag.engine.SubworkflowRun;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunState;
import io.caravan.dag.schedule.Tick;
import io.caravan.dag.schedule.Timetable;
import io.caravan.database.Database;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes runs by hand, or by a route. Works in the caller's transaction. */
public final class Triggering {
    private static final Logger LOG = LoggerFactory.getLogger(Triggering.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<RunState> FAILURES = EnumSet.of(RunState.FAILED, RunState.CANCELLED);

    private final Function<DagDefinition, Timetable> timetables;
    private final RunStarter starter;
    private final RunChangeRepository runs;

    public Triggering(Database database, RunStarter starter, Function<DagDefinition, Timetable> timetables) {
        this.timetables = timetables;
        this.starter = starter;
        this.runs = new RunChangeRepository(database);
    }

    /**
     * A run that is wished for.
     *
     * @param by who asks
     * @param params an object; null: defaults only
     * @param logicalTime empty: now
     * @param note for people
     * @param occasion on which a route asks; when it asks again on the same, the run is there already
     * @param endless whether it doesn't count which runs have led to it
     */
    public record Wish(
            String by,
            @Nullable JsonNode params,
            Optional<Instant> logicalTime,
            @Nullable String note,
            Optional<Occasion> occasion,
            boolean endless) {
        /** By hand. */
        Wish(String by, @Nullable JsonNode params, Optional<Instant> logicalTime, @Nullable String note) {
            this(by, params, logicalTime, note, Optional.empty(), false);
        }

        Optional<UUID> leader() {
            return endless ? Optional.empty() : occasion.flatMap(Occasion::run);
        }
    }

    /** A run of the newest interval that had ended at its logical time, or the one that was made on the same occasion before. One that failed or was cancelled is made anew. */
    public DagRun trigger(Instant now, Current workflow, Wish wish) {
        DagDefinition dag = workflow.definition();
        String params = checked(dag, wish.params());
        Optional<UUID> key =
                wish.occasion().map(occasion -> occasion.key(dag.id() + '\n' + wish.logicalTime() + '\n' + params));
        Optional<DagRun> before = key.flatMap(each -> startedBefore(dag.id(), each, wish));
        return before.orElseGet(() -> {
            DagRun run = start(now, workflow, params, wish);
            key.ifPresent(each -> runs.keepAsked(each, run));
            return run;
        });
    }

    private Optional<DagRun> startedBefore(String dag, UUID key, Wish wish) {
        Optional<Standing> before = runs.asked(key);
        if (before.filter(run -> FAILURES.contains(run.state())).isPresent()) {
            runs.forgetAsked(key);
            return Optional.empty();
        }
        before.ifPresent(run -> LOG.info(
                "dag={} run={} was started before, for {}, and isn't started again; if it shall be: caravan dag replay {} {}",
                dag,
                run.run().id(),
                wish.occasion().orElseThrow(),
                dag,
                run.run().id()));
        return before.map(Standing::run);
    }

    private DagRun start(Instant now, Current workflow, String params, Wish wish) {
        DagDefinition dag = workflow.definition();
        Instant at = wish.logicalTime().orElse(now).truncatedTo(ChronoUnit.MICROS);
        Tick tick = dag.timing().isPresent()
                ? timetables.apply(dag).manual(at)
                : new Tick(at, at, DataInterval.at(at), Optional.empty());
        int depth = wish.leader().map(leader -> depth(dag.id(), leader)).orElse(0);
        DagRun run = create(now, wish.by(), workflow, at, tick.interval(), params, depth, wish.note());
        wish.leader().ifPresent(leader -> runs.keepLeader(run, leader));
        return run;
    }

    /** How many runs would have led to one that this one starts. */
    private int depth(String dag, UUID leader) {
        int depth = runs.find(List.of(leader)).stream()
                        .mapToInt(found -> found.run().depth())
                        .max()
                        .orElse(-1)
                + 1;
        if (depth > SubworkflowRun.DEEPEST) {
            throw new RefusedException("Workflow '" + dag + "' was not started: it would be the " + depth
                    + "th run that one run has led to, each by starting the next: " + circle(runs.row(leader), dag)
                    + ". If it is meant to go on for ever, write to: dag:" + dag + "?endless=true.");
        }
        return depth;
    }

    /** From where the workflow was last in the row, or else all of it. */
    private static String circle(List<String> row, String dag) {
        int before = Math.max(0, row.lastIndexOf(dag));
        return String.join(" -> ", row.subList(before, row.size())) + " -> " + dag;
    }

    /** A run that does again what another did, as its workflow is now. */
    DagRun replay(Instant now, String by, Current workflow, DagRun origin) {
        DataInterval interval = new DataInterval(origin.intervalStart(), origin.intervalEnd());
        String params = checked(workflow.definition(), parsed(origin.params()));
        return create(
                now,
                by,
                workflow,
                now.truncatedTo(ChronoUnit.MICROS),
                interval,
                params,
                0,
                "replay of run " + origin.id() + " (" + origin.logicalTime() + ")");
    }

    private DagRun create(
            Instant now,
            String by,
            Current workflow,
            Instant logicalTime,
            DataInterval interval,
            String params,
            int depth,
            @Nullable String note) {
        Instant asked = now.truncatedTo(ChronoUnit.MICROS);
        DagRun run = new DagRun(
                TimeOrderedId.at(now),
                workflow.definition().id(),
                workflow.version(),
                RunKind.MANUAL,
                logicalTime,
                interval.start(),
                interval.end(),
                asked,
                params,
                depth,
                asked);
        NewRun wanted = new NewRun(run, by, null, null, note);
        List<NewRun> made = starter.create(List.of(wanted), now);
        if (made.isEmpty()) {
            throw new RefusedException("Workflow '" + run.dag() + "' has a run of logical time " + logicalTime
                    + runs.at(run.dag(), logicalTime).map(Triggering::text).orElse(" already")
                    + "; nothing was changed. Clear or replay that one, or give another logical time.");
        }
        return made.get(0).run();
    }

    private static String text(Standing run) {
        return " already: " + run.run().id() + " (" + run.state() + ")";
    }

    private static String checked(DagDefinition dag, @Nullable JsonNode params) {
        try {
            return Params.check(dag, params).toString();
        } catch (IllegalArgumentException e) {
            throw new RefusedException("No run was made: " + e.getMessage(), e);
        }
    }

    static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The table holds params that are no JSON: " + json, e);
        }
    }
}
