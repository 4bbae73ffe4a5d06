package io.caravan.poll;

import io.caravan.batch.Batch;
import io.caravan.batch.CaravanHeaders;
import io.caravan.batch.LogContext;
import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordTime;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import io.caravan.database.TransactedRoute;
import io.caravan.poll.Fetch.Failed;
import io.caravan.poll.Fetch.Fetched;
import io.caravan.poll.Fetch.NotNow;
import io.caravan.poll.PollDecision.Reason;
import io.caravan.poll.PollDecision.Wait;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.LoggingExceptionHandler;
import org.apache.camel.support.ScheduledPollConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls one stream: asks {@link PollPlan} what to do, fetches a page, lets the route process it in one transaction with the cursor, and goes on at once while more waits behind the
 * page. Camel's scheduler only wakes it; while the plan says wait, a wake-up costs nothing. One thread polls and processes, another one fetches ahead.
 */
public class PollConsumer extends ScheduledPollConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(PollConsumer.class);

    /** A wait below this is waited for on the spot, a longer one by returning to the scheduler. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    /** How soon an operator's {@code resume} or {@code switch}, made on whatever node, is noticed. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final PollEndpoint endpoint;
    private final StreamName name;

    /** Held from a page's first step to its commit. */
    private final Lock pageInHand = new ReentrantLock();

    private @Nullable Parts parts;
    private @Nullable Ahead ahead;
    private @Nullable Fetched unprocessed;
    private @Nullable NotBefore limit;
    private Instant quietUntil = Instant.MIN;
    private volatile @Nullable Throwable trouble;
    private volatile int failures;

    /** What the consumer works with while it runs. */
    private record Parts(
            ProviderClient client,
            StreamSettings settings,
            Database database,
            StreamRepository streams,
            RejectedPageRepository rejected,
            StreamFailures failing,
            PageFetcher fetcher,
            PollPlan plan,
            Clock clock,
            ExecutorService fetching,
            Future<?> heartbeat,
            String node,
            Duration lease) {}

    /** A page that is being fetched while the one before it is processed. */
    private record Ahead(Cursor cursor, Future<Fetch> page) {}

    public PollConsumer(PollEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.name = endpoint.stream();
        setExceptionHandler(new PlainExceptionHandler());
    }

    /** A failure of a provider is no bug: its message says all, a stack trace would hide it. */
    private final class PlainExceptionHandler extends LoggingExceptionHandler {
        PlainExceptionHandler() {
            super(endpoint.getCamelContext(), PollConsumer.class);
        }

        @Override
        public void handleException(@Nullable String message, @Nullable Exchange exchange, Throwable exception) {
            if (exception instanceof PollFailedException) {
                LOG.warn("poll={} state=FAILED {}", name, exception.getMessage());
            } else {
                super.handleException(message, exchange, exception);
            }
        }
    }

    @Override
    protected void doStart() throws Exception {
        PollComponent component = endpoint.getComponent();
        ProviderClient client = component.client(name);
        Clock clock = endpoint.clock();
        StreamSettings settings = endpoint.settings(client.provider(), clock.instant());
        Database database = component.database();
        StreamRepository streams = new StreamRepository(database);
        RejectedPageRepository rejected = new RejectedPageRepository(database);
        Duration lease = Duration.ofMillis(endpoint.getLease());
        String node = component.nodeName();
        Future<?> heartbeat = component
                .timer()
                .scheduleWithFixedDelay(
                        () -> beat(streams, node, lease),
                        lease.toMillis() / 3,
                        lease.toMillis() / 3,
                        TimeUnit.MILLISECONDS);
        parts = new Parts(
                client,
                settings,
                database,
                streams,
                rejected,
                new StreamFailures(
                        name,
                        client,
                        streams,
                        rejected,
                        BadPagePolicy.of(endpoint.getOnBadPage()),
                        endpoint.getBadPageRetries()),
                new PageFetcher(client, settings, Purpose.LIVE, clock),
                endpoint.plan(client.provider()),
                clock,
                endpoint.getCamelContext()
                        .getExecutorServiceManager()
                        .newSingleThreadExecutor(this, "poll-ahead-" + name),
                heartbeat,
                node,
                lease);
        quietUntil = Instant.MIN;
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        drain();
        super.doStop();
        Parts running = parts;
        if (running != null) {
            parts = null;
            running.heartbeat().cancel(false);
            endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(running.fetching());
            release(running);
        }
        ahead = null;
        unprocessed = null;
    }

    /** Camel itself waits for the route's last step, and interrupts this thread before the commit. */
    private void drain() throws InterruptedException {
        ShutdownStrategy shutdown = endpoint.getCamelContext().getShutdownStrategy();
        long patience = shutdown.isTimeoutOccurred() ? 0 : shutdown.getTimeout();
        if (pageInHand.tryLock(patience, shutdown.getTimeUnit())) {
            pageInHand.unlock();
        } else {
            LOG.warn(
                    "poll={} stopped before its page was committed. The page is fetched again at the next start.",
                    name);
        }
    }

    private void release(Parts running) {
        try {
            running.streams().release(name, running.node());
        } catch (RuntimeException e) {
            LOG.warn(
                    "poll={} could not be released: {}. Another node takes it over when the lease ends.",
                    name,
                    e.getMessage());
        }
    }

    private void beat(StreamRepository streams, String node, Duration lease) {
        try {
            streams.renew(name, node, lease);
        } catch (RuntimeException e) {
            LOG.warn(
                    "poll={} lease could not be renewed: {}. It is tried again in {} ms.",
                    name,
                    e.getMessage(),
                    lease.toMillis() / 3);
        }
    }

    @Override
    protected int poll() throws Exception {
        Parts running = parts;
        if (running == null || running.clock().instant().isBefore(quietUntil)) {
            return 0;
        }
        Optional<StreamState> claimed = claim(running);
        if (claimed.isEmpty()) {
            forget();
            return quiet(running, running.lease().dividedBy(3));
        }
        StreamState state = claimed.get();
        if (state.haltedReason().isPresent()) {
            troubled(new PollFailedException(state.haltedReason().get()), Math.max(1, state.failures()));
            return quiet(running, LOOK_AGAIN);
        }
        try {
            return poll(running, state);
        } catch (StaleStreamException e) {
            LOG.info("poll={} {}", name, e.getMessage());
            forget();
            return 0;
        } catch (DatabaseException e) {
            quiet(running, LOOK_AGAIN);
            throw e;
        }
    }

    private Optional<StreamState> claim(Parts running) {
        try {
            return running.streams()
                    .claim(
                            name,
                            running.node(),
                            running.lease(),
                            running.clock().instant());
        } catch (DatabaseException e) {
            quiet(running, LOOK_AGAIN);
            throw e;
        }
    }

    private int poll(Parts running, StreamState claimed) throws Exception {
        StreamState state = claimed;
        int polled = 0;
        while (isPollAllowed()) {
            Fetch fetch = next(running, state);
            if (fetch == null) {
                return polled;
            } else if (fetch instanceof NotNow notNow) {
                limit = new NotBefore(running.clock().instant().plus(remembered(notNow)), notNow.reason());
            } else if (fetch instanceof Failed failed) {
                throw troubled(
                        running.failing().call(failed, state, running.settings().pagination()), state.failures() + 1);
            } else if (fetch instanceof Fetched page) {
                Optional<StreamState> moved = unlessStopped(running, state, page);
                if (moved.isPresent()) {
                    state = moved.get();
                    polled += page.page().records().size();
                }
            }
        }
        return polled;
    }

    /** Of a pause that an operator may end it is asked again soon. */
    private static Duration remembered(NotNow notNow) {
        boolean mayBeEnded = notNow.reason() == Reason.BACKOFF || notNow.reason() == Reason.ASKED_BY_PROVIDER;
        return mayBeEnded && notNow.pause().compareTo(LOOK_AGAIN) > 0 ? LOOK_AGAIN : notNow.pause();
    }

    /** A stop waits for the page that is being processed and begins no other; a resumed route begins with that. */
    private Optional<StreamState> unlessStopped(Parts running, StreamState state, Fetched page) throws Exception {
        pageInHand.lock();
        try {
            if (!isPollAllowed()) {
                unprocessed = page;
                return Optional.empty();
            }
            StreamState moved = commit(running, state, page);
            limit = null;
            trouble = null;
            failures = 0;
            return Optional.of(moved);
        } finally {
            pageInHand.unlock();
        }
    }

    /** The next page: the one that couldn't be processed, the one fetched ahead, or a new call when the plan says so; null when it says wait. */
    private @Nullable Fetch next(Parts running, StreamState state) throws InterruptedException {
        Fetched again = unprocessed;
        boolean processAgain = again != null && again.cursor().equals(state.cursor());
        Ahead fetched = ahead;
        if (!processAgain && fetched != null && fetched.cursor().equals(state.cursor())) {
            ahead = null;
            return await(fetched);
        }
        PollDecision decision = processAgain
                ? retry(running, state)
                : running.plan().next(running.clock().instant(), state.history(), obstacles(state));
        if (decision instanceof Wait wait) {
            return waits(running, wait) ? null : new NotNow(Duration.ZERO, wait.reason());
        }
        unprocessed = null;
        return processAgain ? again : running.fetcher().fetch(state.cursor());
    }

    /** A page that is here already needs no call, only that its backoff is over. */
    private static PollDecision retry(Parts running, StreamState state) {
        Instant now = running.clock().instant();
        return state.retryAt()
                .filter(at -> at.isAfter(now))
                .<PollDecision>map(at -> new Wait(Duration.between(now, at), Reason.BACKOFF, Duration.ZERO))
                .orElseGet(PollDecision.Call::new);
    }

    private static Fetch await(Ahead fetched) throws InterruptedException {
        try {
            return fetched.page().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Fetching ahead failed: " + e.getCause(), e);
        }
    }

    private List<NotBefore> obstacles(StreamState state) {
        List<NotBefore> obstacles = new ArrayList<>(2);
        state.retryAt().ifPresent(at -> obstacles.add(new NotBefore(at, Reason.BACKOFF)));
        if (limit != null) {
            obstacles.add(limit);
        }
        return obstacles;
    }

    /** Waits on the spot or leaves it to the scheduler; the answer is whether to leave. */
    private boolean waits(Parts running, Wait wait) throws InterruptedException {
        running.client()
                .tell(listener ->
                        listener.waiting(new PollEvents.Waiting(name, wait.duration(), wait.reason(), wait.lateBy())));
        if (wait.duration().compareTo(SHORT) <= 0) {
            TimeUnit.NANOSECONDS.sleep(wait.duration().toNanos());
            return false;
        }
        boolean mayBeResumed =
                wait.reason() == Reason.BACKOFF && wait.duration().compareTo(LOOK_AGAIN) > 0;
        quiet(running, mayBeResumed ? LOOK_AGAIN : wait.duration());
        return true;
    }

    /** Processes a page and moves the cursor behind it, all in one transaction, while the page after it is fetched. */
    private StreamState commit(Parts running, StreamState state, Fetched fetched) throws Exception {
        Cursor next = fetched.advance().next();
        boolean isAhead = ahead != null && ahead.cursor().equals(next);
        if (fetched.advance().more() && endpoint.isPrefetch() && !isAhead) {
            ahead = new Ahead(
                    next, running.fetching().submit(() -> running.fetcher().fetch(next)));
        }
        List<RawRecord> records = fetched.advance().complete() ? fetched.page().records() : List.of();
        PollHistory history = state.history().after(fetched.call());
        Optional<Instant> newest = newest(running, records);
        try {
            long version = running.database().inTransaction(connection -> {
                if (!records.isEmpty()) {
                    process(records, running);
                }
                if (state.failures() > 0) {
                    running.rejected().settle(name, state.version(), "RECOVERED");
                }
                long moved = running.streams()
                        .advance(name, state.version(), next, history, records.size(), newest.orElse(null));
                running.database().afterCommit(() -> told(running, records.size(), newest, history));
                return moved;
            });
            return new StreamState(next, version, history, 0, Optional.empty(), Optional.empty());
        } catch (StaleStreamException e) {
            throw e;
        } catch (Exception e) {
            unprocessed = fetched;
            throw troubled(running.failing().processing(e), state.failures() + 1);
        }
    }

    private void process(List<RawRecord> records, Parts running) throws Exception {
        Batch batch = Batch.of("poll:" + name, running.clock().instant(), records);
        Exchange exchange = createExchange(false);
        exchange.getIn().setBody(batch);
        exchange.getIn().setHeader(CaravanHeaders.BATCH_ID, batch.id().toString());
        exchange.getIn().setHeader(CaravanHeaders.BATCH_SOURCE, batch.source());
        exchange.getIn().setHeader(PollHeaders.PROVIDER, name.provider());
        exchange.getIn().setHeader(PollHeaders.STREAM, name.stream());
        LogContext context = LogContext.enter().batch(batch).route(getRouteId());
        try {
            TransactedRoute.process(exchange, getProcessor());
        } finally {
            context.leave();
            releaseExchange(exchange, false);
        }
    }

    private Optional<Instant> newest(Parts running, List<RawRecord> records) {
        return running.settings()
                .recordTime()
                .flatMap(time -> records.stream()
                        .filter(RawRecord::isGood)
                        .flatMap(record -> RecordTime.of(record.value().at(time)).stream())
                        .max(Instant::compareTo));
    }

    private void told(Parts running, int records, Optional<Instant> newest, PollHistory history) {
        Instant now = running.clock().instant();
        double fill = Math.min(1, (double) records / running.settings().pageSize());
        Optional<Duration> lag = newest.map(at -> Duration.between(at, now));
        running.client()
                .tell(listener -> listener.pageCommitted(
                        new PollEvents.PageCommitted(name, records, fill, lag, history.expectedBacklog(now))));
    }

    private PollFailedException troubled(PollFailedException failure, int inARow) {
        trouble = failure;
        failures = inARow;
        return failure;
    }

    private int quiet(Parts running, Duration pause) {
        quietUntil = running.clock().instant().plus(pause);
        return 0;
    }

    private void forget() {
        ahead = null;
        unprocessed = null;
        limit = null;
    }

    /** For the health check: a stream in backoff or halted stays in trouble until its next page. */
    @Override
    protected @Nullable Throwable getLastError() {
        return trouble != null ? trouble : super.getLastError();
    }

    @Override
    public long getErrorCounter() {
        return trouble != null ? Math.max(failures, super.getErrorCounter()) : super.getErrorCounter();
    }
}
