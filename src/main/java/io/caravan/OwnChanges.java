package io.caravan;

import io.caravan.database.Database;
import io.caravan.routes.RouteLoader;
import io.caravan.watch.cause.ChangeLog;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes what changes of Caravan itself while it runs: at start, with each route that is taken in, and every half minute for files that nobody tells of. */
final class OwnChanges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnChanges.class);
    private static final int EVERY_SECONDS = 30;

    private final ChangeLog log;
    private final ScheduledExecutorService thread =
            new ScheduledThreadPoolExecutor(1, OwnChanges::thread, new ThreadPoolExecutor.DiscardPolicy());

    private OwnChanges(ChangeLog log) {
        this.log = log;
    }

    static OwnChanges noting(Settings settings, Database database, Clock clock, RouteLoader routes) {
        Path secrets = settings.path(Setting.SECRETS_FILE);
        Path config = settings.project().resolve("config");
        OwnChanges changes = new OwnChanges(new ChangeLog(
                database,
                clock,
                node(),
                Main.Version.text(),
                settings.project(),
                List.of(
                        config,
                        settings.path(Setting.PROVIDERS_FOLDER),
                        settings.path(Setting.ROUTES_FOLDER),
                        settings.path(Setting.SQL_FOLDER)),
                file -> file.normalize().equals(secrets)));
        changes.begin(routes);
        return changes;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what it runs tells its own failures
    private void begin(RouteLoader routes) {
        thread.scheduleWithFixedDelay(this::look, 0, EVERY_SECONDS, TimeUnit.SECONDS);
        routes.onSettled(allLoaded -> thread.execute(this::look));
    }

    private void look() {
        try {
            log.look();
        } catch (RuntimeException e) {
            LOG.warn(
                    "watch: what changed of Caravan could not be noted: {}. The next look is in {} s.",
                    e.getMessage(),
                    EVERY_SECONDS);
        }
    }

    private static String node() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown host";
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "caravan-own-changes");
        thread.setDaemon(true);
        return thread;
    }

    /** Does nothing any more. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
