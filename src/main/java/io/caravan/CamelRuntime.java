package io.caravan;

import io.caravan.calendar.files.Calendars;
import io.caravan.database.BatchTransaction;
import io.caravan.database.Database;
import io.caravan.routes.ManyRoutesContext;
import io.caravan.watch.cause.CauseFiles;
import io.caravan.watch.cause.Causes;
import io.caravan.watch.cause.EvidenceRepository;
import io.caravan.watch.episode.CauseFinder;
import io.caravan.watch.fleet.Fleets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/** Camel as the service runs it: our collaborators in its registry, its own keys from our settings file, no routes yet. */
final class CamelRuntime {
    private CamelRuntime() {}

    /**
     * @param placeholders values for {@code {{key}}}, over those of files and environment
     */
    static Main of(Settings settings, Database database, Clock clock, Map<String, String> placeholders) {
        Main camel = new Main() {
            @Override
            protected CamelContext createCamelContext() {
                return new ManyRoutesContext(registry);
            }
        };
        camel.setDefaultPropertyPlaceholderLocation("false");
        camel.setPropertyPlaceholderLocations(optional(settings.project().resolve("config/application.properties"))
                + "," + optional(settings.path(Setting.SECRETS_FILE)));
        camel.addInitialProperty("camel.main.name", "caravan");
        camel.addInitialProperty("camel.main.sourceLocationEnabled", "true");
        camel.addInitialProperty("camel.main.logName", "${routeId}");
        camel.addInitialProperty("camel.main.useMdcLogging", "true");
        // a bean of JMX for each route, step and endpoint is most of the time that thousands of routes take to load
        camel.addInitialProperty("camel.main.jmxEnabled", "false");
        camel.addInitialProperty("camel.main.mdcLoggingKeysPattern", "caravan.*");
        camel.addInitialProperty("camel.main.shutdownTimeout", seconds(settings));
        camel.addInitialProperty("camel.health.enabled", "true");
        camel.addInitialProperty("camel.health.exposureLevel", "full");
        // SourcesHealth instead: these would make the service unready when one of its pipelines is in trouble
        camel.addInitialProperty("camel.health.routesEnabled", "false");
        camel.addInitialProperty("camel.health.consumersEnabled", "false");
        camel.addInitialProperty("camel.metrics.enabled", "true");
        camel.addInitialProperty("camel.metrics.clearOnReload", "false");
        camel.addInitialProperty("camel.metrics.binders", "jvm-memory,jvm-gc,jvm-thread,processor,uptime");
        camel.addInitialProperty("camel.component.dag.autoStartEngine", "false");
        camel.addInitialProperty("camel.component.watch.autoStartWatchdog", "false");
        camel.addInitialProperty(
                "camel.component.alert.file",
                settings.project().resolve("config/alerts.yaml").toString());
        camel.addInitialProperty(
                "camel.component.alert.rules",
                settings.project().resolve("config/rules").toString());
        camel.addInitialProperty(
                "camel.component.alert.templates",
                settings.path(Setting.ROUTES_FOLDER).resolve("channels").toString());
        if (settings.isSet(Setting.URL)) {
            camel.addInitialProperty("camel.component.alert.url", settings.text(Setting.URL));
        }
        if (settings.isSet(Setting.LINKS_SECRET)) {
            camel.addInitialProperty("camel.component.alert.linkSecret", settings.text(Setting.LINKS_SECRET));
        }
        placeholders.forEach(camel::addOverrideProperty);
        camel.bind("database", database);
        camel.bind("dataSource", database.dataSource());
        camel.bind("clock", clock);
        Calendars calendars = new Calendars(settings.project().resolve("config/calendars"), clock);
        camel.bind("calendars", calendars);
        camel.bind("fleets", Fleets.of(settings.project().resolve("config/fleets.yaml"), calendars, database, clock));
        camel.bind("causes", causes(settings, database, clock));
        camel.bind("databaseHealth", new DatabaseHealthCheck(database));
        camel.bind("PROPAGATION_REQUIRED", new BatchTransaction(database));
        return camel;
    }

    private static CauseFinder causes(Settings settings, Database database, Clock clock) {
        Causes causes = new Causes(CauseFiles.in(settings.project().resolve("config/causes"), clock));
        EvidenceRepository evidence = new EvidenceRepository(database);
        return trouble -> Optional.of(causes.find(evidence.gather(trouble)));
    }

    private static String seconds(Settings settings) {
        return String.valueOf(
                Math.max(1, settings.duration(Setting.SHUTDOWN_TIMEOUT).toSeconds()));
    }

    private static String optional(Path file) {
        return "file:" + file + ";optional=true";
    }
}
