package io.caravan.cli;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.dag.RefusedFile;
import io.caravan.dag.RefusedFileRepository;
import io.caravan.dag.StoredDefinitions;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions.Current;
import io.caravan.dag.engine.WorkerRepository;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.schedule.Timetable;
import io.caravan.dag.steering.Backfills;
import io.caravan.dag.steering.DagOperations;
import io.caravan.dag.steering.WorkflowListRepository;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code caravan dag} works with: workflows as the database has them, whether a service runs or not. Opened when a command first asks. For one thread. */
public final class DagDesk {
    private final Supplier<Database> opened;
    private final Function<String, BusinessCalendar> calendars;
    private final Clock clock;
    private @Nullable StoredDefinitions definitions;

    /** @param calendars the calendar of a name; throws IllegalArgumentException, naming the known ones, for any other */
    public DagDesk(Supplier<Database> database, Function<String, BusinessCalendar> calendars, Clock clock) {
        this.opened = database;
        this.calendars = calendars;
        this.clock = clock;
    }

    Database database() {
        return opened.get();
    }

    Instant now() {
        return clock.instant();
    }

    DagOperations operations() {
        return new DagOperations(database(), clock, definitions(), this::timetable);
    }

    Backfills backfills() {
        return new Backfills(database(), clock, definitions(), this::timetable);
    }

    StoredDefinitions definitions() {
        if (definitions == null) {
            definitions = new StoredDefinitions(database());
        }
        return definitions;
    }

    /** @throws RefusedException naming the known ones when there is no such workflow */
    Current workflow(String dag) {
        return definitions().current(dag).orElseThrow(() -> {
            String known = String.join(
                    ", ",
                    new WorkflowListRepository(database())
                            .list().stream()
                                    .map(WorkflowListRepository.Row::dag)
                                    .toList());
            return new RefusedException("There is no workflow '" + dag + "'. "
                    + (known.isEmpty()
                            ? "There are none: they are recorded when a service loads their files."
                            : "There are: " + known)
                    + refused());
        });
    }

    /** Perhaps one of these defines what is missed. */
    private String refused() {
        String files = new RefusedFileRepository(database())
                .list().stream().map(RefusedFile::file).distinct().collect(Collectors.joining(", "));
        return files.isEmpty() ? "" : "; can't be loaded: " + files + " (caravan dag list says why)";
    }

    /** Whoever waits for a run shall know when nobody is there to do it. */
    void tellUnlessServed(Consumer<String> say) {
        if (new WorkerRepository(database()).count() == 0) {
            say.accept("No service runs on this database, so nothing begins until one does: caravan run");
        }
    }

    boolean isWorkflow(String dag) {
        return definitions().current(dag).isPresent();
    }

    /** By whose clock people write times of a workflow. */
    ZoneId zone(String dag) {
        return definitions()
                .current(dag)
                .flatMap(current -> current.definition().timing())
                .map(timing -> timing.zone())
                .orElse(ZoneOffset.UTC);
    }

    private Timetable timetable(DagDefinition dag) {
        return timing(dag)
                .orElseThrow(() -> new RefusedException(
                        "Workflow '" + dag.id() + "' has no schedule: it runs by hand or when datasets are updated."));
    }

    Optional<Timetable> timing(DagDefinition dag) {
        return dag.timing().map(timing -> Timetable.of(timing, calendars));
    }

    /**
     * When a workflow's runs are due, by its newest version.
     *
     * @throws RefusedException when there is no such workflow, or it has no schedule
     */
    public Timetable timetableOf(String workflow) {
        return timetable(workflow(workflow).definition());
    }
}
