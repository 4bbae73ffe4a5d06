package io.caravan.simulator;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

/**
 * A telematics provider on a loopback port: packets by page at the paths of {@link Pagination}, its own count of them at {@code /v2/packets/count}, OAuth2 tokens at {@code
 * /oauth/token}, and its remote control below {@code /control/}. A packet is
 *
 * <pre>{"car_id":100017,"fleet_id":"north","rtc_time":"2026-03-01T12:00:00Z","created_at":"2026-03-01T12:00:03.120Z","data":{…}}</pre>
 *
 * Times are ISO 8601 in UTC, {@code rtc_time} in whole seconds by the vehicle's clock, {@code created_at} the arrival at the
 * provider. The same seed and time give the same packets; the same cursor gives the same page. All methods may be called from
 * any thread; the server runs on one thread of its own until {@link #close}.
 */
public final class ProviderSimulator implements AutoCloseable {
    /** Where OAuth2 clients get their tokens. */
    public static final String TOKEN_PATH = "/oauth/token";

    private static final System.Logger log = System.getLogger(ProviderSimulator.class.getName());
    private static final Duration USUAL_START = Duration.ofMinutes(2);

    private final SimulatorSettings settings;
    private final Clock clock;
    private final RecordSource source;
    private final Ledger ledger;
    private final CallLog calls = new CallLog();
    private final Credentials credentials;
    private final Faults faults;
    private final PacketApi packets;
    private final ControlApi control = new ControlApi(this);
    private final Vertx vertx;
    private final AnswerSender sender;
    private final HttpServer server;

    private ProviderSimulator(SimulatorSettings settings, Clock clock, RecordSource source, int port) {
        this.settings = settings;
        this.clock = clock;
        this.source = source;
        this.ledger = new Ledger(source, clock);
        this.credentials = new Credentials(settings, clock);
        this.faults = new Faults(settings);
        this.packets = new PacketApi(settings, clock, credentials, faults, source);
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                // lists of a long ledger are made on the event loop
                .setBlockedThreadCheckInterval(Duration.ofMinutes(10).toMillis()));
        this.sender = new AnswerSender(vertx);
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        // faults cut connections, and a connection of HTTP/2 would take other calls with it
                        .setHttp2ClearTextEnabled(false))
                .requestHandler(this::handleOrFail);
        listen(port);
    }

    /** Starts on a free port. */
    public static ProviderSimulator start(SimulatorSettings settings, Clock clock) {
        return start(settings, clock, 0);
    }

    /** Starts on this port of the loopback interface; the stream begins two minutes ago unless the settings say since when. */
    public static ProviderSimulator start(SimulatorSettings settings, Clock clock, int port) {
        Instant begin = clock.instant().minus(USUAL_START);
        return new ProviderSimulator(settings, clock, new FleetTraffic(settings, begin), port);
    }

    /**
     * Serves the lines of an NDJSON file in place of simulated packets.
     *
     * @param linesPerSecond how fast they become available; {@link Double#POSITIVE_INFINITY}: all at once
     */
    public static ProviderSimulator startWithRecords(
            Path file, double linesPerSecond, SimulatorSettings settings, Clock clock, int port) {
        RecordFile records = RecordFile.open(file, linesPerSecond, clock.instant());
        return new ProviderSimulator(settings, clock, records, port);
    }

    private void listen(int port) {
        try {
            server.listen(port).toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            vertx.close();
            throw new IllegalStateException(
                    "The provider simulator cannot listen on 127.0.0.1:" + port + " (" + e.getCause()
                            + "). Choose another port, or 0 for any free one.",
                    e);
        }
    }

    /** The address without a path, such as {@code http://127.0.0.1:8090}. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public int port() {
        return server.actualPort();
    }

    public Ledger ledger() {
        return ledger;
    }

    public CallLog calls() {
        return calls;
    }

    /** How many records the provider has by now, repeats and malformed ones included. */
    public long available() {
        return source.available(clock.instant());
    }

    /** Lets the next so many admitted calls go wrong in this way, after those commanded before. */
    public void fault(int numberOfCalls, Fault fault) {
        faults.next(numberOfCalls, fault);
    }

    public void clearFaults() {
        faults.clear();
    }

    public int faultsPending() {
        return faults.pending();
    }

    /** Refuses everybody, old tokens included, until {@link #restore}. */
    public void revoke() {
        credentials.revoke();
    }

    /** Refuses who comes with this credential, until {@link #restore}. */
    void revoke(Credentials.Name name) {
        credentials.revoke(name);
    }

    public void restore() {
        credentials.restore();
    }

    /** Forgets the access tokens that are out, so that each client must get a new one. */
    public void expireTokens() {
        credentials.expireTokens();
    }

    public long tokensIssued() {
        return credentials.tokensIssued();
    }

    /** Adds so many packets a second to the stream, from now on for so long. */
    public void burst(double packetsPerSecond, Duration lasting) {
        if (!(source instanceof FleetTraffic traffic)) {
            throw new IllegalStateException("Records from a file come at their own rate; there is no burst to add.");
        }
        traffic.burst(packetsPerSecond, Math.toIntExact(lasting.toSeconds()), clock.instant());
    }

    /** Moves an {@link AdjustableClock} forward. */
    public void advance(Duration by) {
        if (!(clock instanceof AdjustableClock adjustable)) {
            throw new IllegalStateException("The simulator runs on real time, which cannot be advanced.");
        }
        adjustable.advance(by);
    }

    /** Renders the first so many pages of the cursor style now, so that serving them costs next to nothing. */
    public void renderAhead(int pages) {
        packets.renderAhead(pages);
    }

    private void handleOrFail(HttpServerRequest request) {
        try {
            handle(request);
        } catch (RuntimeException e) {
            log.log(System.Logger.Level.ERROR, "the simulator failed at " + request.uri(), e);
            send(request, Answer.error(500, "the simulator itself failed: " + e));
        }
    }

    private void handle(HttpServerRequest request) {
        Optional<Pagination> pagination = Pagination.at(request.path());
        if (pagination.isPresent()) {
            serve(request, (understood, now) -> packets.page(pagination.get(), understood, now));
        } else if (request.path().equals(HourCounts.PATH)) {
            serve(request, packets::counts);
        } else if (request.path().equals(TOKEN_PATH)) {
            serveToken(request);
        } else if ((request.path() + "/").startsWith(ControlApi.PATH)) {
            String question = request.path().substring(Math.min(request.path().length(), ControlApi.PATH.length()));
            send(request, control.answer(request.method().name(), question, query(request)));
        } else {
            send(request, Answer.error(404, "Nothing is at " + request.path() + ". Packets are at /v2/packets."));
        }
    }

    private void serve(HttpServerRequest request, BiFunction<PacketApi.Request, Instant, PacketApi.Outcome> api) {
        Instant now = clock.instant();
        long number = calls.next();
        PacketApi.Outcome outcome = request.method().equals(HttpMethod.GET)
                ? api.apply(understood(request), now)
                : PacketApi.Outcome.plain(Answer.error(405, "Packets are read with GET."));
        calls.add(logged(number, now, request, outcome));
        sender.send(request, outcome.answer(), outcome.fault(), settings.latency())
                .onSuccess(sent -> outcome.answer().page().ifPresent(page -> ledger.served(page, now)))
                .onFailure(
                        e -> log.log(System.Logger.Level.DEBUG, "call {0} ended early: {1}", number, e.getMessage()));
    }

    private static PacketApi.Request understood(HttpServerRequest request) {
        Query query = query(request);
        Optional<String> key = header(request, "X-Api-Key").or(() -> query.text("api_key"));
        return new PacketApi.Request(
                query,
                "http://" + header(request, "Host").orElse("127.0.0.1"),
                header(request, "Authorization"),
                key,
                header(request, "Accept-Encoding").orElse("").contains("gzip"));
    }

    private static CallLog.Call logged(long number, Instant at, HttpServerRequest request, PacketApi.Outcome outcome) {
        Answer answer = outcome.answer();
        boolean unanswered = outcome.fault()
                .filter(fault -> fault.kind() == Fault.Kind.RESET || fault.kind() == Fault.Kind.HANG)
                .isPresent();
        return new CallLog.Call(
                number,
                at,
                request.path(),
                Optional.ofNullable(request.query()).orElse(""),
                unanswered ? 0 : answer.status(),
                answer.page().map(Page::size).orElse(0),
                outcome.fault().map(fault -> fault.kind().name()).orElse(""));
    }

    private void serveToken(HttpServerRequest request) {
        request.setExpectMultipart(true);
        request.end().onSuccess(read -> send(request, token(request)));
    }

    private Answer token(HttpServerRequest request) {
        MultiMap form = request.formAttributes();
        if (!"client_credentials".equals(form.get("grant_type"))) {
            return Answer.json(400, "{\"error\":\"unsupported_grant_type\"}");
        }
        String[] client = header(request, "Authorization")
                .filter(header -> header.startsWith("Basic "))
                .map(header -> new String(
                        Base64.getDecoder().decode(header.substring("Basic ".length())), StandardCharsets.UTF_8))
                .orElse(form.get("client_id") + ":" + form.get("client_secret"))
                .split(":", 2);
        return credentials
                .token(client[0], client[client.length - 1])
                .map(token -> Answer.json(
                        200,
                        "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
                                .formatted(token, settings.tokenLifetime().toSeconds())))
                .orElse(Answer.json(401, "{\"error\":\"invalid_client\"}"));
    }

    private void send(HttpServerRequest request, Answer answer) {
        sender.send(request, answer, Optional.empty());
    }

    private static Query query(HttpServerRequest request) {
        Map<String, String> parameters = new LinkedHashMap<>();
        request.params().forEach(parameters::put);
        return new Query(parameters);
    }

    private static Optional<String> header(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** Cuts what is open and frees the port. */
    @Override
    public void close() {
        // not through the server's own future: its event loop would be gone before it could tell
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
