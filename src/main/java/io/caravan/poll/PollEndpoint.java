package io.caravan.poll;

import com.fasterxml.jackson.core.JsonPointer;
import io.caravan.batch.RecordTime;
import io.caravan.calendar.Schedule;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.ScheduledPollEndpoint;
import org.apache.camel.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * Poll a provider's API for pages of records within its rate limit and cost budget, or fetch one time window of it.
 *
 * <p>Each exchange is one page, a batch of records, and is processed in one database transaction together with the stream's cursor.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "poll",
        title = "Poll",
        syntax = "poll:name",
        category = {Category.API},
        headersClass = PollHeaders.class)
public class PollEndpoint extends ScheduledPollEndpoint {
    private final StreamName stream;

    @UriPath(description = "Provider and stream, as <provider>/<stream>. The provider is a bean of that name.")
    @Metadata(required = true)
    private String name;

    @UriParam(
            description =
                    "Path of the stream below the provider's url; may have fixed query parameters. Default: the stream's name.")
    private @Nullable String path;

    @UriParam(
            defaultValue = "/data",
            description =
                    "JSON pointer to the array of records in a page. Write records=/ followed by the member's name; leave it empty (records=) when the whole body is the array.")
    private String records = "/data";

    @UriParam(
            enums = "json,lines",
            defaultValue = "json",
            description =
                    "What a page is: one JSON text with an array of records, or lines with one JSON record each (NDJSON).")
    private String format = "json";

    @UriParam(
            defaultValue = "250",
            description = "How many records a full page has. A full page is followed by the next one at once.")
    private int pageSize = 250;

    @UriParam(
            defaultValue = "limit",
            description = "Query parameter that asks for the page size. Empty: it isn't sent.")
    private String pageSizeParameter = "limit";

    @UriParam(
            enums = "cursor,next,link,page,offset,time,none",
            defaultValue = "cursor",
            description =
                    "How pages follow one another. cursor: the body names the cursor of the next page. next: the body has the next page's address. link: the Link header has it."
                            + " page, offset: pages or records are counted. time: one time window after the other. none: one page has everything.")
    private String pagination = "cursor";

    @UriParam(
            enums = "cursor,next,link,page,offset,none",
            defaultValue = "none",
            description =
                    "With pagination=time: how the pages of one window follow one another. With none, a full page is taken for a cut off one, and half its window is asked for.")
    private String within = "none";

    @UriParam(
            defaultValue = "/next",
            description =
                    "JSON pointer to the next cursor (pagination=cursor) or to the next address (pagination=next) in a page.")
    private String cursor = "/next";

    @UriParam(defaultValue = "cursor", description = "Query parameter that takes the cursor.")
    private String cursorParameter = "cursor";

    @UriParam(
            description =
                    "JSON pointer to a boolean in a page that says whether there are more. Default: a full page, or the address of a next one, says so.")
    private @Nullable String more;

    @UriParam(defaultValue = "page", description = "Query parameter that takes the page's number (pagination=page).")
    private String pageParameter = "page";

    @UriParam(defaultValue = "1", description = "Number of the first page (pagination=page).")
    private long firstPage = 1;

    @UriParam(
            defaultValue = "offset",
            description = "Query parameter that takes the number of records before the page (pagination=offset).")
    private String offsetParameter = "offset";

    @UriParam(defaultValue = "from", description = "Query parameter that takes the begin of a time window.")
    private String fromParameter = "from";

    @UriParam(defaultValue = "to", description = "Query parameter that takes the end of a time window.")
    private String toParameter = "to";

    @UriParam(
            enums = "iso,epochSeconds,epochMillis",
            defaultValue = "iso",
            description = "How times are written in the query.")
    private String timeFormat = "iso";

    @UriParam(
            defaultValue = "1h",
            javaType = "java.time.Duration",
            description = "Longest time window of one call (pagination=time).")
    private long step = 3_600_000;

    @UriParam(
            defaultValue = "0s",
            javaType = "java.time.Duration",
            description =
                    "How long after its time a record is surely listed by the provider; windows end that long before now (pagination=time).")
    private long settle;

    @UriParam(
            defaultValue = "0s",
            javaType = "java.time.Duration",
            description =
                    "By how much a window begins before the end of the last one, for records that are listed late. What is fetched twice is dropped as duplicate.")
    private long lookback;

    @UriParam(
            description =
                    "Where a new stream begins: an instant such as 2026-01-31T00:00:00Z, or how long ago, such as 24h. Default: 1h for pagination=time, everything for order=newestFirst.")
    private @Nullable String since;

    @UriParam(
            enums = "oldestFirst,newestFirst",
            defaultValue = "oldestFirst",
            description =
                    "In which order the provider lists records. A listing that begins with the newest needs mark or recordTime.")
    private String order = "oldestFirst";

    @UriParam(
            description =
                    "With order=newestFirst: JSON pointer to the time or number in a record by which the listing is sorted. Default: recordTime.")
    private @Nullable String mark;

    @UriParam(
            description =
                    "JSON pointer to a record's own time (ISO 8601, or a number since 1970 in seconds to nanoseconds). The stream's lag is measured by it.")
    private @Nullable String recordTime;

    @UriParam(
            label = "consumer",
            defaultValue = "60s",
            javaType = "java.time.Duration",
            description =
                    "How old the oldest record that isn't fetched yet may become. A short page is followed by the next when it is expected to be full, or when this would be missed. With a schedule: how long after a tick all is fetched to be in time.")
    private long freshness = 60_000;

    @UriParam(
            label = "consumer",
            description =
                    "When the stream is called: cron of five or six fields (0 2 * * *), @hourly and the like, or every 15m; several are separated by semicolons. Each tick begins a round, which follows"
                            + " full pages at once until a short one. Ticks that were missed, for whatever reason, are made up by one round; a new stream begins at its first tick."
                            + " Default: as often as the arrivals and freshness ask for.")
    private @Nullable String schedule;

    @UriParam(
            label = "consumer",
            description =
                    "By whose clock on the wall a cron expression in schedule goes, such as Europe/Amsterdam. A tick in the hour that spring leaves out comes at the gap's end;"
                            + " in the hour that autumn has twice, a fixed time ticks once and an interval in both. Default: the provider's zone.")
    private @Nullable String zone;

    @UriParam(
            label = "consumer",
            enums = "halt,skip",
            defaultValue = "halt",
            description =
                    "What becomes of a page that still isn't what was declared after badPageRetries. It is kept in caravan.rejected_page either way."
                            + " halt: the stream stops until caravan poll resume. skip: it goes on behind the page, where the pagination allows that (page, offset, time).")
    private String onBadPage = "halt";

    @UriParam(
            label = "consumer",
            defaultValue = "3",
            description = "How often a page that isn't what was declared is asked for again.")
    private int badPageRetries = 3;

    @UriParam(
            label = "consumer",
            defaultValue = "true",
            description = "Whether the next page is fetched and parsed while a full page is being processed.")
    private boolean prefetch = true;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "15s",
            javaType = "java.time.Duration",
            description = "How long a node that died keeps its streams before another node takes them over.")
    private long lease = 15_000;

    @UriParam(
            label = "producer",
            description =
                    "Begin of the window to fetch, as an ISO 8601 instant; the header CaravanPollFrom goes before it.")
    private @Nullable String from;

    @UriParam(
            label = "producer",
            description =
                    "End of the window to fetch, as an ISO 8601 instant; the header CaravanPollTo goes before it.")
    private @Nullable String to;

    @UriParam(
            label = "producer",
            defaultValue = "100000",
            description =
                    "Most records of a fetched window, which is held in memory. A window with more fails; fetch it in smaller ones.")
    private int maxRecords = 100_000;

    @UriParam(
            label = "producer",
            defaultValue = "1h",
            javaType = "java.time.Duration",
            description =
                    "How long fetching a window may take, most of which is waiting for calls that the live stream leaves over.")
    private long patience = 3_600_000;

    @UriParam(
            label = "producer",
            enums = "refreshToken,switchCredential,pause,resume,probe",
            description =
                    "Do something about the provider instead of fetching a window: poll:acme?action=pause. refreshToken: fresh access tokens on all nodes. switchCredential: use the other credential,"
                            + " if the one in use is refused and the other one was not when last tried. pause: make no calls until resumed. resume: go on at once where the streams stopped, and catch up."
                            + " probe: try now whether the credentials are accepted.")
    private @Nullable String action;

    @UriParam(
            label = "producer",
            description = "With action: why, for the record. The header CaravanPollWhy goes before it.")
    private @Nullable String why;

    public PollEndpoint(String uri, PollComponent component, StreamName stream) {
        super(uri, component);
        this.stream = stream;
        this.name = stream.toString();
        setDelay(200);
        setInitialDelay(200);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (action != null) {
            action(action);
            return;
        }
        Provider provider = getComponent().provider(stream);
        settings(provider, Instant.now());
        plan(provider);
        BadPagePolicy.of(onBadPage);
        if (pageSize < 1) {
            throw new IllegalArgumentException(
                    "pageSize " + pageSize + " of " + this + " is no page; set how many records a full page has.");
        }
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (action != null) {
            throw new IllegalArgumentException(
                    "from: " + this + " has an action, which is something to do; write it as to:");
        }
        PollConsumer consumer = new PollConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        return action == null ? new PollProducer(this) : new PollActionProducer(this, action(action));
    }

    @Override
    public PollComponent getComponent() {
        return (PollComponent) super.getComponent();
    }

    StreamName stream() {
        return stream;
    }

    PollPlan plan(Provider provider) {
        return new PollPlan(pageSize, Duration.ofMillis(freshness), schedule(provider));
    }

    private Optional<Schedule> schedule(Provider provider) {
        ZoneId clock = zone == null || zone.isBlank() ? provider.zone() : Provider.zoneOf(zone);
        return Optional.ofNullable(schedule).filter(text -> !text.isBlank()).map(text -> Schedule.parse(text, clock));
    }

    StreamSettings settings(Provider provider, Instant now) {
        URI address = Addresses.below(provider.url(), path == null ? stream.stream() : path);
        return new StreamSettings(
                stream,
                address,
                pointer("records", records),
                format.equals("lines"),
                pageSize,
                pageSizeParameter.isBlank() ? Optional.empty() : Optional.of(pageSizeParameter),
                livePagination(provider, now),
                optionalPointer("recordTime", recordTime));
    }

    /** The pages of one window; for fetching it on demand. */
    TimeWindows window(Provider provider, Instant begin, Instant end) {
        String inner = pagination.equals("time") ? within : pagination;
        return windows(pages(inner, provider), begin, Optional.of(end));
    }

    private Pagination livePagination(Provider provider, Instant now) {
        if (pagination.equals("time")) {
            return windows(
                    pages(within, provider), begin(now).orElse(now.minus(Duration.ofHours(1))), Optional.empty());
        }
        if (order.equals("newestFirst")) {
            Optional<JsonPointer> sorted =
                    optionalPointer("mark", mark).or(() -> optionalPointer("recordTime", recordTime));
            return new NewestFirst(
                    pages(pagination, provider),
                    sorted.orElseThrow(
                            () -> new IllegalArgumentException(
                                    "order=newestFirst of " + this
                                            + " needs mark or recordTime: where a record has the time or number by which the listing is sorted.")),
                    begin(now));
        }
        return pages(pagination, provider);
    }

    private TimeWindows windows(Pagination inner, Instant begin, Optional<Instant> end) {
        return new TimeWindows(
                inner,
                fromParameter,
                toParameter,
                TimeFormat.of(timeFormat),
                Duration.ofMillis(step),
                Duration.ofMillis(settle),
                end.isPresent() ? Duration.ZERO : Duration.ofMillis(lookback),
                begin,
                end);
    }

    private Pagination pages(String style, Provider provider) {
        Optional<JsonPointer> saysMore = optionalPointer("more", more);
        return switch (style) {
            case "cursor" -> new CursorPagination(pointer("cursor", cursor), cursorParameter, saysMore);
            case "next" ->
                new AddressPagination(
                        Optional.of(pointer("cursor", cursor)), saysMore, provider.url(), provider.apiKeyParameter());
            case "link" ->
                new AddressPagination(Optional.empty(), saysMore, provider.url(), provider.apiKeyParameter());
            case "page" -> new NumberPagination(pageParameter, firstPage, false, pageSize, saysMore);
            case "offset" -> new NumberPagination(offsetParameter, 0, true, pageSize, saysMore);
            case "none" -> new SinglePage();
            default ->
                throw new IllegalArgumentException("pagination '" + style + "' of " + this
                        + " is unknown; use cursor, next, link, page, offset, time or none.");
        };
    }

    private Optional<Instant> begin(Instant now) {
        return Optional.ofNullable(since).filter(text -> !text.isBlank()).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                return now.minusMillis(TimeUtils.toMilliSeconds(text));
            }
        });
    }

    static Instant instant(String option, String text) {
        return RecordTime.of(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        option + " '" + text + "' is no instant; write it like 2026-01-31T00:00:00Z."));
    }

    private Optional<JsonPointer> optionalPointer(String option, @Nullable String text) {
        return Optional.ofNullable(text).filter(value -> !value.isBlank()).map(value -> pointer(option, value));
    }

    private JsonPointer pointer(String option, String text) {
        try {
            return JsonPointer.compile(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option + " '" + text + "' of " + this + " is no JSON pointer; it begins with a slash, such as /"
                            + text.strip() + ".",
                    e);
        }
    }

    Clock clock() {
        return getComponent().clock();
    }

    public String getName() {
        return name;
    }

    /** Provider and stream; given by the address. */
    public void setName(String name) {
        this.name = name;
    }

    public @Nullable String getPath() {
        return path;
    }

    public void setPath(@Nullable String path) {
        this.path = path;
    }

    public String getRecords() {
        return records;
    }

    public void setRecords(String records) {
        this.records = records;
    }

    public String getFormat() {
        return format;
    }

    public void setFormat(String format) {
        this.format = format;
    }

    public int getPageSize() {
        return pageSize;
    }

    public void setPageSize(int pageSize) {
        this.pageSize = pageSize;
    }

    public String getPageSizeParameter() {
        return pageSizeParameter;
    }

    public void setPageSizeParameter(String pageSizeParameter) {
        this.pageSizeParameter = pageSizeParameter;
    }

    public String getPagination() {
        return pagination;
    }

    public void setPagination(String pagination) {
        this.pagination = pagination;
    }

    public String getWithin() {
        return within;
    }

    public void setWithin(String within) {
        this.within = within;
    }

    public String getCursor() {
        return cursor;
    }

    public void setCursor(String cursor) {
        this.cursor = cursor;
    }

    public String getCursorParameter() {
        return cursorParameter;
    }

    public void setCursorParameter(String cursorParameter) {
        this.cursorParameter = cursorParameter;
    }

    public @Nullable String getMore() {
        return more;
    }

    public void setMore(@Nullable String more) {
        this.more = more;
    }

    public String getPageParameter() {
        return pageParameter;
    }

    public void setPageParameter(String pageParameter) {
        this.pageParameter = pageParameter;
    }

    public long getFirstPage() {
        return firstPage;
    }

    public void setFirstPage(long firstPage) {
        this.firstPage = firstPage;
    }

    public String getOffsetParameter() {
        return offsetParameter;
    }

    public void setOffsetParameter(String offsetParameter) {
        this.offsetParameter = offsetParameter;
    }

    public String getFromParameter() {
        return fromParameter;
    }

    public void setFromParameter(String fromParameter) {
        this.fromParameter = fromParameter;
    }

    public String getToParameter() {
        return toParameter;
    }

    public void setToParameter(String toParameter) {
        this.toParameter = toParameter;
    }

    public String getTimeFormat() {
        return timeFormat;
    }

    public void setTimeFormat(String timeFormat) {
        this.timeFormat = timeFormat;
    }

    public long getStep() {
        return step;
    }

    public void setStep(long step) {
        this.step = step;
    }

    public long getSettle() {
        return settle;
    }

    public void setSettle(long settle) {
        this.settle = settle;
    }

    public long getLookback() {
        return lookback;
    }

    public void setLookback(long lookback) {
        this.lookback = lookback;
    }

    public @Nullable String getSince() {
        return since;
    }

    public void setSince(@Nullable String since) {
        this.since = since;
    }

    public String getOrder() {
        return order;
    }

    public void setOrder(String order) {
        this.order = order;
    }

    public @Nullable String getMark() {
        return mark;
    }

    public void setMark(@Nullable String mark) {
        this.mark = mark;
    }

    public @Nullable String getRecordTime() {
        return recordTime;
    }

    public void setRecordTime(@Nullable String recordTime) {
        this.recordTime = recordTime;
    }

    public long getFreshness() {
        return freshness;
    }

    public void setFreshness(long freshness) {
        this.freshness = freshness;
    }

    public @Nullable String getSchedule() {
        return schedule;
    }

    public void setSchedule(@Nullable String schedule) {
        this.schedule = schedule;
    }

    public @Nullable String getZone() {
        return zone;
    }

    public void setZone(@Nullable String zone) {
        this.zone = zone;
    }

    public String getOnBadPage() {
        return onBadPage;
    }

    public void setOnBadPage(String onBadPage) {
        this.onBadPage = onBadPage;
    }

    public int getBadPageRetries() {
        return badPageRetries;
    }

    public void setBadPageRetries(int badPageRetries) {
        this.badPageRetries = badPageRetries;
    }

    public boolean isPrefetch() {
        return prefetch;
    }

    public void setPrefetch(boolean prefetch) {
        this.prefetch = prefetch;
    }

    public long getLease() {
        return lease;
    }

    public void setLease(long lease) {
        this.lease = lease;
    }

    public @Nullable String getFrom() {
        return from;
    }

    public void setFrom(@Nullable String from) {
        this.from = from;
    }

    public @Nullable String getTo() {
        return to;
    }

    public void setTo(@Nullable String to) {
        this.to = to;
    }

    public int getMaxRecords() {
        return maxRecords;
    }

    public void setMaxRecords(int maxRecords) {
        this.maxRecords = maxRecords;
    }

    public long getPatience() {
        return patience;
    }

    public void setPatience(long patience) {
        this.patience = patience;
    }

    public @Nullable String getAction() {
        return action;
    }

    public void setAction(@Nullable String action) {
        this.action = action;
    }

    public @Nullable String getWhy() {
        return why;
    }

    public void setWhy(@Nullable String why) {
        this.why = why;
    }

    private static Action action(String word) {
        return Action.of(word)
                .orElseThrow(() -> new IllegalArgumentException("action: '" + word
                        + "' is unknown; use refreshToken, switchCredential, pause, resume or probe."));
    }
}
