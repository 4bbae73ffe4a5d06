package io.caravan.routes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.rest.RestDefinition;

/** What one file has put into the Camel context, so that exactly this can be taken out again: a renamed route id leaves nothing behind. Not thread-safe. */
final class RunningFile {
    private final CamelContext context;
    private final Model model;
    private final RouteFile file;
    private final List<RouteDefinition> routes = new ArrayList<>();
    private final List<RouteConfigurationDefinition> configurations = new ArrayList<>();
    private final List<RouteTemplateDefinition> templates = new ArrayList<>();
    private final List<RestDefinition> rests = new ArrayList<>();

    private RunningFile(CamelContext context, RouteFile file) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
        this.file = file;
    }

    /** Adds and starts everything of the file; when one part fails, nothing of the file is left. */
    static RunningFile start(CamelContext context, RouteFile file, Drain drain) throws Exception {
        RunningFile running = new RunningFile(context, file);
        try {
            running.add();
            return running;
        } catch (Exception e) {
            Exception located = running.locate(e);
            running.remove(drain);
            throw located;
        }
    }

    /** Camel notes at a route why it did not start. */
    private Exception locate(Exception e) {
        return liveRoutes().stream()
                .filter(route -> route.getProperties().get("route.start.exception") == e)
                .findFirst()
                .map(route -> (Exception) new RouteFailure(route.getRouteId(), e))
                .orElse(e);
    }

    RouteFile file() {
        return file;
    }

    List<String> routeIds() {
        return routes.stream().map(RouteDefinition::getRouteId).toList();
    }

    private void add() throws Exception {
        RouteBuilder builder = file.builder();
        Set<RouteDefinition> routesBefore = new LinkedHashSet<>(model.getRouteDefinitions());
        Set<RouteConfigurationDefinition> configurationsBefore =
                new LinkedHashSet<>(model.getRouteConfigurationDefinitions());
        Set<RouteTemplateDefinition> templatesBefore = new LinkedHashSet<>(model.getRouteTemplateDefinitions());
        Set<RestDefinition> restsBefore = new LinkedHashSet<>(model.getRestDefinitions());
        try {
            ((RouteConfigurationsBuilder) builder).addRouteConfigurationsToCamelContext(context);
            file.configure(builder);
            builder.addRoutesToCamelContext(context);
            builder.addTemplatedRoutesToCamelContext(context);
        } finally {
            collectNew(routes, model.getRouteDefinitions(), routesBefore);
            collectNew(configurations, model.getRouteConfigurationDefinitions(), configurationsBefore);
            collectNew(templates, model.getRouteTemplateDefinitions(), templatesBefore);
            collectNew(rests, model.getRestDefinitions(), restsBefore);
        }
    }

    private static <T> void collectNew(List<T> added, List<T> now, Set<T> before) {
        now.stream()
                .filter(each -> before.stream().noneMatch(old -> old == each))
                .forEach(added::add);
    }

    /** Lets what is in flight finish (see {@link Drain}), then removes every route and definition of the file. */
    void remove(Drain drain) throws Exception {
        drain.remove(liveRoutes());
        for (RouteDefinition route : routes) {
            model.removeRouteDefinition(route);
        }
        model.removeRouteTemplateDefinitions(templates);
        model.getRouteConfigurationDefinitions().removeAll(configurations);
        model.getRestDefinitions().removeAll(rests);
    }

    private List<Route> liveRoutes() {
        List<Route> live = new ArrayList<>();
        for (String id : routeIds()) {
            Route route = context.getRoute(id);
            if (route != null) {
                live.add(route);
            }
        }
        return live;
    }
}
