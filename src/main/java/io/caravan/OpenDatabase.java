package io.caravan;

import io.caravan.dag.engine.WorkerRepository;
import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.EmbeddedPostgres;
import io.caravan.database.EmbeddedPostgresSettings;
import io.caravan.database.Leases;
import io.caravan.database.Migrations;
import io.caravan.database.RunningPostgres;
import io.caravan.poll.CallRepository;
import io.caravan.poll.StreamRepository;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database that the settings name: a server elsewhere, or the bundled one, which it starts and stops. */
final class OpenDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenDatabase.class);

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

    /**
     * Frees what a service that was killed still holds, rather than wait until its leases run out. Only on the bundled server: there this process holds the
     * data folder's lock, so every other owner is dead. On a server elsewhere other nodes may be alive.
     */
    void takeOver() {
        if (server == null) {
            return;
        }
        int streams = new StreamRepository(database).releaseAll();
        int calls = new CallRepository(database).abandonAll();
        int leases = new Leases(database, "takeover").releaseAll();
        int workers = new WorkerRepository(database).endAll();
        if (streams + calls + leases + workers > 0) {
            LOG.info(
                    "The service before this one was killed; taken over at once: streams={} calls={} leases={} workers={}",
                    streams,
                    calls,
                    leases,
                    workers);
        }
    }

    @Override
    public void close() {
        database.close();
        if (server != null) {
            server.close();
        }
    }
}
