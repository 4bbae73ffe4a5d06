package io.caravan.poll;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Adds one of a provider's credentials to its calls. An OAuth2 access token is asked for when first needed, again before it expires, and once when it is refused before that; one
 * token serves all threads of this node. Nodes don't share tokens: a secret in a table would be one more place to guard, and providers issue as many as are asked for.
 */
final class Authorization {
    private final Provider provider;
    private final Credential credential;
    private final AccessTokens tokens;
    private final Clock clock;
    private @Nullable Token token;
    private @Nullable Instant asked;

    /** What became of a token. */
    private enum Standing {
        /** It is used. */
        TRUSTED,
        /** It came because the one before was refused, and no call with it was accepted yet. */
        ON_TRIAL,
        /** It was refused after it had been accepted, or as the first: another one may help. */
        REFUSED,
        /** It was refused on trial: the credentials are bad, not the token. */
        HOPELESS
    }

    private record Token(String value, Instant renewAt, Standing standing) {
        Token as(Standing other) {
            return new Token(value, renewAt, other);
        }

        boolean isRefused() {
            return standing == Standing.REFUSED || standing == Standing.HOPELESS;
        }
    }

    Authorization(Provider provider, Credential credential, AccessTokens tokens, Clock clock) {
        this.provider = provider;
        this.credential = credential;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * Makes sure that there is what the next call needs to log in; may call the token address, which is why it comes before the page's own permit.
     *
     * @param evenIfHeld also while the provider is paused or kept away from
     * @return why not now
     */
    Optional<Permit.Refused> prepare(StreamName stream, boolean evenIfHeld) throws CallFailedException {
        return provider.auth() == Provider.Auth.OAUTH2 ? prepareToken(stream, evenIfHeld) : Optional.empty();
    }

    private synchronized Optional<Permit.Refused> prepareToken(StreamName stream, boolean evenIfHeld)
            throws CallFailedException {
        Token current = token;
        if (current != null && !current.isRefused() && clock.instant().isBefore(current.renewAt())) {
            return Optional.empty();
        }
        boolean wasRefused = current != null && current.standing() == Standing.REFUSED;
        String why = current == null
                ? "there was none"
                : current.isRefused() ? "the one before was refused" : "the one before expires";
        AccessTokens.Answer answer = tokens.ask(stream, why, evenIfHeld);
        if (answer instanceof AccessTokens.Answer.NotNow notNow) {
            return Optional.of(notNow.refused());
        }
        AccessTokens.Answer.Issued issued = (AccessTokens.Answer.Issued) answer;
        token = new Token(issued.token(), issued.renewAt(), wasRefused ? Standing.ON_TRIAL : Standing.TRUSTED);
        return Optional.empty();
    }

    /** Forgets a token that came before somebody asked all nodes for fresh ones. */
    synchronized void tokensSince(Instant since) {
        if (asked != null && since.isAfter(asked)) {
            token = null;
        }
        asked = since;
    }

    Credential credential() {
        return credential;
    }

    /** The request with credentials; after {@link #prepare}. */
    ProviderRequest authorize(ProviderRequest request) {
        return switch (provider.auth()) {
            case NONE -> request;
            case API_KEY -> withKey(request, credential.apiKey().orElseThrow());
            case BASIC ->
                request.withHeader(
                        "Authorization",
                        basic(
                                credential.username().orElseThrow(),
                                credential.password().orElseThrow()));
            case BEARER -> bearing(request, credential.token().orElseThrow());
            case OAUTH2 -> bearing(request, currentToken());
        };
    }

    private synchronized String currentToken() {
        if (token == null) {
            throw new IllegalStateException("The call was not prepared, there is no access token.");
        }
        return token.value();
    }

    /** After an accepted call. */
    synchronized void accepted() {
        if (token != null && token.standing() == Standing.ON_TRIAL) {
            token = token.as(Standing.TRUSTED);
        }
    }

    /**
     * After 401 or 403.
     *
     * @param request that was refused
     * @return whether the call is worth one more try, with another token
     */
    synchronized boolean refused(ProviderRequest request) {
        if (provider.auth() != Provider.Auth.OAUTH2 || token == null) {
            return false;
        }
        if (!("Bearer " + token.value()).equals(request.headers().get("Authorization"))) {
            return true; // another thread renewed it meanwhile
        }
        token = token.as(
                switch (token.standing()) {
                    case TRUSTED, REFUSED -> Standing.REFUSED;
                    case ON_TRIAL, HOPELESS -> Standing.HOPELESS;
                });
        return token.standing() == Standing.REFUSED;
    }

    private ProviderRequest withKey(ProviderRequest request, String key) {
        return provider.apiKeyParameter()
                .map(parameter -> request.withUri(Addresses.with(request.uri(), Map.of(parameter, key))))
                .orElseGet(() -> request.withHeader(provider.apiKeyHeader(), key));
    }

    private static ProviderRequest bearing(ProviderRequest request, String token) {
        return request.withHeader("Authorization", "Bearer " + token);
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
