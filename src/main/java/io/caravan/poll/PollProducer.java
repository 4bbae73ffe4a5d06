package io.caravan.poll;

import io.caravan.batch.Batch;
import io.caravan.batch.CaravanHeaders;
import io.caravan.batch.RawRecord;
import io.caravan.poll.Fetch.Failed;
import io.caravan.poll.Fetch.Fetched;
import io.caravan.poll.Fetch.NotNow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one time window and puts it into the exchange as one batch. Its calls are those that the live streams leave over, so it may wait long; it never
 * moves a stream's cursor.
 */
public class PollProducer extends DefaultProducer {
    private final PollEndpoint endpoint;

    public PollProducer(PollEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        endpoint.getComponent().client(endpoint.stream());
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Instant from = bound(exchange, PollHeaders.FROM, "from", endpoint.getFrom());
        Instant to = bound(exchange, PollHeaders.TO, "to", endpoint.getTo());
        if (!to.isAfter(from)) {
            throw new IllegalArgumentException(
                    "The window of " + endpoint + " from " + from + " to " + to + " is empty; from must be before to.");
        }
        Clock clock = endpoint.clock();
        Batch batch = Batch.of(
                "poll:" + endpoint.stream() + "?from=" + from + "&to=" + to, clock.instant(), window(from, to, clock));
        exchange.getMessage().setBody(batch);
        exchange.getMessage().setHeader(CaravanHeaders.BATCH_ID, batch.id().toString());
        exchange.getMessage().setHeader(CaravanHeaders.BATCH_SOURCE, batch.source());
        exchange.getMessage().setHeader(CaravanHeaders.BACKFILL, true);
        exchange.getMessage().setHeader(PollHeaders.PROVIDER, endpoint.stream().provider());
        exchange.getMessage().setHeader(PollHeaders.STREAM, endpoint.stream().stream());
    }

    private List<RawRecord> window(Instant from, Instant to, Clock clock) throws Exception {
        ProviderClient provider = endpoint.getComponent().client(endpoint.stream());
        TimeWindows window = endpoint.window(provider.provider(), from, to);
        StreamSettings settings =
                endpoint.settings(provider.provider(), clock.instant()).with(window);
        PageFetcher fetcher = new PageFetcher(provider, settings, Purpose.BACKFILL, clock);
        List<RawRecord> records = new ArrayList<>();
        Deadline patience = Deadline.in(Duration.ofMillis(endpoint.getPatience()));
        Cursor cursor = Cursor.START;
        int failures = 0;
        while (!window.isFinished(cursor)) {
            Fetch fetch = fetcher.fetch(cursor);
            if (fetch instanceof Fetched fetched) {
                failures = 0;
                cursor = fetched.advance().next();
                if (fetched.advance().complete()) {
                    records.addAll(fetched.page().records());
                }
                if (records.size() > endpoint.getMaxRecords()) {
                    throw new PollFailedException("The window of " + endpoint.stream() + " from " + from + " to " + to
                            + " has more than maxRecords, " + endpoint.getMaxRecords()
                            + ". Nothing of it was passed on. Fetch it in smaller windows, or raise maxRecords.");
                }
            } else if (fetch instanceof NotNow notNow) {
                pause(notNow.pause(), patience, from, to);
            } else if (fetch instanceof Failed failed) {
                failures++;
                if (failures > endpoint.getBadPageRetries()
                        || isFinal(failed.failure().kind())) {
                    throw failed.failure();
                }
                Duration backoff = Backoff.after(failed.failure().kind()).wait(failures, ThreadLocalRandom.current());
                pause(failed.failure().askedToWait().orElse(backoff), patience, from, to);
            }
        }
        return records;
    }

    private static boolean isFinal(ErrorKind kind) {
        return kind == ErrorKind.UNAUTHORIZED || kind == ErrorKind.REFUSED;
    }

    private void pause(Duration pause, Deadline patience, Instant from, Instant to) throws Exception {
        if (patience.elapsed().plus(pause).compareTo(patience.within()) > 0) {
            throw new PollFailedException(
                    "The window of " + endpoint.stream() + " from " + from + " to " + to
                            + " could not be fetched within "
                            + patience.within().toSeconds()
                            + " s: the live streams and the budget leave too few calls. Nothing of it was passed on. Try again later, or raise patience.");
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(pause.toNanos(), 1_000_000));
    }

    private Instant bound(Exchange exchange, String header, String option, @Nullable String text) {
        Object value = exchange.getMessage().getHeader(header);
        if (value instanceof Instant instant) {
            return instant;
        }
        String written = value != null ? value.toString() : text;
        if (written == null) {
            throw new IllegalArgumentException(endpoint + " needs the window to fetch: set the option " + option
                    + " or the header " + header + " to an instant such as 2026-01-31T00:00:00Z.");
        }
        return PollEndpoint.instant(option, written);
    }
}
