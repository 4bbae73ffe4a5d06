package io.caravan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Every key of ours that {@code config/application.properties} and the environment may set, with its default. */
enum Setting {
    HTTP_HOST("caravan.http.host", "127.0.0.1"),
    HTTP_PORT("caravan.http.port", "8080"),
    HTTP_TOKEN("caravan.http.token", ""),
    URL("caravan.url", ""),
    LINKS_SECRET("caravan.links.secret", ""),
    DATABASE_URL("caravan.database.url", ""),
    DATABASE_USER("caravan.database.user", ""),
    DATABASE_PASSWORD("caravan.database.password", ""),
    DATABASE_MAX_CONNECTIONS("caravan.database.max-connections", "16"),
    DATABASE_CONNECT_TIMEOUT("caravan.database.connect-timeout", "10s"),
    EMBEDDED_PORT("caravan.embedded.port", "0"),
    DATA_FOLDER("caravan.data.folder", "data"),
    ROUTES_FOLDER("caravan.routes.folder", "routes"),
    PROVIDERS_FOLDER("caravan.providers.folder", "config/providers"),
    SQL_FOLDER("caravan.sql.folder", "sql"),
    SECRETS_FILE("caravan.secrets.file", "config/secrets.properties"),
    SHUTDOWN_TIMEOUT("caravan.shutdown.timeout", "30s");

    private final String key;
    private final String byDefault;

    Setting(String key, String byDefault) {
        this.key = key;
        this.byDefault = byDefault;
    }

    String key() {
        return key;
    }

    String byDefault() {
        return byDefault;
    }

    /** The environment variable that overrides the file: {@code caravan.http.port} is CARAVAN_HTTP_PORT. */
    String variable() {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    static Optional<Setting> of(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(Setting::key).toList();
    }
}
