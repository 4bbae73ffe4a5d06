package io.caravan.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that starts the service or works on its project; they outrank the file and the environment. */
public final class ServiceOptions {
    @Option(
            names = "--project",
            paramLabel = "DIR",
            description =
                    "Folder that holds config, routes, sql and data. Default: CARAVAN_PROJECT, else where Caravan is installed.")
    private @Nullable Path project;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of the bundled PostgreSQL (caravan.data.folder).")
    private @Nullable Path data;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of health, metrics and pages (caravan.http.port).")
    private @Nullable Integer port;

    /** The project's folder; the installation's own where none is named. */
    public Path project() {
        return Optional.ofNullable(project)
                .orElseGet(() -> usualProject(System.getenv()))
                .toAbsolutePath()
                .normalize();
    }

    /** The project that commands work on without being told: CARAVAN_PROJECT, else where Caravan is installed. */
    public static Path usualProject(Map<String, String> environment) {
        String home = System.getProperty("caravan.home", "");
        return Path.of(environment.getOrDefault("CARAVAN_PROJECT", home));
    }

    /** What the options say, by key; relative folders start where the command was typed. */
    public Map<String, String> overrides() {
        Map<String, String> values = new LinkedHashMap<>();
        if (data != null) {
            values.put("caravan.data.folder", data.toAbsolutePath().toString());
        }
        if (port != null) {
            values.put("caravan.http.port", String.valueOf(port));
        }
        return values;
    }
}
