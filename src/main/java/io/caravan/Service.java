package io.caravan;

import io.caravan.alert.AlertComponent;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.Vital;
import io.caravan.api.AlertResource;
import io.caravan.api.AlertsApi;
import io.caravan.api.FleetActionResource;
import io.caravan.api.FleetResource;
import io.caravan.api.FleetsApi;
import io.caravan.api.SilenceResource;
import io.caravan.calendar.files.Calendars;
import io.caravan.dag.DagCatalog;
import io.caravan.dag.DagComponent;
import io.caravan.dag.DagFileCheck;
import io.caravan.dag.DagNode;
import io.caravan.dag.RefusedFile;
import io.caravan.database.Database;
import io.caravan.routes.Problem;
import io.caravan.routes.RouteFileStatus;
import io.caravan.routes.RouteLoader;
import io.caravan.telemetry.DeliveryMetrics;
import io.caravan.telemetry.RouteMetrics;
import io.caravan.telemetry.TaskLogAppender;
import io.caravan.watch.FleetDirectory;
import io.caravan.watch.FleetOperations;
import io.caravan.watch.FleetReports;
import io.caravan.watch.WatchComponent;
import io.caravan.watch.WatchNode;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.fleet.Fleets;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.WrittenProfiles;
import io.caravan.web.AlertPages;
import io.caravan.web.FleetPages;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running service: a database, a Camel context that knows it, and the routes of the project's folders.
 *
 * <p>What was started is stopped in the opposite order; routes first finish what is in flight.
 */
final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private final Settings settings;
    private final HttpServer http;
    private final RunningHealthCheck health = new RunningHealthCheck();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private Service(Settings settings) {
        this.settings = settings;
        this.http = HttpServer.of(settings);
    }

    /**
     * Starts everything; on a failure what had started is stopped again.
     *
     * @param placeholders values for {@code {{key}}} in routes, over those of files and environment
     */
    static Service start(Settings settings, Clock clock, Map<String, String> placeholders) throws Exception {
        Service service = new Service(settings);
        try {
            service.open(clock, placeholders);
            return service;
        } catch (Throwable failure) {
            service.close();
            throw failure;
        }
    }

    private void open(Clock clock, Map<String, String> placeholders) throws Exception {
        OpenDatabase opened = keep(OpenDatabase.open(settings));
        opened.migrate(settings.path(Setting.SQL_FOLDER));
        opened.takeOver();
        Main camel = CamelRuntime.of(settings, opened.database(), clock, placeholders);
        MeterRegistry metrics = Telemetry.bind(camel, clock);
        camel.bind("serviceHealth", health);
        http.configure(camel);
        keep(camel::stop);
        camel.start();
        CamelContext context = camel.getCamelContext();
        http.complete(context);
        serveFleets(context, opened.database(), clock);
        serveAlerts(context, opened.database(), clock);
        HealthCheckRegistry.get(context).register(new SourcesHealth(context));
        // before anything counts arrivals, so that it can tell what came while nobody looked
        WatchNode watch =
                keep(context.getComponent("watch", WatchComponent.class).node());
        WatchdogHealthCheck watchdog = new WatchdogHealthCheck(watch, clock);
        context.getRegistry().bind("watchdogVital", Vital.class, watchdog);
        DagComponent dag = context.getComponent("dag", DagComponent.class);
        RouteLoader routes = keep(new RouteLoader(
                context,
                List.of(settings.path(Setting.PROVIDERS_FOLDER), settings.path(Setting.ROUTES_FOLDER)),
                clock,
                List.of(new DagFileCheck(
                        calendar -> calendars(context).find(calendar).isPresent(), ZoneId.of(dag.getTimezone())))));
        RouteMetrics.register(metrics, routes::statuses);
        routes.start();
        DagNode workflows = dag.node();
        workflows.catalog().watch(new LoadingOfFiles(routes));
        keep(TaskLogAppender.attach(workflows.logs()));
        keep(workflows).start();
        AlertComponent alerts = context.getComponent("alert", AlertComponent.class);
        keep(alerts.node()).start();
        keep(alerts.ruleNode()).start();
        AlertDesk desk = new AlertDesk(opened.database(), clock, alerts.routing()::current);
        HealthCheckRegistry.get(context).register(new AlertsHealthCheck(desk, alerts.routing()::problem));
        DeliveryMetrics.register(
                metrics,
                () -> desk.unreached().size(),
                desk::lines,
                () -> alerts.routing().problem().isPresent());
        routes.onSettled(allLoaded -> workflows.catalog().settleSoon());
        keep(OwnChanges.noting(settings, opened.database(), clock, routes));
        watch.start();
        HealthCheckRegistry.get(context).register(watchdog);
        health.started();
        LOG.info("health and metrics: {}/observe/health and {}/observe/metrics", http.url(), http.url());
    }

    private static void serveFleets(CamelContext context, Database database, Clock clock) throws Exception {
        Fleets fleets = context.getRegistry().findSingleByType(Fleets.class);
        FleetDirectory directory = new FleetDirectory(database, fleets);
        Profiles profiles = new WrittenProfiles(fleets, clock);
        FleetOperations operations = new FleetOperations(database, clock, profiles);
        context.addRoutes(new FleetsApi(
                new FleetResource(directory, clock), new FleetActionResource(directory, operations, profiles, clock)));
        Detector detector =
                new Detector(context.getComponent("watch", WatchComponent.class).detectorSettings());
        context.addRoutes(new FleetPages(new FleetReports(database, clock, profiles, detector), operations, clock));
    }

    private void serveAlerts(CamelContext context, Database database, Clock clock) throws Exception {
        AlertComponent alerts = context.getComponent("alert", AlertComponent.class);
        AlertDesk desk = new AlertDesk(database, clock, alerts.routing()::current);
        context.addRoutes(
                new AlertsApi(new AlertResource(desk, alerts.answers(), clock), new SilenceResource(desk, clock)));
        AlertPages pages = new AlertPages(desk, alerts.answers(), alerts.links(), alerts.board());
        context.addRoutes(pages);
        keep(http.serve(context, alerts, pages));
        if (alerts.links().base().isEmpty()) {
            LOG.info("{} is not set: messages carry no links to acknowledge, silence or resolve", Setting.URL.key());
        }
    }

    private static Calendars calendars(CamelContext context) {
        return context.getRegistry().findSingleByType(Calendars.class);
    }

    /** What the workflows' catalogue wants to know of the files. */
    private record LoadingOfFiles(RouteLoader routes) implements DagCatalog.Loading {
        @Override
        public boolean isGoingOn() {
            return routes.isWorking();
        }

        @Override
        public boolean isIncomplete() {
            return routes.isIncomplete();
        }

        @Override
        public List<RefusedFile> refused() {
            return routes.statuses().stream()
                    .filter(status -> !status.isLoaded())
                    .map(status -> new RefusedFile(
                            status.path().toString(),
                            status.since(),
                            status.problems().stream().map(Problem::toString).toList(),
                            status.state() == RouteFileStatus.State.LAST_GOOD))
                    .toList();
        }
    }

    /** Where health, metrics and pages are served. */
    String url() {
        return http.url();
    }

    Path routesFolder() {
        return settings.path(Setting.ROUTES_FOLDER);
    }

    private <T extends AutoCloseable> T keep(T service) {
        started.push(service);
        return service;
    }

    @Override
    public void close() {
        health.stopping();
        while (!started.isEmpty()) {
            AutoCloseable service = started.pop();
            try {
                service.close();
            } catch (Exception e) {
                LOG.error("{} did not stop cleanly; the next start recovers", service, e);
            }
        }
    }
}
