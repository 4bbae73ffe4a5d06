package io.caravan.dag;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.batch.TimeOrderedId;
import io.caravan.calendar.DataInterval;
import io.caravan.dag.Definitions.Current;
import io.caravan.dag.RunChangeRepository.Standing;
import io.caravan.dag.RunRepository.NewRun;
import io.caravan.database.Database;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes runs by hand, or by a route. Works in the caller's transaction. */
final class Triggering {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Function<DagDefinition, Timetable> timetables;
    private final RunStarter starter;
    private final RunChangeRepository runs;

    Triggering(Database database, RunStarter starter, Function<DagDefinition, Timetable> timetables) {
        this.timetables = timetables;
        this.starter = starter;
        this.runs = new RunChangeRepository(database);
    }

    /**
     * A run of the newest interval that had ended at its logical time.
     *
     * @param by who asked for it
     * @param params an object; null: defaults only
     * @param logicalTime empty: now
     */
    DagRun trigger(
            Instant now,
            String by,
            Current workflow,
            @Nullable JsonNode params,
            Optional<Instant> logicalTime,
            @Nullable String note) {
        DagDefinition dag = workflow.definition();
        Instant at = logicalTime.orElse(now).truncatedTo(ChronoUnit.MICROS);
        Tick tick = dag.timing().isPresent()
                ? timetables.apply(dag).manual(at)
                : new Tick(at, at, DataInterval.at(at), Optional.empty());
        return create(now, by, workflow, at, tick.interval(), checked(dag, params), note);
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
                "replay of run " + origin.id() + " (" + origin.logicalTime() + ")");
    }

    private DagRun create(
            Instant now,
            String by,
            Current workflow,
            Instant logicalTime,
            DataInterval interval,
            String params,
            @Nullable String note) {
        DagRun run = new DagRun(
                TimeOrderedId.at(now),
                workflow.definition().id(),
                workflow.version(),
                RunKind.MANUAL,
                logicalTime,
                interval.start(),
                interval.end(),
                now,
                params,
                0,
                now);
        NewRun wanted = new NewRun(run, by, null, null, note);
        if (starter.create(List.of(wanted), now).isEmpty()) {
            throw new RefusedException("Workflow '" + run.dag() + "' has a run of logical time " + logicalTime
                    + runs.at(run.dag(), logicalTime).map(Triggering::text).orElse(" already")
                    + "; nothing was changed. Clear or replay that one, or give another logical time.");
        }
        return run;
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
