package io.caravan.simulator;

import io.caravan.simulator.SimulatorSettings.Auth;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who may call: fixed, public credentials of a provider that does not exist, which can be revoked. Thread safe. */
public final class Credentials {
    public static final String API_KEY = "simulator-key";
    public static final String USER = "caravan";
    public static final String PASSWORD = "simulator-password";
    public static final String TOKEN = "simulator-token";
    public static final String CLIENT_ID = "caravan";
    public static final String CLIENT_SECRET = "simulator-secret";

    private final SimulatorSettings settings;
    private final Clock clock;
    private final Map<String, Instant> accessTokens = new HashMap<>();
    private boolean revoked;
    private int refusedInARow;
    private long tokensIssued;

    Credentials(SimulatorSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    synchronized void revoke() {
        revoked = true;
        accessTokens.clear();
    }

    synchronized void restore() {
        revoked = false;
        refusedInARow = 0;
    }

    synchronized void expireTokens() {
        accessTokens.clear();
    }

    /** An access token for the right client, or nothing. */
    synchronized Optional<String> token(String clientId, String clientSecret) {
        if (revoked || isLocked() || !clientId.equals(CLIENT_ID) || !clientSecret.equals(CLIENT_SECRET)) {
            refusedInARow++;
            return Optional.empty();
        }
        Instant now = clock.instant();
        accessTokens.values().removeIf(until -> !until.isAfter(now));
        String token = "access-" + ++tokensIssued;
        accessTokens.put(token, now.plus(settings.tokenLifetime()));
        return Optional.of(token);
    }

    synchronized long tokensIssued() {
        return tokensIssued;
    }

    /** 200, 401, or 403 when the account is locked after too many refused calls. */
    synchronized int status(Optional<String> authorization, Optional<String> apiKey) {
        if (isLocked()) {
            return 403;
        }
        boolean known = settings.auth() == Auth.NONE ? !revoked : !revoked && proves(authorization, apiKey);
        refusedInARow = known ? 0 : refusedInARow + 1;
        return known ? 200 : 401;
    }

    private boolean proves(Optional<String> authorization, Optional<String> apiKey) {
        return switch (settings.auth()) {
            case NONE -> true;
            case API_KEY -> apiKey.filter(API_KEY::equals).isPresent();
            case BASIC -> authorization.filter(basic(USER, PASSWORD)::equals).isPresent();
            case BEARER -> authorization.filter(("Bearer " + TOKEN)::equals).isPresent();
            case OAUTH2 ->
                authorization
                        .filter(header -> header.startsWith("Bearer "))
                        .map(header -> accessTokens.get(header.substring("Bearer ".length())))
                        .filter(until -> until.isAfter(clock.instant()))
                        .isPresent();
        };
    }

    static String basic(String user, String password) {
        byte[] pair = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private boolean isLocked() {
        return settings.lockAfter() > 0 && refusedInARow >= settings.lockAfter();
    }
}
