package io.caravan.simulator;

import io.caravan.simulator.CallLimit.Verdict;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The provider's API of packets, without the network: credentials, then the limit, then the page, then what goes wrong. */
final class PacketApi {
    private static final int OVERSIZE = 64 << 20;

    private final SimulatorSettings settings;
    private final Clock clock;
    private final Credentials credentials;
    private final CallLimit limit;
    private final Faults faults;
    private final Paginator paginator;
    private final PageRenderer renderer;
    private final HourCounts counts;

    PacketApi(SimulatorSettings settings, Clock clock, Credentials credentials, Faults faults, RecordSource source) {
        this.settings = settings;
        this.clock = clock;
        this.credentials = credentials;
        this.limit = new CallLimit(settings.callsPerMinute());
        this.faults = faults;
        this.paginator = new Paginator(source, settings.pageSize());
        this.renderer = new PageRenderer(source);
        this.counts = new HourCounts(source);
    }

    /** A request for packets, as far as it matters. */
    record Request(
            Query query,
            String baseUrl,
            Optional<String> authorization,
            Optional<String> apiKey,
            boolean acceptsGzip) {}

    /** The answer and the fault with which it is to be sent. */
    record Outcome(Answer answer, Optional<Fault> fault) {
        static Outcome plain(Answer answer) {
            return new Outcome(answer, Optional.empty());
        }
    }

    /** A page of packets. */
    Outcome page(Pagination pagination, Request request, Instant now) {
        return answer(request, now, () -> listed(pagination, request, now));
    }

    /** How many packets there were in each hour; a call like any other. */
    Outcome counts(Request request, Instant now) {
        return answer(request, now, () -> counts.answer(request.query(), now));
    }

    private Outcome answer(Request request, Instant now, Supplier<Answer> wanted) {
        int status = credentials.status(request.authorization(), request.apiKey());
        if (status != 200) {
            return Outcome.plain(refusal(status));
        }
        Verdict verdict = limit.admit(now);
        Map<String, String> headers = limitHeaders(verdict, now);
        if (!verdict.admitted()) {
            return Outcome.plain(tooMany(verdict.untilNext()).with(headers));
        }
        Optional<Fault> fault = faults.draw();
        try {
            Answer sound = fault.flatMap(this::errorOf).orElseGet(wanted);
            Answer answer = fault.map(f -> spoil(sound, f)).orElse(sound);
            return new Outcome(answer.with(headers), fault);
        } catch (Query.BadRequestException e) {
            return Outcome.plain(Answer.error(400, e.message()).with(headers));
        }
    }

    /** Renders the next pages from the oldest record on in the cursor style. */
    void renderAhead(int pages) {
        Query query = new Query(Map.of());
        Page page = paginator.page(Pagination.CURSOR, query, "", clock.instant());
        for (int i = 0; i < pages && page.size() > 0; i++) {
            renderer.renderAhead(page);
            String next = page.tail().replaceFirst(".*\"next\":\"([^\"]*)\".*", "$1");
            page = paginator.page(Pagination.CURSOR, new Query(Map.of("cursor", next)), "", clock.instant());
        }
    }

    private Answer listed(Pagination pagination, Request request, Instant now) {
        Page page = paginator.page(pagination, request.query(), request.baseUrl(), now);
        Answer answer = Answer.page(page, renderer.body(page));
        return settings.gzip() && request.acceptsGzip() ? answer.gzipped() : answer;
    }

    /** The answer of faults that come in place of a page. */
    private Optional<Answer> errorOf(Fault fault) {
        return switch (fault.kind()) {
            case TOO_MANY_REQUESTS -> Optional.of(tooMany(fault.delay()));
            case TOO_MANY_REQUESTS_UNTIL_DATE ->
                Optional.of(tooMany(fault.delay())
                        .with("Retry-After", httpDate(clock.instant().plus(fault.delay()))));
            case UNAUTHORIZED -> Optional.of(refusal(401));
            case FORBIDDEN -> Optional.of(refusal(403));
            case SERVER_ERROR -> Optional.of(Answer.error(500, "internal error"));
            case UNAVAILABLE -> Optional.of(Answer.error(503, "down for maintenance"));
            case HTML ->
                Optional.of(
                        Answer.of(200, "text/html", Buffer.buffer("<html><body><h1>Maintenance</h1></body></html>")));
            case NO_RECORDS -> Optional.of(Answer.json(200, "{\"message\":\"try again\"}"));
            case SLOW, DRIP, CUT, RESET, HANG, TRUNCATED, RECORDS_NOT_A_LIST, WRONG_TYPE, OVERSIZED, GZIP ->
                Optional.empty();
        };
    }

    private static Answer spoil(Answer answer, Fault fault) {
        return switch (fault.kind()) {
            case TRUNCATED -> answer.firstHalf();
            case RECORDS_NOT_A_LIST ->
                answer.page()
                        .map(page -> Answer.json(
                                200, "{\"data\":\"unavailable\"" + page.tail().substring(1)))
                        .orElse(answer);
            case WRONG_TYPE -> answer.with("Content-Type", "text/plain");
            case OVERSIZED -> answer.behindWhiteSpace(OVERSIZE);
            case GZIP -> answer.headers().containsKey("Content-Encoding") ? answer : answer.gzipped();
            default -> answer;
        };
    }

    private Answer refusal(int status) {
        String scheme = settings.auth() == SimulatorSettings.Auth.BASIC ? "Basic" : "Bearer";
        Answer answer = Answer.error(status, status == 401 ? "credentials are not valid" : "account is locked");
        return answer.with("WWW-Authenticate", scheme + " realm=\"simulator\"");
    }

    private static Answer tooMany(Duration wait) {
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        return Answer.error(429, "too many calls").with("Retry-After", Long.toString(seconds));
    }

    private Map<String, String> limitHeaders(Verdict verdict, Instant now) {
        long reset = verdict.untilNext().plusMillis(999).toSeconds();
        return switch (settings.limitHeaders()) {
            case NONE -> Map.of();
            case RATELIMIT -> limitHeaders("RateLimit-", verdict, reset);
            case X_RATELIMIT -> limitHeaders("X-RateLimit-", verdict, now.getEpochSecond() + reset);
            case STRUCTURED ->
                Map.of(
                        "RateLimit", "\"minute\";r=%d;t=%d".formatted(verdict.remaining(), reset),
                        "RateLimit-Policy", "\"minute\";q=%d;w=60".formatted(verdict.limit()));
        };
    }

    private static Map<String, String> limitHeaders(String prefix, Verdict verdict, long reset) {
        return Map.of(
                prefix + "Limit", Integer.toString(verdict.limit()),
                prefix + "Remaining", Integer.toString(verdict.remaining()),
                prefix + "Reset", Long.toString(reset));
    }

    private static String httpDate(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
}
