package io.caravan.poll;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One way in which a provider knows us: what {@link Provider.Auth} needs, and a name for tables, logs and commands. The values are secrets, taken from the environment or a secret
 * file as {@code {{...}}}; {@link #toString} tells none. Set up once, then read by any thread.
 */
public final class Credential {
    private String name;
    private @Nullable String apiKey;
    private @Nullable String username;
    private @Nullable String password;
    private @Nullable String token;
    private @Nullable String clientId;
    private @Nullable String clientSecret;
    private @Nullable String scope;

    Credential(String name) {
        this.name = name;
    }

    /** What the tables, the log and commands call it. */
    public String name() {
        return name;
    }

    public void setName(String name) {
        this.name = Provider.text("name of a credential", name);
    }

    Optional<String> apiKey() {
        return Optional.ofNullable(apiKey);
    }

    public void setApiKey(String apiKey) {
        this.apiKey = secret("apiKey", apiKey);
    }

    Optional<String> username() {
        return Optional.ofNullable(username);
    }

    public void setUsername(String username) {
        this.username = secret("username", username);
    }

    Optional<String> password() {
        return Optional.ofNullable(password);
    }

    public void setPassword(String password) {
        this.password = secret("password", password);
    }

    Optional<String> token() {
        return Optional.ofNullable(token);
    }

    public void setToken(String token) {
        this.token = secret("token", token);
    }

    Optional<String> clientId() {
        return Optional.ofNullable(clientId);
    }

    public void setClientId(String clientId) {
        this.clientId = secret("clientId", clientId);
    }

    Optional<String> clientSecret() {
        return Optional.ofNullable(clientSecret);
    }

    public void setClientSecret(String clientSecret) {
        this.clientSecret = secret("clientSecret", clientSecret);
    }

    Optional<String> scope() {
        return Optional.ofNullable(scope);
    }

    public void setScope(String scope) {
        this.scope = Provider.text("scope", scope);
    }

    /** Whether anything of it is set. */
    boolean isGiven() {
        return apiKey().or(this::username)
                .or(this::password)
                .or(this::token)
                .or(this::clientId)
                .or(this::clientSecret)
                .isPresent();
    }

    @Override
    public String toString() {
        return "Credential[" + name + "]";
    }

    /** The value itself never shows up in a message. */
    private static String secret(String property, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(
                    property + " is empty; check the environment variable or file that it is taken from.");
        }
        return value.strip();
    }
}
