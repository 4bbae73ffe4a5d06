package io.caravan.dag;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.batch.TimeOrderedId;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.DataInterval;
import io.caravan.calendar.Moments;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Params;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.engine.TaskRunners;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunState;
import io.caravan.dag.schedule.Timetable;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs workflows in the foreground, on the calling thread and one task at a time, without a trace among the runs: the routes work for real, their states are kept in memory only. What the engine would
 * share with others, such as the slots of pools, is not taken. For one thread.
 */
public final class Rehearsals {
    private final Database database;
    private final Clock clock;
    private final UnrecordedDefinitions definitions;
    private final TaskRunners runners;
    private final Function<String, BusinessCalendar> calendars;

    Rehearsals(
            Database database,
            Clock clock,
            UnrecordedDefinitions definitions,
            TaskRunners runners,
            Function<String, BusinessCalendar> calendars) {
        this.database = database;
        this.clock = clock;
        this.definitions = definitions;
        this.runners = runners;
        this.calendars = calendars;
    }

    /**
     * What to run.
     *
     * @param params an object; null: the defaults
     * @param logicalTime as {@link Moments} reads it, by the workflow's zone; empty: now
     * @param task the only task to run, as if all before it had succeeded without an output; empty: all
     * @param longestPause no pause between tries, or between a sensor's questions, lasts longer
     * @param timeout after which the run is stopped, and has failed
     */
    public record Request(
            String workflow,
            @Nullable JsonNode params,
            Optional<String> logicalTime,
            Optional<String> task,
            Duration longestPause,
            Optional<Duration> timeout) {}

    /** How it ended. */
    public record Ended(DagRun run, RunState state, List<RehearsedTask> tasks) {
        public Ended {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * Runs a workflow to its end.
     *
     * @throws IllegalArgumentException when there is no such workflow or task, it can't be as it is written, or a param or the logical time is wrong
     * @throws InterruptedException when this thread was interrupted between two tries
     */
    public Ended run(Request request, RehearsalEvents events) throws InterruptedException {
        DagDefinition dag = definitions
                .current(request.workflow())
                .map(Definitions.Current::definition)
                .orElseThrow(() -> new IllegalArgumentException(unknown(request.workflow())));
        request.task().filter(task -> dag.task(task).isEmpty()).ifPresent(task -> {
            throw new IllegalArgumentException("Workflow '" + dag.id() + "' has no task '" + task + "'. Its tasks: "
                    + String.join(
                            ", ", dag.tasks().stream().map(TaskDefinition::id).toList()) + ".");
        });
        String params = Params.check(dag, request.params()).toString();
        Rehearsal.Stage stage = new Rehearsal.Stage(
                database,
                clock,
                definitions,
                runners,
                events,
                request.longestPause(),
                request.timeout()
                        .map(limit -> new Rehearsal.Limit(limit, clock.instant().plus(limit))));
        return new Rehearsal(stage, dag, run(dag, params, request.logicalTime()), request.task()).play();
    }

    private String unknown(String workflow) {
        String names = String.join(", ", definitions.names());
        return "There is no workflow '" + workflow + "'. "
                + (names.isEmpty()
                        ? "No file defines any that can be loaded; see: caravan validate"
                        : "Those that are loaded: " + names + ".");
    }

    private DagRun run(DagDefinition dag, String params, Optional<String> logicalTime) {
        Instant now = clock.instant();
        ZoneId zone = dag.timing().map(Timing::zone).orElse(ZoneOffset.UTC);
        Instant at = logicalTime.map(text -> Moments.parse(text, zone)).orElse(now);
        DataInterval interval = dag.timing()
                .map(timing -> interval(Timetable.of(timing, calendars), at))
                .orElse(DataInterval.at(at));
        return new DagRun(
                TimeOrderedId.at(now),
                dag.id(),
                0,
                RunKind.MANUAL,
                at,
                interval.start(),
                interval.end(),
                now,
                params,
                0,
                now);
    }

    /** A scheduled run's own interval when the time is one's logical time, else the newest that had ended by then. */
    private static DataInterval interval(Timetable timetable, Instant at) {
        return timetable.ofLogicalTimes(at, at, 1).stream()
                .filter(tick -> tick.logicalTime().equals(at))
                .findFirst()
                .orElseGet(() -> timetable.manual(at))
                .interval();
    }

    /** Without chance: a rehearsal goes the same way each time. */
    static RandomGenerator noDice() {
        return () -> 0L;
    }
}
