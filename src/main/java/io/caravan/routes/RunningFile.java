package io.caravan.routes;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.Route;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ModelLifecycleStrategy;
import org.apache.camel.model.ModelLifecycleStrategySupport;
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

    private RunningFile(CamelContext context, Model model, RouteFile file) {
        this.context = context;
        this.model = model;
        this.file = file;
    }

    /** Adds and starts everything of the file; when one part fails, nothing of the file is left. {@code model}: the context's; {@code builder}: one of the file's. */
    static RunningFile start(CamelContext context, Model model, RouteFile file, RouteBuilder builder, Drain drain)
            throws Exception {
        RunningFile running = new RunningFile(context, model, file);
        try {
            running.add(builder);
            return running;
        } catch (Exception e) {
            Exception located = running.locate(e);
            try {
                running.remove(drain);
            } catch (Exception whileRemoving) {
                located.addSuppressed(whileRemoving);
            }
            throw located;
        }
    }

    /** The same of several files that hold nothing but routes: all are built before the first one starts, and when one fails, nothing of any is left. */
    static List<RunningFile> startTogether(
            CamelContext context, Model model, List<RouteParser.Parsed> files, Drain drain) throws Exception {
        List<RunningFile> together = new ArrayList<>();
        List<RouteDefinition> added = new ArrayList<>();
        try {
            for (RouteParser.Parsed parsed : files) {
                RunningFile running = new RunningFile(context, model, parsed.file());
                together.add(running);
                running.define(parsed.file().configure(parsed.builder()));
                added.addAll(running.routes);
            }
            ((ModelCamelContext) context).startRouteDefinitions(added);
            return together;
        } catch (Exception e) {
            for (RunningFile running : together) {
                running.remove(drain);
            }
            throw e;
        }
    }

    /** Camel says which route it can't build, and notes at a route why it did not start. */
    private Exception locate(Exception e) {
        if (e instanceof FailedToCreateRouteException unbuilt && unbuilt.getRouteId() != null) {
            return new RouteFailure(unbuilt.getRouteId(), e);
        }
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

    private void add(RouteBuilder builder) throws Exception {
        if (file.hasOnlyRoutes() && model.getRestDefinitions().isEmpty()) {
            define(file.configure(builder));
            ((ModelCamelContext) context).startRouteDefinitions(routes);
        } else {
            addByCamel(builder);
        }
    }

    /**
     * As Camel adds routes, without its search through all other routes, twice for each one, for a predecessor of the same id and for a rest service that calls it. Neither
     * exists here: an id belongs to one file, whose former routes are removed by now, and there is no rest service.
     */
    private void define(List<RouteDefinition> defined) {
        for (RouteDefinition route : defined) {
            for (ModelLifecycleStrategy strategy : model.getModelLifecycleStrategies()) {
                strategy.onAddRouteDefinition(route);
            }
            model.getRouteDefinitions().add(route);
            routes.add(route);
        }
    }

    private void addByCamel(RouteBuilder builder) throws Exception {
        int configurationsBefore = model.getRouteConfigurationDefinitions().size();
        int restsBefore = model.getRestDefinitions().size();
        Additions additions = new Additions();
        model.addModelLifecycleStrategy(additions);
        try {
            if (!file.hasOnlyRoutes()) {
                ((RouteConfigurationsBuilder) builder).addRouteConfigurationsToCamelContext(context);
            }
            file.configure(builder);
            builder.addRoutesToCamelContext(context);
            builder.addTemplatedRoutesToCamelContext(context);
        } finally {
            model.getModelLifecycleStrategies().remove(additions);
            configurations.addAll(tail(model.getRouteConfigurationDefinitions(), configurationsBefore));
            rests.addAll(tail(model.getRestDefinitions(), restsBefore));
        }
    }

    /** What Camel adds for this file, as it tells; comparing all of its model before and after would take long with many files. */
    private final class Additions extends ModelLifecycleStrategySupport {
        @Override
        public void onAddRouteDefinition(RouteDefinition route) {
            routes.add(route);
        }

        @Override
        public void onAddRouteTemplateDefinition(RouteTemplateDefinition template) {
            templates.add(template);
        }
    }

    /** Of configurations and rests it does not tell, but only appends to its lists. */
    private static <T> List<T> tail(List<T> list, int from) {
        return List.copyOf(list.subList(Math.min(from, list.size()), list.size()));
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
