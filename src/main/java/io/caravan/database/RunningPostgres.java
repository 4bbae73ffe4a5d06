package io.caravan.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How a second process (a command beside the service) reaches the bundled PostgreSQL that the service has started. */
public final class RunningPostgres {
    private static final int PORT_LINE = 3;

    private RunningPostgres() {}

    /**
     * The connection to the server that runs on this data folder; empty where none does. Source of the file's lines:
     * PostgreSQL's {@code miscadmin.h}, LOCK_FILE_LINE_PORT.
     */
    public static Optional<DatabaseSettings> on(Path dataFolder) {
        Path folder = dataFolder.resolve("postgres");
        try {
            if (new ClusterProcesses(folder.resolve("cluster").toRealPath())
                    .postmaster()
                    .isEmpty()) {
                return Optional.empty();
            }
            List<String> lines =
                    Files.readAllLines(folder.resolve("cluster").resolve(ClusterProcesses.PID_FILE), UTF_8);
            String password =
                    Files.readString(folder.resolve("password"), UTF_8).strip();
            return Optional.of(new DatabaseSettings(
                    EmbeddedPostgres.urlOf(Integer.parseInt(lines.get(PORT_LINE).strip())),
                    EmbeddedPostgres.USER,
                    password));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
