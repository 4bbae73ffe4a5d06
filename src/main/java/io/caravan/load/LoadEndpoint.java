package io.caravan.load;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Load batches and files into a table whose own catalog is the contract; or receive the reports and rejects of such loads.
 *
 * <p>Fields go into the columns of their name ({@code carId} and {@code car_id} are one name). Records are checked set-wise by the table's types, NOT NULL, CHECK and foreign
 * keys; what is valid becomes a row, what is there already is logged in {@code caravan.duplicate}, what the table can't take is kept with its reason in
 * {@code caravan.rejected}; all in the batch's transaction.
 *
 * <p>Values: a missing field takes the column's default, an explicit null is NULL. 1.0 is an integer, 1.5 is none. Numbers and booleans become text in a text column. Objects and arrays go into json
 * and jsonb, arrays into PostgreSQL arrays too, anything else rejects the record ({@code nested}). A bare number for a timestamp is rejected unless {@code epoch} says what it counts. Texts may have any length that the type allows.
 * What PostgreSQL cannot store (NUL, lone surrogates) is rejected, and kept byte for byte. Columns that the table makes itself (generated, identity always) ignore fields of their name.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "load",
        title = "Load",
        syntax = "load:table",
        category = {Category.DATABASE},
        headersClass = LoadHeaders.class)
public class LoadEndpoint extends DefaultEndpoint {
    @UriPath(
            description =
                    "The table, as schema.table. Names with capitals, dots or blanks stand in double quotes. A partitioned table is loaded as a whole")
    @Metadata(required = true)
    private String table = "";

    @UriParam(
            label = "producer",
            defaultValue = "insert",
            description =
                    "What happens to a record whose unique key is taken. insert: the row stays, the record is logged as a duplicate (repeats are harmless). upsert: the row takes over the"
                            + " fields that the record has; of several records of one key in a batch the last wins and the others count as duplicates. replace: the table's rows are deleted first, in the same"
                            + " transaction (an empty batch deletes nothing; a file is one transaction). append: the record is rejected, for loads in which a repeat is an error")
    private LoadMode mode = LoadMode.insert;

    @UriParam(
            label = "producer",
            description =
                    "Columns whose field has another name: column:field, column:/json/pointer (into nested values), or column: for the whole record; several separated by commas. @seconds or @millis behind"
                            + " a field says what its number counts since 1970, as in rtc_time:/device/ts@millis. A field that is mapped goes nowhere else")
    private String map = "";

    @UriParam(
            label = "producer",
            description =
                    "A json or jsonb column that takes, as one object, all fields of the record that no other column takes. Without it such fields are unknown")
    private @Nullable String rest;

    @UriParam(
            label = "producer",
            defaultValue = "none",
            description =
                    "What a number (or a text of digits) for a timestamp, timestamptz or date column counts since 1970-01-01 00:00 UTC: seconds or millis, fractions included. none: numbers are rejected, because"
                            + " guessing would be wrong by a factor of 1000 half of the time")
    private Epoch epoch = Epoch.none;

    @UriParam(
            label = "producer",
            defaultValue = "ignore",
            description =
                    "What happens to fields that no column takes. ignore: they are left out, and each is warned of once. reject: the record is rejected")
    private UnknownFields unknown = UnknownFields.ignore;

    @UriParam(
            label = "producer",
            description =
                    "For mode=upsert: the columns, separated by commas, of the unique key by which rows are found. By default the primary key, or the only unique key")
    private String key = "";

    @UriParam(
            label = "producer",
            defaultValue = "UTC",
            description = "The time zone of timestamps that name none, for timestamptz columns")
    private String timezone = "UTC";

    @UriParam(
            label = "producer",
            defaultValue = "true",
            description =
                    "Whether each batch's records are kept as received, compressed, in caravan.load_batch, so that caravan replay batches can load them again after a mapping or table was changed")
    private boolean keepRaw = true;

    @UriParam(
            label = "producer",
            defaultValue = "10000",
            description =
                    "How many records of a file make one transaction. The progress of the file commits with them, so a killed load goes on where it was, without gap or repeat")
    private int chunkSize = LoadOptions.DEFAULT_CHUNK_SIZE;

    @UriParam(
            label = "producer",
            defaultValue = "all",
            description =
                    "For loads in two steps. stage: keeps the records under the run of the header CaravanRunId. promote: checks and loads what was staged under it, in one transaction, and drops it. Either may be"
                            + " repeated without harm; loads of one table in two steps take turns. all: both at once")
    private LoadPhase phase = LoadPhase.all;

    @UriParam(
            label = "producer",
            defaultValue = "10m",
            javaType = "java.time.Duration",
            description =
                    "How long a load in two steps waits for another one of the same table, before it fails and may be tried again")
    private long lockTimeout = LoadOptions.DEFAULT_LOCK_TIMEOUT.toMillis();

    @UriParam(
            label = "producer",
            defaultValue = "auto",
            description =
                    "How a file is written: csv (RFC 4180 with a header; an empty cell is NULL, json columns read their text as JSON), ndjson (one object a line), json (one array). auto: by the file's ending or content type")
    private LoadFormat format = LoadFormat.auto;

    @UriParam(
            label = "consumer",
            defaultValue = "loaded",
            description =
                    "What a route that starts here gets, after the commit: loaded: each batch's LoadReport; rejected: each batch's rejected records, as List<RejectedRecord>. It hears of the loads of its own process")
    private LoadNews on = LoadNews.loaded;

    public LoadEndpoint(String uri, LoadComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new LoadProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        LoadConsumer consumer = new LoadConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public LoadComponent getComponent() {
        return (LoadComponent) super.getComponent();
    }

    /** The options as plain Java; also what a replay of this table loads with. */
    public LoadOptions options() {
        List<String> columns = Arrays.stream(key.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        return new LoadOptions(
                table,
                mode,
                map,
                rest,
                epoch,
                unknown,
                columns,
                zone(),
                keepRaw,
                chunkSize,
                Duration.ofMillis(lockTimeout));
    }

    private ZoneId zone() {
        try {
            return ZoneId.of(timezone);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "timezone is '" + timezone + "', which is no time zone. Write it as Europe/Amsterdam or UTC", e);
        }
    }

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    public LoadMode getMode() {
        return mode;
    }

    public void setMode(LoadMode mode) {
        this.mode = mode;
    }

    public String getMap() {
        return map;
    }

    public void setMap(String map) {
        this.map = map;
    }

    public @Nullable String getRest() {
        return rest;
    }

    public void setRest(@Nullable String rest) {
        this.rest = rest;
    }

    public Epoch getEpoch() {
        return epoch;
    }

    public void setEpoch(Epoch epoch) {
        this.epoch = epoch;
    }

    public UnknownFields getUnknown() {
        return unknown;
    }

    public void setUnknown(UnknownFields unknown) {
        this.unknown = unknown;
    }

    public String getKey() {
        return key;
    }

    public void setKey(String key) {
        this.key = key;
    }

    public String getTimezone() {
        return timezone;
    }

    public void setTimezone(String timezone) {
        this.timezone = timezone;
    }

    public boolean isKeepRaw() {
        return keepRaw;
    }

    public void setKeepRaw(boolean keepRaw) {
        this.keepRaw = keepRaw;
    }

    public int getChunkSize() {
        return chunkSize;
    }

    public void setChunkSize(int chunkSize) {
        this.chunkSize = chunkSize;
    }

    public LoadPhase getPhase() {
        return phase;
    }

    public void setPhase(LoadPhase phase) {
        this.phase = phase;
    }

    public long getLockTimeout() {
        return lockTimeout;
    }

    public void setLockTimeout(long lockTimeout) {
        this.lockTimeout = lockTimeout;
    }

    public LoadFormat getFormat() {
        return format;
    }

    public void setFormat(LoadFormat format) {
        this.format = format;
    }

    public LoadNews getOn() {
        return on;
    }

    public void setOn(LoadNews on) {
        this.on = on;
    }
}
