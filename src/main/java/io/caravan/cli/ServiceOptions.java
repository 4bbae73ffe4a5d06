package io.caravan.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that start the service; they outrank the file and the environment. */
final class ServiceOptions {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of health, metrics and pages (caravan.http.port).")
    private @Nullable Integer port;

    /** What the options say, by key. */
    Map<String, String> overrides() {
        return port == null ? Map.of() : Map.of("caravan.http.port", String.valueOf(port));
    }
}
