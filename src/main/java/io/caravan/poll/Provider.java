package io.caravan.poll;

import io.caravan.calendar.Schedule;
import java.math.BigDecimal;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A provider's API: where it is, how to log in, what it allows and what it costs. A bean of a YAML file, shared by all streams
 * {@code poll:<name>/<stream>}; its bean name is the provider's name in tables and metrics.
 *
 * <p>Defaults: no login, {@value #DEFAULT_CALLS_PER_MINUTE} calls a minute at any pace, {@value #DEFAULT_CONCURRENT_CALLS} at a time, free of charge,
 * 10 s to connect, 30 s of silence, 60 s for a whole call, 64 MB an answer, call records kept for 30 days. Each setter refuses a value that can't work;
 * {@link #check} finds what only shows when all are set. Set up once, then read by any thread. {@link #toString} tells no secret.
 */
public final class Provider {
    static final int DEFAULT_CALLS_PER_MINUTE = 60;
    static final int DEFAULT_CONCURRENT_CALLS = 4;

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(|[kKmMgG])[bB]?");

    private @Nullable URI url;
    private Auth auth = Auth.NONE;
    private String apiKeyHeader = "X-API-Key";
    private @Nullable String apiKeyParameter;
    private final Credential first = new Credential("main");
    private final Credential second = new Credential("second");
    private @Nullable URI tokenUrl;
    private boolean tokenCallsCount;
    private int callsPerMinute = DEFAULT_CALLS_PER_MINUTE;
    private @Nullable Integer burst;
    private int concurrentCalls = DEFAULT_CONCURRENT_CALLS;
    private BigDecimal costPerCall = BigDecimal.ZERO;
    private @Nullable BigDecimal costPerDay;
    private ZoneId zone = ZoneOffset.UTC;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration readTimeout = Duration.ofSeconds(30);
    private Duration callTimeout = Duration.ofSeconds(60);
    private int maxResponseSize = 64 << 20;
    private Duration keepCalls = Duration.ofDays(30);
    private @Nullable String probe;
    private Duration probeEvery = Duration.ofHours(1);
    private @Nullable String probeWhen;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, Object> http = new LinkedHashMap<>();

    /** How calls are authorized. */
    public enum Auth {
        NONE("none"),
        API_KEY("apiKey"),
        BASIC("basic"),
        BEARER("bearer"),
        OAUTH2("oauth2");

        private final String word;

        Auth(String word) {
            this.word = word;
        }

        static Auth of(String word) {
            return Arrays.stream(values())
                    .filter(auth -> auth.word.equalsIgnoreCase(
                            word.strip().replace("-", "").replace("_", "")))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "auth: '" + word + "' is unknown; use none, apiKey, basic, bearer or oauth2."));
        }
    }

    /** What can't work, one sentence each with its cure; empty when all is well. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (url == null) {
            problems.add(
                    "url is missing; set the address that all paths of the API begin with, such as https://api.acme.example/v2.");
        }
        credentials().forEach(credential -> check(credential, problems));
        if (auth == Auth.OAUTH2) {
            need(problems, "tokenUrl", tokenUrl);
        }
        if (second.isGiven() && first.name().equals(second.name())) {
            problems.add("both credentials are called '" + first.name() + "'; give one another name.");
        }
        if (probe == null && probeWhen != null) {
            problems.add("probeWhen is set, but not what to call; add probe: with the path of a cheap call.");
        }
        if (burst != null && burst > callsPerMinute) {
            problems.add("burst is " + burst + ", more than the " + callsPerMinute
                    + " calls a minute that are allowed; set it to at most callsPerMinute.");
        }
        if (costPerDay != null && costPerDay.compareTo(costPerCall) < 0) {
            problems.add("costPerDay " + costPerDay + " doesn't pay for one call at " + costPerCall + "; raise it.");
        }
        return problems;
    }

    private void check(Credential credential, List<String> problems) {
        String of = credential == second ? "second." : "";
        switch (auth) {
            case NONE -> {}
            case API_KEY -> need(problems, of + "apiKey", credential.apiKey().orElse(null));
            case BASIC -> {
                need(problems, of + "username", credential.username().orElse(null));
                need(problems, of + "password", credential.password().orElse(null));
            }
            case BEARER -> need(problems, of + "token", credential.token().orElse(null));
            case OAUTH2 -> {
                need(problems, of + "clientId", credential.clientId().orElse(null));
                need(problems, of + "clientSecret", credential.clientSecret().orElse(null));
            }
        }
    }

    /**
     * Refuses a provider that can't work.
     *
     * @throws IllegalArgumentException naming every problem
     */
    public void check(String name) {
        List<String> problems = problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("Provider '" + name + "' can't be used: " + String.join(" ", problems));
        }
    }

    private void need(List<String> problems, String property, @Nullable Object value) {
        if (value == null) {
            problems.add(property + " is missing, which auth: " + auth.word
                    + " needs; take it from the environment or a secret file, as {{...}}.");
        }
    }

    /** The address that every stream's path is appended to. */
    public URI url() {
        if (url == null) {
            throw new IllegalStateException("The provider has no url.");
        }
        return url;
    }

    public void setUrl(String url) {
        this.url = address("url", url);
    }

    public Auth auth() {
        return auth;
    }

    public void setAuth(String auth) {
        this.auth = Auth.of(auth);
    }

    /** What the tables, the log and commands call the first credential, that of the properties beside this one; default {@code main}. */
    public void setCredential(String name) {
        first.setName(name);
    }

    /** Another credential of the same kind, to change over to when the first one fails. Live, as the YAML of a bean fills it entry by entry. */
    public Credential getSecond() {
        return second;
    }

    /** The first one, and the second where it is given. */
    List<Credential> credentials() {
        return second.isGiven() ? List.of(first, second) : List.of(first);
    }

    /** The credential of that name; the first one when there is none any more. */
    Credential credential(String name) {
        return credentials().stream()
                .filter(credential -> credential.name().equals(name))
                .findFirst()
                .orElse(first);
    }

    public void setApiKey(String apiKey) {
        first.setApiKey(apiKey);
    }

    /** The request header that carries the API key; not used when {@link #apiKeyParameter} is set. */
    public String apiKeyHeader() {
        return apiKeyHeader;
    }

    public void setApiKeyHeader(String apiKeyHeader) {
        this.apiKeyHeader = text("apiKeyHeader", apiKeyHeader);
    }

    /** The query parameter that carries the API key. Prefer a header: addresses end up in logs on the way. */
    public Optional<String> apiKeyParameter() {
        return Optional.ofNullable(apiKeyParameter);
    }

    public void setApiKeyParameter(String apiKeyParameter) {
        this.apiKeyParameter = text("apiKeyParameter", apiKeyParameter);
    }

    public void setUsername(String username) {
        first.setUsername(username);
    }

    public void setPassword(String password) {
        first.setPassword(password);
    }

    public void setToken(String token) {
        first.setToken(token);
    }

    /** Where OAuth2 access tokens are issued (client credentials grant, RFC 6749 section 4.4). */
    public Optional<URI> tokenUrl() {
        return Optional.ofNullable(tokenUrl);
    }

    public void setTokenUrl(String tokenUrl) {
        this.tokenUrl = address("tokenUrl", tokenUrl);
    }

    public void setClientId(String clientId) {
        first.setClientId(clientId);
    }

    public void setClientSecret(String clientSecret) {
        first.setClientSecret(clientSecret);
    }

    public void setScope(String scope) {
        first.setScope(scope);
    }

    /**
     * Whether the provider counts the calls to {@link #tokenUrl} as calls of its API, in its limit and on its bill. Default false: tokens are mostly issued by another host
     * than the API's, and a login that waits for a slot behind pages which can't be asked for without it gains nothing.
     */
    public boolean tokenCallsCount() {
        return tokenCallsCount;
    }

    public void setTokenCallsCount(boolean tokenCallsCount) {
        this.tokenCallsCount = tokenCallsCount;
    }

    /** Most calls in any 60 seconds, over all streams and nodes. */
    public int callsPerMinute() {
        return callsPerMinute;
    }

    public void setCallsPerMinute(int callsPerMinute) {
        this.callsPerMinute = atLeastOne("callsPerMinute", callsPerMinute);
    }

    /** How many calls may follow each other at once before they are paced evenly; default: all of a minute. */
    public int burst() {
        return burst == null ? callsPerMinute : burst;
    }

    public void setBurst(int burst) {
        this.burst = atLeastOne("burst", burst);
    }

    /** Most calls under way at the same time, over all streams and nodes. */
    public int concurrentCalls() {
        return concurrentCalls;
    }

    public void setConcurrentCalls(int concurrentCalls) {
        this.concurrentCalls = atLeastOne("concurrentCalls", concurrentCalls);
    }

    /** Price of a call, empty or not, in the provider's currency. */
    public BigDecimal costPerCall() {
        return costPerCall;
    }

    public void setCostPerCall(String costPerCall) {
        BigDecimal cost = amount("costPerCall", costPerCall);
        if (cost.signum() < 0) {
            throw new IllegalArgumentException(
                    "costPerCall: " + costPerCall + " is negative; set what one call costs, 0 when it is free.");
        }
        this.costPerCall = cost;
    }

    /** The budget of a day in {@link #zone}; empty: as much as the limit allows. */
    public Optional<Budget> budget() {
        return Optional.ofNullable(costPerDay).map(perDay -> new Budget(costPerCall, perDay, zone));
    }

    public void setCostPerDay(String costPerDay) {
        BigDecimal cost = amount("costPerDay", costPerDay);
        if (cost.signum() <= 0) {
            throw new IllegalArgumentException("costPerDay: " + costPerDay
                    + " allows no call; set a positive amount, or leave it out for no budget.");
        }
        this.costPerDay = cost;
    }

    /** In whose days the provider bills; default UTC. */
    public ZoneId zone() {
        return zone;
    }

    public void setZone(String zone) {
        this.zone = zoneOf(zone);
    }

    static ZoneId zoneOf(String zone) {
        try {
            return ZoneId.of(zone.strip());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "zone: '" + zone + "' is unknown; use a name such as Europe/Amsterdam or UTC.", e);
        }
    }

    public Duration connectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = positive("connectTimeout", connectTimeout);
    }

    /** Longest silence of a connection. */
    public Duration readTimeout() {
        return readTimeout;
    }

    public void setReadTimeout(Duration readTimeout) {
        this.readTimeout = positive("readTimeout", readTimeout);
    }

    /** Longest time of a whole call, from connecting to the last byte, also when the bytes drip in one by one. */
    public Duration callTimeout() {
        return callTimeout;
    }

    public void setCallTimeout(Duration callTimeout) {
        this.callTimeout = positive("callTimeout", callTimeout);
    }

    /** Most bytes of an answer, after decompression. */
    public int maxResponseSize() {
        return maxResponseSize;
    }

    public void setMaxResponseSize(String maxResponseSize) {
        Matcher size = SIZE.matcher(maxResponseSize.strip());
        if (!size.matches()) {
            throw new IllegalArgumentException(
                    "maxResponseSize: '" + maxResponseSize + "' is no size; write it like 64MB, 500k or 1048576.");
        }
        int shift = switch (size.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
        long bytes = Long.parseLong(size.group(1)) << shift;
        if (bytes < 1 || bytes > 1L << 30) {
            throw new IllegalArgumentException("maxResponseSize: '" + maxResponseSize
                    + "' must be between 1 byte and 1GB; a page is held in memory.");
        }
        this.maxResponseSize = (int) bytes;
    }

    /** How long records of calls are kept in {@code caravan.call}; never shorter than a day, which the budget needs. */
    public Duration keepCalls() {
        return keepCalls;
    }

    public void setKeepCalls(Duration keepCalls) {
        if (keepCalls.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("keepCalls: " + keepCalls
                    + " is too short; the rate limit reads these records. Keep them for a day or more.");
        }
        this.keepCalls = keepCalls;
    }

    /** Path below {@link #url} of a cheap call that is made with each credential now and then, so that one that has expired is found before data is due; may have a query. Empty: none is made. */
    public Optional<String> probe() {
        return Optional.ofNullable(probe);
    }

    public void setProbe(String probe) {
        this.probe = text("probe", probe);
    }

    /** How long after its last probe a credential is tried again, where no {@link #probeWhen} says otherwise; after refusals ever more rarely. */
    public Duration probeEvery() {
        return probeEvery;
    }

    public void setProbeEvery(Duration probeEvery) {
        this.probeEvery = positive("probeEvery", probeEvery);
    }

    /** When credentials are tried: cron by the clock of {@link #zone}, such as {@code 0 4 * * *}, several separated by semicolons. */
    public Optional<Schedule> probeWhen() {
        return Optional.ofNullable(probeWhen).map(when -> Schedule.parse(when, zone));
    }

    public void setProbeWhen(String probeWhen) {
        Schedule.parse(probeWhen, zone);
        this.probeWhen = text("probeWhen", probeWhen);
    }

    /** Fixed request headers. */
    Map<String, String> headers() {
        return headers;
    }

    /** Fixed request headers, one {@code Name: value} a line: Camel's YAML would change the dashes of names that are keys. */
    public void setHeaders(String lines) {
        headers.clear();
        for (String line : lines.lines().filter(text -> !text.isBlank()).toList()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException(
                        "headers: '" + line.strip() + "' is no header; write one a line, as Name: value.");
            }
            headers.put(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
    }

    /**
     * Options of Camel's http component for this provider's calls, such as {@code sslContextParameters: "#acmeTls"} or {@code proxyHost}.
     * Live, as the YAML of a bean fills it entry by entry.
     */
    public Map<String, Object> getHttp() {
        return http;
    }

    public void setHttp(Map<String, Object> http) {
        this.http.clear();
        this.http.putAll(http);
    }

    @Override
    public String toString() {
        return "Provider[url=" + url + ", auth=" + auth.word + ", callsPerMinute=" + callsPerMinute + ", burst="
                + burst() + ", concurrentCalls=" + concurrentCalls + ", costPerCall=" + costPerCall + ", costPerDay="
                + costPerDay + ", zone=" + zone + "]";
    }

    private static URI address(String property, String value) {
        try {
            URI uri = new URI(value.strip());
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (java.net.URISyntaxException e) {
            throw new IllegalArgumentException(
                    property + ": '" + value + "' is no web address (" + e.getReason()
                            + "); write it like https://api.acme.example/v2.",
                    e);
        }
        throw new IllegalArgumentException(
                property + ": '" + value
                        + "' must be an http or https address with a host, without user name or fragment, such as https://api.acme.example/v2.");
    }

    private static BigDecimal amount(String property, String value) {
        try {
            return new BigDecimal(value.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    property + ": '" + value + "' is no amount; write it like 0.001, in the provider's currency.", e);
        }
    }

    static String text(String property, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(property + " is empty; give it a value or leave it out.");
        }
        return value.strip();
    }

    private static int atLeastOne(String property, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(property + ": " + value + " allows no call; set it to 1 or more.");
        }
        return value;
    }

    private static Duration positive(String property, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(
                    property + ": " + value + " leaves no time; set it above zero, such as 30s.");
        }
        return value;
    }
}
