package io.caravan.dedup;

import io.caravan.batch.CanonicalForm;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.ScheduledPollEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Drop records that were seen before, by canonical content, within a window; or receive the duplicates that were dropped.
 *
 * <p>{@code to: dedup:packets?key=car_id,rtc_time,data&window=30m} hands on the batch without the records that were seen; {@code from: dedup:packets} gives
 * the dropped ones, each exactly once for each reader, in batches.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "dedup",
        title = "Dedup",
        syntax = "dedup:repository",
        category = {Category.DATABASE, Category.TRANSFORMATION},
        headersClass = DedupHeaders.class)
public class DedupEndpoint extends ScheduledPollEndpoint {
    @UriPath(
            description =
                    "Name of the repository. All routes and nodes that use one name on one database share its memory; give each kind of"
                            + " record its own")
    @Metadata(required = true)
    private String repository = "";

    @UriParam(
            label = "producer",
            description =
                    "The members of a record that make it the same as another: names or JSON Pointers (/gps/lat), separated by commas. Without"
                            + " it the whole record counts. A member that is absent differs from one that is null; a record that has none of them is not compared"
                            + " and passes")
    private @Nullable String key;

    @UriParam(
            label = "producer",
            defaultValue = "30m",
            description =
                    "For how long a record is remembered, from when it was first seen: a duration such as 30m, 1h30m or 7d, or forever. Seen again"
                            + " at exactly the first time plus the window, it passes. The window belongs to the repository: what was set last holds for all routes")
    private String window = "30m";

    @UriParam(
            label = "producer",
            defaultValue = "exact",
            enums = "exact,rfc8785,text",
            description =
                    "When two numbers are the same. exact: by value (1 = 1.0, and no two integers are merged, however long). rfc8785: as the"
                            + " standard (JCS) says, by rounding to 64-bit floating point, which merges integers beyond 2^53 and so may drop records that differ. text: when"
                            + " they were sent as the same text")
    private String numbers = "exact";

    @UriParam(
            label = "producer",
            defaultValue = "5m",
            description =
                    "Only for batches that are not in a transaction (poll: has one; other routes get it by transacted): for how long their records"
                            + " stay taken when the process is killed before the exchange ends. Longer than the longest exchange, else a duplicate that arrives"
                            + " meanwhile may pass")
    private String lease = "5m";

    @UriParam(
            label = "consumer",
            description =
                    "Under which name it is remembered how far this consumer has read; readers of different names each get every duplicate. By"
                            + " default the id of the route, so give the route an id. A new reader starts with what is dropped from then on")
    private @Nullable String reader;

    @UriParam(
            label = "consumer",
            defaultValue = "1000",
            description = "The most duplicates in one exchange. While there are more, the next one follows at once")
    private int maxRecords = 1000;

    public DedupEndpoint(String uri, Component component) {
        super(uri, component);
        setGreedy(true);
        setDelay(1000);
    }

    @Override
    public Producer createProducer() {
        return new DedupProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        DedupConsumer consumer = new DedupConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    Deduplicator deduplicator() {
        return new Deduplicator(
                settings(),
                duration("lease", lease),
                log(),
                database(),
                clock(),
                DedupComponent.events(getCamelContext()));
    }

    DedupSettings settings() {
        List<String> fields = key == null || key.isBlank() ? List.of() : List.of(key.split(",", -1));
        return new DedupSettings(repository, Window.parse(window), fields, form());
    }

    private CanonicalForm form() {
        for (CanonicalForm form : CanonicalForm.values()) {
            if (form.name().equalsIgnoreCase(numbers)) {
                return form;
            }
        }
        throw new IllegalArgumentException(
                "numbers=%s of %s is unknown; use exact, rfc8785 or text.".formatted(numbers, getEndpointUri()));
    }

    private static Duration duration(String option, String text) {
        Duration duration = Window.duration(text);
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(option + "=" + text + " is too short; give more than zero.");
        }
        return duration;
    }

    DroppedLog log() {
        return ((DedupComponent) getComponent()).log();
    }

    Database database() {
        return DedupComponent.database(getCamelContext());
    }

    Clock clock() {
        return DedupComponent.clock(getCamelContext());
    }

    public String getRepository() {
        return repository;
    }

    public void setRepository(String repository) {
        this.repository = repository;
    }

    public @Nullable String getKey() {
        return key;
    }

    public void setKey(@Nullable String key) {
        this.key = key;
    }

    public String getWindow() {
        return window;
    }

    public void setWindow(String window) {
        this.window = window;
    }

    public String getNumbers() {
        return numbers;
    }

    public void setNumbers(String numbers) {
        this.numbers = numbers;
    }

    public String getLease() {
        return lease;
    }

    public void setLease(String lease) {
        this.lease = lease;
    }

    public @Nullable String getReader() {
        return reader;
    }

    public void setReader(@Nullable String reader) {
        this.reader = reader;
    }

    public int getMaxRecords() {
        return maxRecords;
    }

    public void setMaxRecords(int maxRecords) {
        this.maxRecords = maxRecords;
    }
}
