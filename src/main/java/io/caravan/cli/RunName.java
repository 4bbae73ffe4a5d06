package io.caravan.cli;

import io.caravan.calendar.Moments;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.steering.RunListRepository;
import io.caravan.dag.steering.RunListRepository.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** A run as people name it: a workflow and {@code latest}, a logical time or a day; or the run's id or its beginning, with or without the workflow. */
final class RunName {
    private static final String LATEST = "latest";
    private static final String ID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final String BEGINNING = "[0-9a-fA-F-]{4,36}";
    private static final String DAY = "\\d{4}-\\d{2}-\\d{2}";

    @Parameters(
            index = "0",
            paramLabel = "WORKFLOW",
            description = "Such as rides; or a run's id, or the beginning of one.")
    private String first = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "RUN",
            description =
                    "latest, its logical time (2026-03-01T02:00, by the workflow's clock), its day, its id or the beginning of that.")
    private @Nullable String second;

    /** The workflow, where no run is named. */
    String workflow(DagDesk desk) {
        if (second != null) {
            throw new RefusedException("Name a run or a range of logical times, not both.");
        }
        desk.workflow(first);
        return first;
    }

    /** The run; a workflow alone means its latest. */
    Row orLatest(DagDesk desk) {
        return find(desk, true);
    }

    /** The run; it must be named. */
    Row find(DagDesk desk) {
        return find(desk, false);
    }

    private Row find(DagDesk desk, boolean latest) {
        RunListRepository runs = new RunListRepository(desk.database());
        if (second != null) {
            desk.workflow(first);
            return of(desk, runs, first, second);
        }
        if (!desk.isWorkflow(first) && first.matches(BEGINNING)) {
            return byId(runs, "", first);
        }
        desk.workflow(first);
        if (!latest) {
            throw new RefusedException("Which run of workflow '" + first + "'? Name it: " + first + " latest, " + first
                    + " <logical time>, or its id. See: caravan dag runs " + first);
        }
        return of(desk, runs, first, LATEST);
    }

    private static Row of(DagDesk desk, RunListRepository runs, String dag, String name) {
        if (name.equals(LATEST)) {
            return runs.latest(dag).orElseThrow(() -> new RefusedException("Workflow '" + dag + "' has no runs yet."));
        }
        if (name.matches(DAY)) {
            return ofDay(runs, dag, LocalDate.parse(name), desk.zone(dag));
        }
        Optional<Instant> time = moment(name, desk.zone(dag));
        if (time.isPresent()) {
            return runs.at(dag, time.get())
                    .orElseThrow(() -> new RefusedException("Workflow '" + dag + "' has no run of logical time "
                            + time.get() + ". See: caravan dag runs " + dag));
        }
        if (!name.matches(BEGINNING)) {
            throw new RefusedException(
                    "'" + name
                            + "' names no run; write latest, a logical time such as 2026-03-01T02:00, a day, or four or more characters of its id.");
        }
        return byId(runs, dag, name);
    }

    private static Row ofDay(RunListRepository runs, String dag, LocalDate day, ZoneId zone) {
        Instant from = day.atStartOfDay(zone).toInstant();
        Instant to = day.plusDays(1).atStartOfDay(zone).toInstant().minus(1, ChronoUnit.MICROS);
        List<Row> found = runs.list(dag, List.of(), from, to, 3);
        return only(
                found,
                "Workflow '" + dag + "' has no run of " + day + " (" + Moments.name(zone) + "). See: caravan dag runs "
                        + dag);
    }

    private static Optional<Instant> moment(String text, ZoneId zone) {
        try {
            return Optional.of(Moments.parse(text, zone));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Row byId(RunListRepository runs, String dag, String id) {
        List<Row> found = id.matches(ID) && dag.isEmpty()
                ? runs.find(UUID.fromString(id)).stream().toList()
                : runs.find(dag, id);
        return only(
                found,
                "There is no run " + id + (dag.isEmpty() ? "" : " of workflow '" + dag + "'")
                        + ". See: caravan dag runs");
    }

    private static Row only(List<Row> found, String none) {
        if (found.isEmpty()) {
            throw new RefusedException(none);
        }
        if (found.size() > 1) {
            throw new RefusedException("That is more than one run; name it by more of its id: "
                    + found.stream()
                            .map(run -> run.id() + " (" + run.dag() + " " + run.logicalTime() + ")")
                            .collect(Collectors.joining(", ")));
        }
        return found.get(0);
    }
}
