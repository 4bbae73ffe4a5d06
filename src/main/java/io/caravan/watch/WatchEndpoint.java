package io.caravan.watch;

import io.caravan.batch.RecordTime;
import io.caravan.batch.RecordTime.Unit;
import io.caravan.watch.arrivals.ArrivalOptions;
import io.caravan.watch.arrivals.RecordField;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Count what arrives of fleets and their vehicles, and be told when they fall silent, and why.
 *
 * <p>Counts the records that the batch holds when it gets here, in the batch's transaction: directly behind its source, all of them; behind {@code dedup:}, only new ones, so that a provider that
 * repeats old packets doesn't look alive; behind {@code load:} the same ones as before it, rejected records and rows that were there already too. Stand it last, since fleets that batches share
 * are locked until the batch commits.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "watch",
        title = "Watch",
        syntax = "watch:what",
        category = {Category.MONITORING},
        headersClass = WatchHeaders.class)
public class WatchEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {
    @UriPath(
            description =
                    "arrivals: to: counts the packets of fleets. events: from: is told of silent and otherwise troubled fleets. expect: to: says that silence of a fleet is expected")
    @Metadata(required = true)
    private final WatchWhat what;

    @UriParam(
            label = "producer",
            description =
                    "Where a record names its fleet: a JSON pointer (/fleet_id, /device/fleet), the name of a field at the top (fleet_id), or, for a stream of one fleet, its name in single quotes ('acme-nl'). A fleet is known as <provider>/<fleet>, and appears with its first packet. expect: which fleet, in the simple language: such as acme/north, or many with *")
    private String fleet = "";

    @UriParam(
            label = "producer",
            description =
                    "Where a record names its vehicle, as a JSON pointer or a field's name. Without it, vehicles aren't counted and none can be missed")
    private @Nullable String vehicle;

    @UriParam(
            label = "producer",
            description =
                    "Where a record bears its time, as a JSON pointer or a field's name: ISO 8601, or a number since 1970. The hours of this time teach what is usual; the time of arrival ends a silence. Without it, a packet happened when it came")
    private @Nullable String time;

    @UriParam(
            label = "producer",
            defaultValue = "auto",
            description =
                    "What a number (or a text of digits) for a time counts since 1970-01-01 00:00 UTC: seconds or millis, fractions included. auto: seconds, milli-, micro- or nanoseconds, told apart by their size")
    private Unit epoch = Unit.auto;

    @UriParam(
            label = "producer",
            defaultValue = "UTC",
            description = "The time zone of times that name none, such as Europe/Amsterdam")
    private String timezone = "UTC";

    @UriParam(
            label = "producer",
            description =
                    "Whose fleets these are. By default that of the poll: stream that the batch comes from; of other batches, the scheme of their source (file, kafka)")
    private @Nullable String provider;

    @UriParam(
            label = "producer",
            description =
                    "Where a record names the customer to whom its fleet belongs, as a JSON pointer, a field's name, or a text in single quotes. config/fleets.yaml goes before")
    private @Nullable String tenant;

    @UriParam(
            label = "producer",
            description =
                    "Where a record names its fleet's region, as a JSON pointer, a field's name, or a text in single quotes. config/fleets.yaml goes before")
    private @Nullable String region;

    @UriParam(
            label = "producer",
            defaultValue = "10m",
            javaType = "java.time.Duration",
            description =
                    "How much later than its arrival a packet's time may be, for clocks that go wrong. Beyond that it isn't true: the packet is a sign of life, but counts apart and teaches nothing")
    private long maxAhead = Duration.ofMinutes(10).toMillis();

    @UriParam(
            label = "producer",
            defaultValue = "7d",
            javaType = "java.time.Duration",
            description =
                    "How old a live packet may be when it comes. An older one is none of the present: it counts apart, teaches nothing and is no sign of life. Batches that fetch again what is past may reach back as far as counts are kept")
    private long maxAge = Duration.ofDays(7).toMillis();

    @UriParam(
            label = "producer",
            defaultValue = "count",
            description =
                    "What becomes of records without fleet or time (defective ones too). count: they are counted apart, and told in a metric and at debug level. fail: the batch fails")
    private MissingField missing = MissingField.count;

    @UriParam(
            label = "producer",
            defaultValue = "20000",
            description =
                    "How many new fleets of a provider may appear in a day (of UTC). A fleet= that points to a field which differs with each record would make a fleet of each: packets of further new ones are not counted, which is told in the log, in a metric and as an event of trouble too-many-fleets")
    private int newFleets = 20_000;

    @UriParam(
            label = "producer",
            description =
                    "Whether the batches are signs of life. By default those are that aren't marked as fetched again (header CaravanBackfill). Say false for a route that brings history")
    private @Nullable Boolean live;

    @UriParam(
            label = "consumer",
            description =
                    "Of which events the route is told, separated by commas: opened, changed (its cause was found, it became worse, more fleets are in it), recovered. By default all. A cause may be found after the opening, so a route that wants one names the cause and no kind")
    private @Nullable String kind;

    @UriParam(
            label = "consumer",
            description = "Of which severities, separated by commas: low, medium, high, critical. By default all")
    private @Nullable String severity;

    @UriParam(
            label = "consumer",
            description =
                    "Of which causes, separated by commas: credentials, provider-auth, quota, provider-outage, schema, own-deploy, own-scheduler, holiday, fleet-off, unknown. By default all")
    private @Nullable String cause;

    @UriParam(
            label = "consumer",
            description =
                    "Of which troubles, separated by commas: silent, partial, volume-drop, lagging, errors, too-many-fleets. By default all")
    private @Nullable String trouble;

    @UriParam(
            label = "producer",
            description =
                    "expect: which series, by kind and name, in the simple language: fleet/acme/north, or a merged stream, which means all of its fleets: provider/acme, credential/acme:main, region/nl, tenant/tulip. Of a provider also those that appear later. Instead of fleet")
    private @Nullable String stream;

    @UriParam(
            label = "producer",
            description =
                    "expect: the end, in the simple language: 2026-08-17 (its beginning) or 2026-08-17 06:00 by the fleet's clock, or with an offset, such as 2026-08-17T04:00:00Z. Who is silent after it is told at once, or as soon as it usually sends")
    private @Nullable String until;

    @UriParam(label = "producer", description = "expect: the beginning, written like the end. By default now")
    private @Nullable String from;

    @UriParam(
            label = "producer",
            description = "expect: who says so, in the simple language: for the audit log. By default the route")
    private @Nullable String by;

    @UriParam(
            label = "producer",
            description = "expect: why, in the simple language, for those who are told, such as works holiday")
    private @Nullable String note;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "expect: whether it is planned maintenance rather than silence that somebody expects")
    private boolean maintenance;

    public WatchEndpoint(String uri, WatchComponent component, WatchWhat what) {
        super(uri, component);
        this.what = what;
    }

    /** Each route that listens is told. */
    @Override
    public boolean isMultipleConsumersSupported() {
        return true;
    }

    @Override
    public Producer createProducer() {
        return switch (what) {
            case arrivals -> new ArrivalsProducer(this);
            case expect -> new ExpectProducer(this);
            case events ->
                throw new UnsupportedOperationException(
                        "Nothing can be sent to " + this
                                + ", which tells; count packets with `to: watch:arrivals?fleet=…`, or say that silence is expected with `to: watch:expect?fleet=…`");
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        return switch (what) {
            case events -> new WatchEventConsumer(this, processor, eventFilter().wants());
            case arrivals, expect ->
                throw new UnsupportedOperationException(
                        "No route can start with " + this + ", since it tells nothing; send to it: `to: " + this + "`");
        };
    }

    @Override
    public WatchComponent getComponent() {
        return (WatchComponent) super.getComponent();
    }

    /** Refuses options that can't be, when the route is loaded. */
    void check() {
        switch (what) {
            case arrivals -> arrivalOptions();
            case events -> eventFilter().wants();
            case expect -> checkExpect();
        }
    }

    private void checkExpect() {
        if (fleet.isBlank() == (stream == null || stream.isBlank())) {
            throw new IllegalArgumentException(
                    "watch:expect needs either fleet (such as acme/north, or many with *) or stream (such as provider/acme); give one of them");
        }
        if (until == null || until.isBlank()) {
            throw new IllegalArgumentException("watch:expect needs the option until; give the end, such as 2026-08-17");
        }
    }

    /** The options of {@code to: watch:arrivals} as plain Java. */
    ArrivalOptions arrivalOptions() {
        return new ArrivalOptions(
                RecordField.parse("fleet", fleet),
                field("vehicle", vehicle),
                field("time", time),
                field("tenant", tenant),
                field("region", region),
                new RecordTime(zone(), epoch),
                Duration.ofMillis(maxAhead),
                Duration.ofMillis(maxAge),
                Optional.ofNullable(provider).map(WatchEndpoint::providersName),
                missing == MissingField.fail,
                newFleets(newFleets),
                Optional.ofNullable(live));
    }

    /** The options of {@code from: watch:events} as plain Java. */
    EventFilter eventFilter() {
        return new EventFilter(
                kind, severity, cause, trouble, provider, tenant, region, fleet.isEmpty() ? null : fleet);
    }

    private static Optional<RecordField> field(String option, @Nullable String text) {
        return Optional.ofNullable(text).map(written -> RecordField.parse(option, written));
    }

    private static String providersName(String provider) {
        if (provider.isBlank() || provider.contains("/")) {
            throw new IllegalArgumentException(
                    "provider is '" + provider
                            + "', which is no name of a provider: it may hold no slash, for a fleet is known as <provider>/<fleet>.");
        }
        return provider;
    }

    private static int newFleets(int most) {
        if (most < 1) {
            throw new IllegalArgumentException(
                    "newFleets is " + most
                            + ", so that no fleet could ever appear. Give how many new fleets a provider may have in a day, 1 at least.");
        }
        return most;
    }

    private ZoneId zone() {
        try {
            return ZoneId.of(timezone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "timezone is '" + timezone + "', which is no time zone. Write it as Europe/Amsterdam or UTC", e);
        }
    }

    public int getNewFleets() {
        return newFleets;
    }

    /** How many new fleets of a provider may appear in a day. */
    public void setNewFleets(int newFleets) {
        this.newFleets = newFleets;
    }

    public @Nullable String getKind() {
        return kind;
    }

    public void setKind(@Nullable String kind) {
        this.kind = kind;
    }

    public @Nullable String getSeverity() {
        return severity;
    }

    public void setSeverity(@Nullable String severity) {
        this.severity = severity;
    }

    public @Nullable String getCause() {
        return cause;
    }

    public void setCause(@Nullable String cause) {
        this.cause = cause;
    }

    public @Nullable String getTrouble() {
        return trouble;
    }

    public void setTrouble(@Nullable String trouble) {
        this.trouble = trouble;
    }

    public WatchWhat getWhat() {
        return what;
    }

    public String getFleet() {
        return fleet;
    }

    public void setFleet(String fleet) {
        this.fleet = fleet;
    }

    public @Nullable String getVehicle() {
        return vehicle;
    }

    public void setVehicle(@Nullable String vehicle) {
        this.vehicle = vehicle;
    }

    public @Nullable String getTime() {
        return time;
    }

    public void setTime(@Nullable String time) {
        this.time = time;
    }

    public Unit getEpoch() {
        return epoch;
    }

    public void setEpoch(Unit epoch) {
        this.epoch = epoch;
    }

    public String getTimezone() {
        return timezone;
    }

    public void setTimezone(String timezone) {
        this.timezone = timezone;
    }

    public @Nullable String getProvider() {
        return provider;
    }

    public void setProvider(@Nullable String provider) {
        this.provider = provider;
    }

    public @Nullable String getTenant() {
        return tenant;
    }

    public void setTenant(@Nullable String tenant) {
        this.tenant = tenant;
    }

    public @Nullable String getRegion() {
        return region;
    }

    public void setRegion(@Nullable String region) {
        this.region = region;
    }

    public long getMaxAhead() {
        return maxAhead;
    }

    public void setMaxAhead(long maxAhead) {
        this.maxAhead = maxAhead;
    }

    public long getMaxAge() {
        return maxAge;
    }

    public void setMaxAge(long maxAge) {
        this.maxAge = maxAge;
    }

    public @Nullable String getStream() {
        return stream;
    }

    public void setStream(@Nullable String stream) {
        this.stream = stream;
    }

    public @Nullable String getUntil() {
        return until;
    }

    public void setUntil(@Nullable String until) {
        this.until = until;
    }

    public @Nullable String getFrom() {
        return from;
    }

    public void setFrom(@Nullable String from) {
        this.from = from;
    }

    public @Nullable String getBy() {
        return by;
    }

    public void setBy(@Nullable String by) {
        this.by = by;
    }

    public @Nullable String getNote() {
        return note;
    }

    public void setNote(@Nullable String note) {
        this.note = note;
    }

    public boolean isMaintenance() {
        return maintenance;
    }

    public void setMaintenance(boolean maintenance) {
        this.maintenance = maintenance;
    }

    public MissingField getMissing() {
        return missing;
    }

    public void setMissing(MissingField missing) {
        this.missing = missing;
    }

    public @Nullable Boolean getLive() {
        return live;
    }

    public void setLive(@Nullable Boolean live) {
        this.live = live;
    }
}
