package io.caravan.dag;

import io.caravan.dag.DagAssembly.Assembled;
import io.caravan.dag.DagAssembly.Surroundings;
import io.caravan.dag.VersionRepository.Recorded;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Mistake;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.WrittenTask;
import io.caravan.dag.engine.DatasetWatches;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workflows that beans and routes of this process define, as versions in the database. A workflow that can't be as it is written keeps its last good version and is told as an {@link ImportError}.
 *
 * <p>Routes come and go one by one, so that a workflow is looked at when they have settled: when {@link #settle} is called, or, in an application that calls it never, a moment after the last change.
 * Thread-safe.
 */
public final class DagCatalog implements Definitions, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DagCatalog.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** By then it is known whether other processes, which seem to have the workflows that this one lacks, were living when it began. */
    private static final Duration OTHERS_KNOWN = Duration.ofMinutes(2);

    private final VersionRepository versions;
    private final ImportErrorRepository importErrors;
    private final RefusedFileRepository refusedFiles;
    private final DatasetWatches watches;
    private final Database database;
    private final Clock clock;
    private final TaskRoutes routes;
    private final Beans beans;
    private final Predicate<String> isCalendar;
    private final ZoneId usualZone;
    private final String node;
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final Map<String, ImportError> errors = new ConcurrentHashMap<>();
    private final Map<String, Current> current = new ConcurrentHashMap<>();
    private final Map<Key, DagDefinition> known = new ConcurrentHashMap<>();
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(DagCatalog::thread);
    private Map<String, Dag> dags = Map.of();
    private Map<String, Pool> pools = Map.of();
    private @Nullable Future<?> waiting;
    private volatile Optional<Duration> quiet = Optional.empty();
    private volatile Loading loading = ALL_THERE;

    private boolean othersLookedAt;
    private @Nullable List<RefusedFile> refusedBefore;

    /** The workflows' and pools' beans, by name. */
    public interface Beans {
        Map<String, Dag> dags();

        Map<String, Pool> pools();
    }

    /** How it goes with the files that beans and routes come from. */
    public interface Loading {
        /** Files are being taken in or out right now: routes may be missing for a moment. */
        boolean isGoingOn();

        /** Of some file nothing runs, as it can't be loaded: what it defines is missing, and nobody meant it to be. */
        boolean isIncomplete();

        /** The files that can't be loaded as they are saved. */
        List<RefusedFile> refused();
    }

    private record Key(String dag, int version) {}

    private static final Loading ALL_THERE = new Loading() {
        @Override
        public boolean isGoingOn() {
            return false;
        }

        @Override
        public boolean isIncomplete() {
            return false;
        }

        @Override
        public List<RefusedFile> refused() {
            return List.of();
        }
    };

    /**
     * @param isCalendar whether there is a calendar of a name
     * @param usualZone of workflows that name none
     * @param node who records versions, for people
     */
    public DagCatalog(
            Database database,
            Clock clock,
            TaskRoutes routes,
            Beans beans,
            Predicate<String> isCalendar,
            ZoneId usualZone,
            String node) {
        this.database = database;
        this.versions = new VersionRepository(database);
        this.importErrors = new ImportErrorRepository(database);
        this.refusedFiles = new RefusedFileRepository(database);
        this.watches = new DatasetWatches(database);
        this.clock = clock;
        this.routes = routes;
        this.beans = beans;
        this.isCalendar = isCalendar;
        this.usualZone = usualZone;
        this.node = node;
        changed.addAll(routes.workflows());
        routes.onChange(this::hasChanged);
    }

    /**
     * Says how it goes with the files. While they are being loaded nothing settles by itself; while one can't be loaded, no workflow counts as gone, and one that has lost tasks keeps its version.
     */
    public void watch(Loading loading) {
        this.loading = loading;
    }

    /** From now on it settles by itself so long after the last change of a route. */
    public void settleAfter(Duration quiet) {
        this.quiet = Optional.of(quiet);
        schedule(quiet);
    }

    /** {@code listener} is told the workflows whose current version is another one, or that are gone, after each settling that changed something. */
    public void onChange(Consumer<Set<String>> listener) {
        listeners.add(listener);
    }

    /** Settles by itself in a moment, if it does that at all: for what is no change of a route. */
    public void settleSoon() {
        quiet.ifPresent(this::schedule);
    }

    private void hasChanged(String workflow) {
        changed.add(workflow);
        quiet.ifPresent(this::schedule);
    }

    private synchronized void schedule(Duration delay) {
        if (waiting != null) {
            waiting.cancel(false);
        }
        try {
            waiting = timer.schedule(this::settleByItself, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Closed while routes changed", e);
        }
    }

    private void settleByItself() {
        if (loading.isGoingOn()) {
            quiet.ifPresent(this::schedule);
            return;
        }
        try {
            settle(false);
        } catch (DatabaseException e) {
            LOG.warn("dag: workflows could not be recorded: {}; trying again in {}", e.getMessage(), RETRY);
            schedule(RETRY);
        } catch (RuntimeException e) {
            LOG.error("dag: workflows could not be looked at; trying again in {}", RETRY, e);
            schedule(RETRY);
        }
    }

    /**
     * Looks at every workflow whose bean or routes have changed, and records what became of it.
     *
     * @param complete whether the beans of this process are all that it will have: then every other workflow of the database is marked as gone, unless another process that lives has it. False: only those that this process has seen go
     * @throws DatabaseException when it can't be recorded; the next call tries again
     */
    public void settle(boolean complete) {
        Set<String> told;
        synchronized (this) {
            told = look(complete);
        }
        if (!told.isEmpty()) {
            listeners.forEach(listener -> listener.accept(told));
        }
    }

    private Set<String> look(boolean complete) {
        Set<String> taken = new TreeSet<>(changed);
        changed.removeAll(taken); // what changes from here on is looked at next
        try {
            return look(complete, taken);
        } catch (RuntimeException e) {
            changed.addAll(taken);
            throw e;
        }
    }

    private Set<String> look(boolean complete, Set<String> taken) {
        Set<String> looked = new TreeSet<>(taken);
        Map<String, Dag> now = new TreeMap<>(beans.dags());
        Map<String, Pool> poolBeans = new TreeMap<>(beans.pools());
        Map<String, Integer> slots = slots(poolBeans);
        now.forEach((name, dag) -> {
            if (dags.get(name) != dag) {
                looked.add(name);
            }
        });
        if (!slots.equals(slots(pools)) || !now.keySet().equals(dags.keySet())) {
            looked.addAll(errors.keySet());
        }
        Set<String> gone = new TreeSet<>(dags.keySet());
        gone.removeAll(now.keySet());
        Map<String, List<Mistake>> mistakes = new TreeMap<>();
        List<Recorded> good = assemble(looked, now, slots, mistakes);
        boolean incomplete = loading.isIncomplete();
        if (incomplete) {
            gone.clear();
            holdBack(good, mistakes);
        }

        List<RefusedFile> refused = loading.refused();
        Set<String> told = database.inTransaction(connection -> {
            recordPools(poolBeans);
            Set<String> moved = record(good);
            importErrors.record(looked, mistakes, complete && !incomplete, node, clock.instant());
            if (!refused.equals(refusedBefore)) {
                refusedFiles.record(node, refused, clock.instant());
            }
            versions.loaded(node, now.keySet());
            boolean all = complete && !incomplete;
            moved.addAll(all ? versions.deactivateAllBut(node, now.keySet()) : versions.deactivate(node, gone));
            if (!moved.isEmpty()) {
                watches.follow();
            }
            return moved;
        });
        if (complete && !othersLookedAt) {
            othersLookedAt = true;
            lookAtOthers(now.keySet());
        }
        if (incomplete) {
            changed.addAll(mistakes.keySet()); // to be looked at again when that file is mended
        }
        refusedBefore = refused;
        dags = now;
        pools = poolBeans;
        gone.forEach(current::remove);
        tellMistakes(looked, mistakes);
        return told;
    }

    private static Map<String, Integer> slots(Map<String, Pool> pools) {
        Map<String, Integer> slots = new TreeMap<>();
        pools.forEach((name, pool) -> slots.put(name, pool.getSlots()));
        return slots;
    }

    /** Only those that are new here: what was set by hand since is not undone by other files. */
    private void recordPools(Map<String, Pool> now) {
        Map<String, Pool> fresh = new TreeMap<>(now);
        fresh.entrySet().removeIf(each -> pools.get(each.getKey()) == each.getValue());
        Set<String> again = new TreeSet<>(fresh.keySet());
        again.retainAll(pools.keySet());
        versions.recordPools(fresh, again);
    }

    /** One that has just died still counts as living; what only it had goes a little later. */
    @SuppressWarnings("FutureReturnValueIgnored") // it tells its own failures
    private void lookAtOthers(Set<String> mine) {
        if (versions.hasOthersThan(mine)) {
            timer.schedule(
                    () -> {
                        try {
                            settle(true);
                        } catch (RuntimeException e) {
                            LOG.warn("dag: workflows that no process has stay as they are for now", e);
                        }
                    },
                    OTHERS_KNOWN.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private List<Recorded> assemble(
            Set<String> looked, Map<String, Dag> now, Map<String, Integer> slots, Map<String, List<Mistake>> mistakes) {
        Surroundings surroundings = Surroundings.of(slots, isCalendar, now::containsKey, usualZone);
        TaskSources sources = new TaskSources(routes);
        List<Recorded> good = new ArrayList<>();
        for (String workflow : looked) {
            Dag dag = now.get(workflow);
            List<WrittenTask> tasks = routes.tasks(workflow);
            if (dag == null && !tasks.isEmpty()) {
                mistakes.put(
                        workflow,
                        tasks.stream()
                                .map(task -> Mistake.ofTask(
                                        task.id(),
                                        "",
                                        "belongs to workflow '" + workflow + "', which no bean defines",
                                        "define it as a bean of type io.caravan.dag.Dag"))
                                .toList());
            } else if (dag != null) {
                Assembled assembled = DagAssembly.of(workflow, dag, tasks, surroundings);
                if (!assembled.mistakes().isEmpty()) {
                    mistakes.put(workflow, assembled.mistakes());
                }
                assembled
                        .definition()
                        .ifPresent(definition -> good.add(Recorded.of(definition, sources.of(workflow, dag))));
            }
        }
        return good;
    }

    /** A task whose file can't be loaded is not one that was taken away. */
    private void holdBack(List<Recorded> good, Map<String, List<Mistake>> mistakes) {
        Map<String, DagDefinition> before = database.inTransaction(
                connection -> versions.current(good.stream().map(Recorded::dag).toList()));
        good.removeIf(each -> {
            List<Mistake> lost = before.containsKey(each.dag())
                    ? Objects.requireNonNull(before.get(each.dag())).tasks().stream()
                            .map(TaskDefinition::id)
                            .filter(task -> each.definition().task(task).isEmpty())
                            .map(task -> Mistake.ofTask(
                                    task,
                                    "",
                                    "is missing, and a file of routes can't be loaded",
                                    "mend that file: ./caravan validate"))
                            .toList()
                    : List.of();
            if (!lost.isEmpty()) {
                mistakes.put(each.dag(), lost);
            }
            return !lost.isEmpty();
        });
    }

    private Set<String> record(List<Recorded> good) {
        Map<String, Integer> recorded = versions.record(good, node, clock.instant());
        Set<String> moved = new TreeSet<>();
        for (Recorded each : good) {
            int version = Objects.requireNonNull(recorded.get(each.dag()));
            Current before = current.get(each.dag());
            if (before == null || before.version() != version) {
                moved.add(each.dag());
            }
            known.put(new Key(each.dag(), version), each.definition());
            current.put(each.dag(), new Current(version, each.definition()));
        }
        return moved;
    }

    private void tellMistakes(Set<String> looked, Map<String, List<Mistake>> mistakes) {
        for (String workflow : looked) {
            List<Mistake> found = mistakes.getOrDefault(workflow, List.of());
            ImportError before = errors.get(workflow);
            if (found.isEmpty()) {
                errors.remove(workflow);
                if (before != null) {
                    LOG.info("dag={} state=IMPORTED (recovered)", workflow);
                }
            } else if (before == null || !before.mistakes().equals(found)) {
                ImportError error = new ImportError(workflow, clock.instant(), found);
                errors.put(workflow, error);
                LOG.error(
                        "dag={} state=IMPORT_ERROR {}{}",
                        workflow,
                        error,
                        current.containsKey(workflow)
                                ? "; its last good version "
                                        + current.get(workflow).version() + " goes on"
                                : "");
            }
        }
    }

    /** The workflows that can't be as they are written, by name. */
    public List<ImportError> importErrors() {
        return List.copyOf(new TreeMap<>(errors).values());
    }

    @Override
    public Optional<DagDefinition> find(String dag, int version) {
        Key key = new Key(dag, version);
        DagDefinition cached = known.get(key);
        if (cached != null) {
            return Optional.of(cached);
        }
        Optional<DagDefinition> read = versions.find(dag, version);
        read.ifPresent(definition -> known.put(key, definition));
        return read;
    }

    @Override
    public Optional<Current> current(String dag) {
        return Optional.ofNullable(current.get(dag))
                .or(() -> versions.newest(dag)
                        .flatMap(version -> find(dag, version).map(definition -> new Current(version, definition))));
    }

    /** What a version of a workflow was made of: YAML. */
    public Optional<String> source(String dag, int version) {
        return versions.source(dag, version);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "caravan-dag-catalog");
        thread.setDaemon(true);
        return thread;
    }
}
