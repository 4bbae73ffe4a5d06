package io.caravan;

import io.caravan.cli.Place;
import io.caravan.database.Database;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The database for commands that work beside the service, or without it: opened when a command first asks. Where no service
 * runs, the bundled server is started for as long as the command needs it. For one thread.
 */
final class ToolDatabase implements Supplier<Database>, AutoCloseable {
    private final Map<String, String> environment;
    private @Nullable OpenDatabase opened;

    ToolDatabase(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Database get() {
        OpenDatabase current = opened;
        if (current == null) {
            Settings settings = Settings.read(Place.project(environment), environment, Map.of());
            current = OpenDatabase.besideService(settings);
            opened = current;
            current.migrate(settings.path(Setting.SQL_FOLDER));
        }
        return current.database();
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.close();
        }
    }
}
