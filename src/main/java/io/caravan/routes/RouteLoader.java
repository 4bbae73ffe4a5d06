package io.caravan.routes;

import io.caravan.routes.RouteFileStatus.State;
import io.caravan.routes.RouteFolders.Content;
import io.caravan.routes.RouteFolders.Look;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps a started Camel context in step with folders of YAML: loads every file at start, and from then on each file that was saved, added or deleted, within two
 * seconds. A file that does not load is reported and leaves its last good version running and every other file alone.
 *
 * <p>A change is looked at twice before it is believed, so that a half-written file is no news. Start and reload are one path. {@link #statuses()} may be called
 * from any thread; {@link #scan()} is called by one thread of our own, or by a test.
 */
public final class RouteLoader implements AutoCloseable {
    /** How long routes that are swapped or removed may take to finish what they are working on. */
    public static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

    /** Ids of routes that exist for a moment, never started, while a file is tried, start so: metrics and events leave them out. */
    public static final String TRIAL_PREFIX = Trial.PREFIX;

    private static final Logger LOG = LoggerFactory.getLogger(RouteLoader.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final Duration RETRY_EVERY = Duration.ofSeconds(30);
    private static final int LOOKS_TO_BELIEVE = 2;

    /** More files than this that are taken in at once are told in one line, not in one each. */
    private static final int MANY = 100;

    /** So many of them are taken in together. */
    private static final int TOGETHER = 50;

    private static final int LOOKS_TO_BELIEVE_EMPTY = 6;

    private final CamelContext context;
    private final RouteFolders folders;
    private final Clock clock;
    private final RouteSwitch routes;
    private final Map<Path, Seen> seen = new HashMap<>();
    private final Map<Path, RouteFileStatus> statuses = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(RouteLoader::thread);
    private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean working;
    private boolean started;

    /** Loads nothing yet; {@code context} must be started when {@link #start()} is called. {@code folders} are read in their order at start. */
    public RouteLoader(CamelContext context, List<Path> folders, Clock clock) {
        this(context, folders, clock, List.of());
    }

    /** {@code checks} are asked before a file is taken in. */
    public RouteLoader(CamelContext context, List<Path> folders, Clock clock, List<RouteFileCheck> checks) {
        this(context, folders, clock, checks, DRAIN_LIMIT);
    }

    RouteLoader(CamelContext context, List<Path> folders, Clock clock, Duration drainLimit) {
        this(context, folders, clock, List.of(), drainLimit);
    }

    private RouteLoader(
            CamelContext context, List<Path> folders, Clock clock, List<RouteFileCheck> checks, Duration drainLimit) {
        this.context = context;
        this.folders = new RouteFolders(folders);
        this.clock = clock;
        this.routes = new RouteSwitch(context, new Drain(context, drainLimit), checks);
    }

    /** Loads all files, registers the health check, then watches the folders. Returns when each file has been loaded or refused. */
    public void start() {
        registerHealthCheck();
        scan();
        scheduleNext(LOOK_EVERY);
    }

    /** How each file stands, in the order of their paths; a deleted file is gone from here, too. */
    public Collection<RouteFileStatus> statuses() {
        return statuses.values().stream()
                .sorted(Comparator.comparing(RouteFileStatus::path))
                .toList();
    }

    /** Whether files are being taken in or out right now, so that routes may be missing for a moment. */
    public boolean isWorking() {
        return working;
    }

    /** Whether of some file nothing runs, as it can't be loaded. */
    public boolean isIncomplete() {
        return statuses.values().stream().anyMatch(status -> status.state() == State.FAILED);
    }

    /** Stops watching; routes and beans go with their context. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(DRAIN_LIMIT.toSeconds() * 2, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Looks at the folders once and acts on what has changed. True when there is nothing that another look soon would settle. The first look believes what it sees.
     */
    synchronized boolean scan() {
        Look look = folders.look();
        look.files().keySet().forEach(this::seen);
        boolean settled = true;
        List<Path> due = new ArrayList<>();
        for (Map.Entry<Path, Seen> each : seen.entrySet()) {
            Path path = each.getKey();
            Content content = look.files().get(path);
            if (content == null && look.knowsNothingOf(path)) {
                continue;
            }
            Seen file = each.getValue();
            file.see(content);
            if (file.isNews() && (file.isBelievable() || !started)) {
                due.add(path);
            } else {
                settled &= !file.isNews();
            }
        }
        due.sort(null);
        boolean first = !started;
        started = true;
        working = true;
        try {
            act(due, first);
        } finally {
            working = false;
        }
        return settled;
    }

    /** Deletions first, as a file may need an id that another gives up. */
    private void act(List<Path> due, boolean first) {
        Set<Path> waiting = new LinkedHashSet<>();
        due.stream().filter(this::isDeleted).forEach(waiting::add);
        waiting.addAll(due);
        waiting.addAll(retries(!due.isEmpty()));
        routes.expect(texts(waiting));
        List<Path> refused = first || waiting.size() > MANY ? attemptAndSumUp(waiting) : attempt(waiting, false);
        refused.forEach(this::tellRefused);
        if (!waiting.isEmpty()) {
            boolean allLoaded = statuses.values().stream().allMatch(RouteFileStatus::isLoaded);
            listeners.forEach(listener -> listener.accept(allLoaded));
        }
    }

    private List<Path> attemptAndSumUp(Collection<Path> files) {
        LOG.info("routes files={} state=LOADING", files.size());
        Instant begin = clock.instant();
        List<Path> refused = attempt(files, files.size() > MANY);
        LOG.info(
                "routes files={} state=LOADED refused={} seconds={}",
                files.size() - refused.size(),
                refused.size(),
                Duration.between(begin, clock.instant()).toMillis() / 1e3);
        return refused;
    }

    /** For as long as one more loads: a file may need a bean of another, or an id that a changed one gives up. Returns the refused ones. */
    private List<Path> attempt(Collection<Path> files, boolean many) {
        List<Path> waiting = many ? attemptTogether(files) : List.copyOf(files);
        boolean progress = true;
        while (progress && !waiting.isEmpty()) {
            List<Path> refused =
                    waiting.stream().filter(path -> !attempt(path, many)).toList();
            progress = refused.size() < waiting.size();
            waiting = refused;
        }
        return waiting;
    }

    /** {@code listener} is called after each look that took files in or out or refused some, in the thread that looked; it is told whether everything that the folders hold is loaded now. */
    public void onSettled(Consumer<Boolean> listener) {
        listeners.add(listener);
    }

    /** Those that are there in groups, as far as they can. Returns the others. */
    private List<Path> attemptTogether(Collection<Path> files) {
        List<Path> others = new ArrayList<>();
        List<Path> there = new ArrayList<>();
        for (Path path : files) {
            if (!isDeleted(path)) {
                there.add(path);
            } else if (!attempt(path, true)) {
                others.add(path);
            }
        }
        for (int from = 0; from < there.size(); from += TOGETHER) {
            List<Path> group = there.subList(from, Math.min(there.size(), from + TOGETHER));
            Set<Path> loaded = routes.loadTogether(texts(group));
            for (Path path : group) {
                if (loaded.contains(path)) {
                    Seen file = seen(path);
                    file.attempted(clock.instant());
                    file.refusal = null;
                    tellLoaded(path, true);
                } else {
                    others.add(path);
                }
            }
        }
        return others;
    }

    private Map<Path, String> texts(Collection<Path> paths) {
        Map<Path, String> texts = new LinkedHashMap<>();
        for (Path path : paths) {
            Content content = seen(path).now;
            if (content != null && content.isReadable() && !content.isEmpty()) {
                texts.put(path, content.text());
            }
        }
        return texts;
    }

    private boolean isDeleted(Path path) {
        return seen(path).now == null;
    }

    private Seen seen(Path path) {
        return seen.computeIfAbsent(path, p -> new Seen());
    }

    /** Refused files whose reason may have gone: with another file's change, or with time when nothing of them runs. */
    private List<Path> retries(boolean somethingChanged) {
        Instant now = clock.instant();
        List<Path> retries = new ArrayList<>();
        seen.forEach((path, file) -> {
            if (file.refusal != null && !file.isNews() && file.isRetriable(routes.runs(path), somethingChanged, now)) {
                retries.add(path);
            }
        });
        retries.sort(null);
        return retries;
    }

    private boolean attempt(Path path, boolean many) {
        Seen file = seen(path);
        file.attempted(clock.instant());
        try {
            Content content = file.now;
            if (content == null) {
                routes.unload(path);
                tellRemoved(path);
            } else {
                load(path, content);
                tellLoaded(path, many);
            }
            file.refusal = null;
            return true;
        } catch (Refusal e) {
            LOG.debug("Refused {}", path, e);
            file.refusal = e;
            return false;
        }
    }

    private void load(Path path, Content content) throws Refusal {
        if (!content.isReadable()) {
            throw refusal(new Problem(
                    path, 0, "The file cannot be read: " + content.unreadable(), "let Caravan's user read it"));
        }
        if (content.isEmpty()) {
            throw refusal(new Problem(
                    path, 0, "The file is empty", "write routes into it, or delete it if its routes shall go"));
        }
        routes.load(path, content.text());
    }

    private static Refusal refusal(Problem problem) {
        return new Refusal(List.of(problem), false, new IllegalStateException(problem.what()));
    }

    private void tellRemoved(Path path) {
        seen.remove(path);
        if (statuses.remove(path) != null) {
            LOG.info("routes file={} state=REMOVED", path);
        }
    }

    private void tellLoaded(Path path, boolean many) {
        RouteFileStatus status =
                new RouteFileStatus(path, State.LOADED, clock.instant(), List.of(), routes.routeIds(path));
        RouteFileStatus before = statuses.put(path, status);
        String recovered = before == null || before.isLoaded() ? "" : " (recovered)";
        LOG.atLevel(many && recovered.isEmpty() ? Level.DEBUG : Level.INFO)
                .log("routes file={} state=LOADED{} routes={}", path, recovered, status.routeIds());
    }

    private void tellRefused(Path path) {
        Refusal refusal = seen(path).refusal;
        List<Problem> problems = refusal == null ? List.of() : refusal.problems();
        State state = routes.runs(path) ? State.LAST_GOOD : State.FAILED;
        RouteFileStatus before = statuses.get(path);
        if (before != null && before.state() == state && before.problems().equals(problems)) {
            return;
        }
        statuses.put(path, new RouteFileStatus(path, state, clock.instant(), problems, routes.routeIds(path)));
        LOG.error(
                "routes file={} state={} {}",
                path,
                state,
                String.join(" | ", problems.stream().map(Problem::toString).toList()));
    }

    private void registerHealthCheck() {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry != null) {
            registry.register(new RouteFilesHealthCheck(this));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what it runs tells its own failures
    private void scheduleNext(Duration delay) {
        try {
            thread.schedule(this::scanAndScheduleNext, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Closed while looking", e);
        }
    }

    /** Whatever goes wrong, the watching goes on. */
    private void scanAndScheduleNext() {
        boolean settled = true;
        try {
            settled = scan();
        } catch (RuntimeException e) {
            LOG.error("Could not look at the route files; trying again", e);
        } finally {
            scheduleNext(settled ? LOOK_EVERY : LOOK_AGAIN);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "caravan-routes");
        thread.setDaemon(true);
        return thread;
    }

    /** What the looks at one file have shown. */
    private static final class Seen {
        private @Nullable Content now;
        private int looks;
        private @Nullable Content acted;
        private boolean everActed;
        private Instant actedAt = Instant.EPOCH;
        private @Nullable Refusal refusal;

        void see(@Nullable Content content) {
            looks = looks > 0 && Objects.equals(content, now) ? looks + 1 : 1;
            now = content;
        }

        boolean isNews() {
            return !everActed || !Objects.equals(now, acted);
        }

        boolean isBelievable() {
            return looks >= (now != null && now.isEmpty() ? LOOKS_TO_BELIEVE_EMPTY : LOOKS_TO_BELIEVE);
        }

        void attempted(Instant at) {
            acted = now;
            everActed = true;
            actedAt = at;
        }

        /** A try that stops what runs is not repeated unasked. */
        boolean isRetriable(boolean runs, boolean somethingChanged, Instant at) {
            boolean free = refusal != null && !(refusal.isAfterStop() && runs);
            return free && (somethingChanged || (!runs && !at.isBefore(actedAt.plus(RETRY_EVERY))));
        }
    }
}
