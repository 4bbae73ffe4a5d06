package io.caravan.routes;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.NamedNode;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;
import org.apache.camel.reifier.RouteReifier;
import org.apache.camel.spi.TransactedPolicy;
import org.apache.camel.support.EndpointHelper;

/**
 * Builds files in a Camel context that never starts: finds what only Camel itself can say, such as a bean that nobody defines or a constructor's complaint. Nothing
 * connects to anything; of the service's own collaborators there are stand-ins by name.
 */
final class DryRun {
    /** What a route says that has been built up to the point where it wants the running service's database. */
    private static final String NEEDS_THE_SERVICE = "io.caravan.database.Database";

    private final Placeholders placeholders;

    DryRun(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    /** Problems by file. A file that does not parse, or has a broken bean, is told once; what follows from it elsewhere is not. */
    Map<Path, List<Problem>> run(Map<Path, String> texts) {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.setSourceLocationEnabled(true);
            context.getPropertiesComponent().setInitialProperties(placeholders.properties());
            bindStandIns(context);
            context.build();
            Attempt attempt = new Attempt(context);
            texts.forEach(attempt::parse);
            attempt.bindBeans();
            attempt.files.forEach(attempt::addTemplates);
            attempt.files.forEach(attempt::buildRoutes);
            return attempt.problems;
        } catch (Exception e) {
            throw new IllegalStateException("Camel could not be set up for the check: " + e, e);
        }
    }

    private static void bindStandIns(CamelContext context) {
        ClassLoader loader = Objects.requireNonNull(DryRun.class.getClassLoader());
        Object dataSource = Proxy.newProxyInstance(
                loader, new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> 1;
                    case "equals" -> arguments != null && proxy == arguments[0];
                    case "toString" -> "a DataSource for the check";
                    default -> throw new UnsupportedOperationException("There is no database while routes are checked");
                });
        context.getRegistry().bind("dataSource", DataSource.class, dataSource);
        context.getRegistry().bind("PROPAGATION_REQUIRED", TransactedPolicy.class, new TransactedPolicy() {
            @Override
            public void beforeWrap(Route route, NamedNode definition) {}

            @Override
            public Processor wrap(Route route, Processor processor) {
                return processor;
            }
        });
    }

    private static final class Attempt {
        private final CamelContext context;
        private final RouteParser parser;
        private final Model model;
        private final BeanShelf beans;
        private final List<RouteFile> files = new ArrayList<>();
        private final Map<Path, List<Problem>> problems = new LinkedHashMap<>();
        private final Set<String> brokenBeans = new HashSet<>();

        Attempt(CamelContext context) {
            this.context = context;
            this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
            this.parser = new RouteParser(context);
            this.beans = new BeanShelf(context);
        }

        private void tell(Problem problem) {
            problems.computeIfAbsent(problem.path(), path -> new ArrayList<>()).add(problem);
        }

        void parse(Path path, String text) {
            try {
                files.add(parser.parse(path, text).file());
            } catch (Exception e) {
                tell(Explanation.of(path, text, e));
            }
        }

        /** Beans of all files, each told on its own; one may refer to another wherever that stands. */
        void bindBeans() {
            Map<RouteFile.Bean, RouteFile> waiting = new LinkedHashMap<>();
            files.forEach(file -> file.beans().forEach(bean -> waiting.put(bean, file)));
            Map<RouteFile.Bean, BeanShelf.BeanFailure> failed = new LinkedHashMap<>();
            int before = -1;
            while (before != waiting.size()) {
                before = waiting.size();
                failed.clear();
                for (RouteFile.Bean bean : List.copyOf(waiting.keySet())) {
                    try {
                        beans.replace(List.of(bean), Set.of());
                        waiting.remove(bean);
                    } catch (BeanShelf.BeanFailure e) {
                        failed.put(bean, e);
                    }
                }
            }
            failed.forEach((bean, failure) -> {
                RouteFile file = Objects.requireNonNull(waiting.get(bean));
                brokenBeans.add(bean.name());
                tell(Explanation.of(file.path(), file.text(), file, failure));
            });
        }

        /** Those of all files, before routes are made of them. */
        void addTemplates(RouteFile file) {
            try {
                RouteBuilder builder = file.builder();
                file.configure(builder);
                model.addRouteTemplateDefinitions(
                        builder.getRouteTemplateCollection().getRouteTemplates());
            } catch (Exception e) {
                tellUnlessKnown(file, e);
            }
        }

        void buildRoutes(RouteFile file) {
            try {
                RouteBuilder builder = file.builder();
                ((RouteConfigurationsBuilder) builder).addRouteConfigurationsToCamelContext(context);
                for (RouteDefinition route : file.configure(builder)) {
                    build(file, route);
                }
                for (TemplatedRouteDefinition route :
                        builder.getTemplatedRouteCollection().getTemplatedRoutes()) {
                    buildOfTemplate(file, route);
                }
            } catch (Exception e) {
                tellUnlessKnown(file, e);
            }
        }

        private void build(RouteFile file, RouteDefinition route) {
            try {
                tryInput(route.getInput().getEndpointUri());
                route.getInput().setUri("direct:" + Trial.PREFIX + route.getId());
                new RouteReifier(context, route).createRoute();
            } catch (Exception e) {
                tellUnlessKnown(file, new RouteFailure(String.valueOf(route.getId()), e));
            }
        }

        /** In a context that isn't started Camel only notes the route that it makes. */
        private void buildOfTemplate(RouteFile file, TemplatedRouteDefinition templated) {
            try {
                model.addRouteFromTemplatedRoute(templated);
            } catch (Exception e) {
                tellUnlessKnown(file, new RouteFailure(String.valueOf(templated.getRouteId()), e));
                return;
            }
            RouteDefinition route =
                    model.getRouteDefinitions().get(model.getRouteDefinitions().size() - 1);
            Properties parameters = new Properties();
            parameters.putAll(route.getTemplateParameters());
            context.getPropertiesComponent().setLocalProperties(parameters);
            try {
                build(file, route);
            } finally {
                context.getPropertiesComponent().setLocalProperties(null);
            }
        }

        private void tryInput(String from) throws Exception {
            String uri = EndpointHelper.resolveEndpointUriPropertyPlaceholders(context, from);
            Component component = context.getComponent(EndpointUri.scheme(uri), true, false);
            if (component == null) {
                throw new NoSuchEndpointException(uri);
            }
            Endpoint endpoint =
                    component.createEndpoint(component.useRawUri() ? uri : EndpointHelper.normalizeEndpointUri(uri));
            if (!component.getClass().getName().startsWith("org.apache.camel.")) {
                endpoint.createConsumer(exchange -> {}); // Camel's own may already make folders here
            }
        }

        private void tellUnlessKnown(RouteFile file, Exception e) {
            Problem problem = Explanation.of(file.path(), file.text(), file, e);
            boolean follows = brokenBeans.stream().anyMatch(bean -> RouteFile.containsWord(problem.what(), bean));
            if (!follows && !wantsTheService(e)) {
                tell(problem);
            }
        }

        private static boolean wantsTheService(Throwable e) {
            for (Throwable each = e; each != null; each = each.getCause()) {
                if (String.valueOf(each.getMessage()).contains(NEEDS_THE_SERVICE)) {
                    return true;
                }
            }
            return false;
        }
    }
}
