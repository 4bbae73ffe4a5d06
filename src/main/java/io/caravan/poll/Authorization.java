package io.caravan.poll;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds a provider's credentials to its calls. An OAuth2 access token is fetched when first needed, again before it expires, and once when it is refused before that; one
 * token serves all threads of this node. Nodes don't share tokens: a secret in a table would be one more place to guard, and providers issue as many as are asked for.
 *
 * <p>Asking for a token takes no slot of the provider's limit and nothing of its budget, since providers count the calls of their API; each is logged.
 */
final class Authorization {
    private static final Logger LOG = LoggerFactory.getLogger(Authorization.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a token whose answer doesn't say how long it is valid. */
    private static final Duration ASSUMED_LIFETIME = Duration.ofMinutes(5);

    /** A token is renewed this long before it expires, at most a tenth of its lifetime. */
    private static final Duration RENEW_BEFORE = Duration.ofSeconds(60);

    private final String name;
    private final Provider provider;
    private final Transport transport;
    private final Clock clock;
    private @Nullable Token token;

    /**
     * An access token.
     *
     * @param renewal fetched because the one before was refused, and not yet accepted itself
     */
    private record Token(String value, Instant renewAt, boolean renewal) {}

    Authorization(String name, Provider provider, Transport transport, Clock clock) {
        this.name = name;
        this.provider = provider;
        this.transport = transport;
        this.clock = clock;
    }

    /** The request with credentials. May call the token address, which counts for no limit. */
    ProviderRequest authorize(ProviderRequest request, Duration within) throws CallFailedException {
        return switch (provider.auth()) {
            case NONE -> request;
            case API_KEY -> withKey(request, provider.apiKey().orElseThrow());
            case BASIC ->
                request.withHeader(
                        "Authorization",
                        basic(
                                provider.username().orElseThrow(),
                                provider.password().orElseThrow()));
            case BEARER ->
                request.withHeader("Authorization", "Bearer " + provider.token().orElseThrow());
            case OAUTH2 -> request.withHeader("Authorization", "Bearer " + currentToken(within));
        };
    }

    /** After an accepted call. */
    synchronized void accepted() {
        if (token != null && token.renewal()) {
            token = new Token(token.value(), token.renewAt(), false);
        }
    }

    /**
     * After 401 or 403.
     *
     * @param refused the request that was refused
     * @return whether the call is worth one more try with a fresh token
     */
    synchronized boolean renewAfterRefusal(ProviderRequest refused, Duration within) throws CallFailedException {
        if (provider.auth() != Provider.Auth.OAUTH2) {
            return false;
        }
        if (token != null
                && !("Bearer " + token.value()).equals(refused.headers().get("Authorization"))) {
            return true; // another thread renewed it meanwhile
        }
        if (token != null && token.renewal()) {
            token = null;
            return false;
        }
        token = fetch(within, true);
        return true;
    }

    private synchronized String currentToken(Duration within) throws CallFailedException {
        Token current = token;
        if (current == null || !clock.instant().isBefore(current.renewAt())) {
            current = fetch(within, false);
            token = current;
        }
        return current.value();
    }

    private Token fetch(Duration within, boolean renewal) throws CallFailedException {
        URI address = provider.tokenUrl().orElseThrow();
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        provider.scope().ifPresent(scope -> form.put("scope", scope));
        String id = Addresses.encode(provider.clientId().orElseThrow());
        String secret = Addresses.encode(provider.clientSecret().orElseThrow());
        ProviderRequest request = new ProviderRequest(
                address,
                Map.of(
                        "Authorization",
                        basic(id, secret),
                        "Accept",
                        "application/json",
                        "Content-Type",
                        "application/x-www-form-urlencoded"),
                Optional.of(form.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + Addresses.encode(entry.getValue()))
                        .collect(Collectors.joining("&"))));
        Deadline deadline = Deadline.in(within);
        ProviderResponse response = transport.send(request, within);
        LOG.info(
                "poll={} token={} at={} status={} took={}ms why={}",
                name,
                response.isSuccess() ? "RECEIVED" : "REFUSED",
                Addresses.withoutQuery(address),
                response.status(),
                deadline.elapsed().toMillis(),
                renewal ? "the one before was refused" : token == null ? "there was none" : "the one before expires");
        return token(address, response, renewal);
    }

    private Token token(URI address, ProviderResponse response, boolean renewal) throws CallFailedException {
        int status = response.status();
        if (!response.isSuccess()) {
            ErrorKind kind =
                    status >= 500 ? ErrorKind.SERVER : status == 429 ? ErrorKind.THROTTLED : ErrorKind.UNAUTHORIZED;
            throw new CallFailedException(
                    kind,
                    Addresses.withoutQuery(address) + " answered " + status + " when asked for an access token"
                            + (kind == ErrorKind.UNAUTHORIZED
                                    ? ". Check tokenUrl, clientId, clientSecret and scope."
                                    : "."),
                    status,
                    LimitHeaders.wait(response, clock));
        }
        JsonNode answer = json(response.body());
        String value = answer.path("access_token").asText("");
        if (value.isEmpty()) {
            throw new CallFailedException(
                    ErrorKind.UNAUTHORIZED,
                    Addresses.withoutQuery(address) + " answered " + status
                            + " without an access_token. Check tokenUrl: it must be the address that issues OAuth2 tokens.");
        }
        Duration lifetime = answer.path("expires_in").asLong(0) > 0
                ? Duration.ofSeconds(answer.path("expires_in").asLong())
                : ASSUMED_LIFETIME;
        Duration early = lifetime.dividedBy(10).compareTo(RENEW_BEFORE) < 0 ? lifetime.dividedBy(10) : RENEW_BEFORE;
        return new Token(value, clock.instant().plus(lifetime).minus(early), renewal);
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private ProviderRequest withKey(ProviderRequest request, String key) {
        return provider.apiKeyParameter()
                .map(parameter -> request.withUri(Addresses.with(request.uri(), Map.of(parameter, key))))
                .orElseGet(() -> request.withHeader(provider.apiKeyHeader(), key));
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
