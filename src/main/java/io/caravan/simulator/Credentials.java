package io.caravan.simulator;

import io.caravan.simulator.SimulatorSettings.Auth;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Who may call: fixed, public credentials of a provider that does not exist, which can be revoked. Thread safe. */
public final class Credentials {
    public static final String API_KEY = "simulator-key";
    public static final String USER = "caravan";
    public static final String PASSWORD = "simulator-password";
    public static final String TOKEN = "simulator-token";
    public static final String CLIENT_ID = "caravan";
    public static final String CLIENT_SECRET = "simulator-secret";

    /** Behind each of the values above, but for the user's name: the values of the second credential. */
    public static final String SECOND = "-2";

    /** One of the two ways in which the provider knows its customer. */
    enum Name {
        MAIN(""),
        SECOND(Credentials.SECOND);

        private final String suffix;

        Name(String suffix) {
            this.suffix = suffix;
        }

        String of(String value) {
            return value + suffix;
        }

        static Name named(String word) {
            return Arrays.stream(values())
                    .filter(name -> name.name().equalsIgnoreCase(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("credential must be main or second, not " + word));
        }
    }

    private record Access(Name name, Instant until) {}

    private final SimulatorSettings settings;
    private final Clock clock;
    private final Map<String, Access> accessTokens = new HashMap<>();
    private final Set<Name> revoked = EnumSet.noneOf(Name.class);
    private int refusedInARow;
    private long tokensIssued;

    Credentials(SimulatorSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    synchronized void revoke() {
        revoked.addAll(EnumSet.allOf(Name.class));
        accessTokens.clear();
    }

    synchronized void revoke(Name name) {
        revoked.add(name);
        accessTokens.values().removeIf(access -> access.name() == name);
    }

    synchronized void restore() {
        revoked.clear();
        refusedInARow = 0;
    }

    synchronized void expireTokens() {
        accessTokens.clear();
    }

    /** An access token for the right client, or nothing. */
    synchronized Optional<String> token(String clientId, String clientSecret) {
        Optional<Name> client =
                valid(name -> clientId.equals(name.of(CLIENT_ID)) && clientSecret.equals(name.of(CLIENT_SECRET)));
        if (isLocked() || client.isEmpty()) {
            refusedInARow++;
            return Optional.empty();
        }
        Instant now = clock.instant();
        accessTokens.values().removeIf(access -> !access.until().isAfter(now));
        String token = "access-" + ++tokensIssued;
        accessTokens.put(token, new Access(client.get(), now.plus(settings.tokenLifetime())));
        return Optional.of(token);
    }

    /** The first that isn't revoked and fits. */
    private Optional<Name> valid(Predicate<Name> fits) {
        return Arrays.stream(Name.values())
                .filter(name -> !revoked.contains(name))
                .filter(fits)
                .findFirst();
    }

    synchronized long tokensIssued() {
        return tokensIssued;
    }

    /** 200, 401, or 403 when the account is locked after too many refused calls. */
    synchronized int status(Optional<String> authorization, Optional<String> apiKey) {
        if (isLocked()) {
            return 403;
        }
        boolean known = settings.auth() == Auth.NONE ? !revoked.contains(Name.MAIN) : proves(authorization, apiKey);
        refusedInARow = known ? 0 : refusedInARow + 1;
        return known ? 200 : 401;
    }

    private boolean proves(Optional<String> authorization, Optional<String> apiKey) {
        return switch (settings.auth()) {
            case NONE -> true;
            case API_KEY ->
                valid(name -> apiKey.filter(name.of(API_KEY)::equals).isPresent())
                        .isPresent();
            case BASIC ->
                valid(name -> authorization
                                .filter(basic(USER, name.of(PASSWORD))::equals)
                                .isPresent())
                        .isPresent();
            case BEARER ->
                valid(name -> authorization
                                .filter(("Bearer " + name.of(TOKEN))::equals)
                                .isPresent())
                        .isPresent();
            case OAUTH2 ->
                authorization
                        .filter(header -> header.startsWith("Bearer "))
                        .map(header -> accessTokens.get(header.substring("Bearer ".length())))
                        .filter(access -> access.until().isAfter(clock.instant()))
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
