package io.caravan.database;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the bundled PostgreSQL lives and how it runs.
 *
 * @param dataFolder holds everything that must survive: lock, password and the cluster in {@code postgres/}
 * @param binariesFolder where the server's programs are unpacked; default {@code <dataFolder>/postgres}
 * @param port loopback port; default 0, a free one at every start
 * @param parameters PostgreSQL parameters that outrank its postgresql.conf; default none. The server is durable unless
 *     they say otherwise.
 */
public record EmbeddedPostgresSettings(Path dataFolder, Path binariesFolder, int port, Map<String, String> parameters) {
    public EmbeddedPostgresSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "The port of the bundled PostgreSQL is " + port + "; give 1 to 65535, or 0 for a free one.");
        }
        dataFolder = dataFolder.toAbsolutePath().normalize();
        binariesFolder = binariesFolder.toAbsolutePath().normalize();
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** The defaults for a service that keeps its data in this folder. */
    public static EmbeddedPostgresSettings in(Path dataFolder) {
        return new EmbeddedPostgresSettings(dataFolder, dataFolder.resolve("postgres"), 0, Map.of());
    }

    public EmbeddedPostgresSettings withBinariesIn(Path folder) {
        return new EmbeddedPostgresSettings(dataFolder, folder, port, parameters);
    }

    public EmbeddedPostgresSettings withPort(int newPort) {
        return new EmbeddedPostgresSettings(dataFolder, binariesFolder, newPort, parameters);
    }

    public EmbeddedPostgresSettings with(String parameter, String value) {
        var more = new LinkedHashMap<>(parameters);
        more.put(parameter, value);
        return new EmbeddedPostgresSettings(dataFolder, binariesFolder, port, more);
    }
}
