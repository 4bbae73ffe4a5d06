package io.caravan;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.EmbeddedPostgres;
import io.caravan.database.EmbeddedPostgresSettings;
import io.caravan.database.Migrations;
import io.caravan.database.RunningPostgres;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The database that the settings name: a server elsewhere, or the bundled one, which it starts and stops. */
final class OpenDatabase implements AutoCloseable {
    private final @Nullable EmbeddedPostgres server;
    private final Database database;

    private OpenDatabase(@Nullable EmbeddedPostgres server, Database database) {
        this.server = server;
        this.database = database;
    }

    static OpenDatabase open(Settings settings) {
        if (settings.isSet(Setting.DATABASE_URL)) {
            return new OpenDatabase(
                    null,
                    Database.open(connection(
                            settings,
                            settings.text(Setting.DATABASE_URL),
                            settings.text(Setting.DATABASE_USER),
                            settings.text(Setting.DATABASE_PASSWORD))));
        }
        EmbeddedPostgres server = EmbeddedPostgres.start(EmbeddedPostgresSettings.in(settings.path(Setting.DATA_FOLDER))
                .withPort(settings.number(Setting.EMBEDDED_PORT, 0, 65_535)));
        try {
            return new OpenDatabase(
                    server, Database.open(connection(settings, server.url(), server.user(), server.password())));
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** As {@link #open}, but beside a running service it uses the bundled server which that one has started. */
    static OpenDatabase besideService(Settings settings) {
        if (settings.isSet(Setting.DATABASE_URL)) {
            return open(settings);
        }
        return RunningPostgres.on(settings.path(Setting.DATA_FOLDER))
                .map(running -> new OpenDatabase(
                        null, Database.open(connection(settings, running.url(), running.user(), running.password()))))
                .orElseGet(() -> open(settings));
    }

    private static DatabaseSettings connection(Settings settings, String url, String user, String password) {
        return new DatabaseSettings(
                url,
                user,
                password,
                settings.number(Setting.DATABASE_MAX_CONNECTIONS, 2, 1_000),
                settings.duration(Setting.DATABASE_CONNECT_TIMEOUT));
    }

    Database database() {
        return database;
    }

    /** Brings the engine's tables and then the pipelines' up to date. */
    void migrate(Path sqlFolder) {
        Migrations.engine(database);
        Migrations.pipelines(database, sqlFolder);
    }

    @Override
    public void close() {
        database.close();
        if (server != null) {
            server.close();
        }
    }
}
