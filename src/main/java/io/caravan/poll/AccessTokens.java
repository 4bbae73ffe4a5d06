package io.caravan.poll;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks where a provider issues OAuth2 access tokens for one (client credentials grant, RFC 6749 section 4.4). Each time is a call of its own, in {@code caravan.call} and the
 * metrics as {@link Purpose#TOKEN}. It waits for nothing but a block of the provider, unless {@link Provider#tokenCallsCount}: then it needs a place in the limit. Safe for any
 * thread.
 */
final class AccessTokens {
    private static final Logger LOG = LoggerFactory.getLogger(AccessTokens.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a token whose answer doesn't say how long it is valid. */
    private static final Duration ASSUMED_LIFETIME = Duration.ofMinutes(5);

    /** A token is renewed this long before it expires, at most a tenth of its lifetime. */
    private static final Duration RENEW_BEFORE = Duration.ofSeconds(60);

    private final Provider provider;
    private final Credential credential;
    private final CallLog calls;
    private final Transport transport;
    private final Clock clock;

    /** What came of asking. */
    sealed interface Answer {
        record Issued(String token, Instant renewAt) implements Answer {}

        /** Nothing was asked, the provider must not be called now. */
        record NotNow(Permit.Refused refused) implements Answer {}
    }

    AccessTokens(Provider provider, Credential credential, CallLog calls, Transport transport, Clock clock) {
        this.provider = provider;
        this.credential = credential;
        this.calls = calls;
        this.transport = transport;
        this.clock = clock;
    }

    /**
     * Asks for a token.
     *
     * @param stream on whose behalf
     * @param why for the log
     * @param evenIfHeld also while the provider is paused or kept away from
     */
    Answer ask(StreamName stream, String why, boolean evenIfHeld) throws CallFailedException {
        Permit permit = calls.takeForToken(
                CallWish.other(stream, Purpose.TOKEN, credential.name(), evenIfHeld), provider.tokenCallsCount());
        if (permit instanceof Permit.Refused refused) {
            return new Answer.NotNow(refused);
        }
        Permit.Granted granted = (Permit.Granted) permit;
        URI address = provider.tokenUrl().orElseThrow();
        Deadline deadline = Deadline.in(provider.callTimeout());
        ProviderResponse response = null;
        try {
            response = transport.send(request(address), deadline.left());
            LOG.info(
                    "poll={} credential={} token={} at={} status={} took={}ms why={}",
                    stream.provider(),
                    credential.name(),
                    response.isSuccess() ? "RECEIVED" : "REFUSED",
                    Addresses.withoutQuery(address),
                    response.status(),
                    deadline.elapsed().toMillis(),
                    why);
            if (provider.tokenCallsCount()) {
                LimitHeaders.wait(response, clock).ifPresent(wait -> keepAway(stream, wait));
            }
            Answer.Issued issued = issued(address, response);
            calls.ended(stream, Purpose.TOKEN, granted, response, 0, deadline.elapsed(), null);
            return issued;
        } catch (CallFailedException e) {
            calls.ended(stream, Purpose.TOKEN, granted, response, 0, deadline.elapsed(), e);
            throw e;
        }
    }

    /** The host that answered is the one that we poll, as it counts both. */
    private void keepAway(StreamName stream, Duration wait) {
        calls.calls().block(stream.provider(), wait, PollDecision.Reason.ASKED_BY_PROVIDER);
    }

    private ProviderRequest request(URI address) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        credential.scope().ifPresent(scope -> form.put("scope", scope));
        String id = Addresses.encode(credential.clientId().orElseThrow());
        String secret = Addresses.encode(credential.clientSecret().orElseThrow());
        return new ProviderRequest(
                address,
                Map.of(
                        "Authorization",
                        Authorization.basic(id, secret),
                        "Accept",
                        "application/json",
                        "Content-Type",
                        "application/x-www-form-urlencoded"),
                Optional.of(form.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + Addresses.encode(entry.getValue()))
                        .collect(Collectors.joining("&"))));
    }

    private Answer.Issued issued(URI address, ProviderResponse response) throws CallFailedException {
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
                            + " without an access_token. Check tokenUrl: it must be the address that issues OAuth2 tokens.",
                    status,
                    Optional.empty());
        }
        Duration lifetime = answer.path("expires_in").asLong(0) > 0
                ? Duration.ofSeconds(answer.path("expires_in").asLong())
                : ASSUMED_LIFETIME;
        Duration early = lifetime.dividedBy(10).compareTo(RENEW_BEFORE) < 0 ? lifetime.dividedBy(10) : RENEW_BEFORE;
        return new Answer.Issued(value, clock.instant().plus(lifetime).minus(early));
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
