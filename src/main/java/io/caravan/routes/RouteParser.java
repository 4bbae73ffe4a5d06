package io.caravan.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.dsl.yaml.common.YamlDeserializationContext;
import org.apache.camel.dsl.yaml.common.YamlDeserializerSupport;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads a file with Camel's own YAML DSL, but keeps its beans apart: Camel would bind them into the registry while it parses, before anything of the file has been
 * tried. But for {@link #read} not thread-safe; the loader has one and works in one thread.
 */
final class RouteParser extends YamlRoutesBuilderLoader {

    RouteParser(CamelContext context) {
        setCamelContext(context);
        build();
        start();
    }

    /**
     * A text that has been read.
     *
     * @param root empty when it says nothing
     * @param builder has been configured; good for making its routes once, see {@link RouteFile#builder}
     */
    record Parsed(RouteFile file, Optional<Node> root, RouteBuilder builder) {}

    /** What a text says, before anything is made of it; tied to no parser. {@code root} is empty when it says nothing. */
    record Read(Path path, String text, Optional<Node> root, List<RouteFile.Bean> beans, List<RouteFile.Part> parts) {}

    /** Throws Camel's or SnakeYAML's exception with the place of the mistake. */
    Parsed parse(Path path, String text) throws Exception {
        return parse(read(path, text));
    }

    Parsed parse(Read read) throws Exception {
        RouteFile file = new RouteFile(read.path(), read.text(), read.beans(), read.parts(), this);
        RouteBuilder builder = builder(read.path(), read.text(), read.root());
        file.configure(builder);
        return new Parsed(file, read.root(), builder);
    }

    /** May be called from any thread. Throws SnakeYAML's exception, or Camel's for a bean, with the place of the mistake. */
    Read read(Path path, String text) {
        Optional<Node> root = YamlTree.compose(path, text);
        List<RouteFile.Bean> beans = new ArrayList<>();
        List<RouteFile.Part> parts = new ArrayList<>();
        if (root.isPresent() && root.get() instanceof SequenceNode entries) {
            YamlDeserializationContext context =
                    newYamlDeserializationContext(YamlTree.settings(path), resource(path, text));
            for (Node entry : entries.getValue()) {
                if (entry instanceof MappingNode mapping) {
                    mapping.getValue().forEach(tuple -> collect(tuple, context, text, beans, parts));
                }
            }
        }
        return new Read(path, text, root, List.copyOf(beans), List.copyOf(parts));
    }

    /** The file's routes, not yet read: route configurations must be in the context before {@link #configure}. */
    RouteBuilder builder(Path path, String text) {
        return builder(path, text, YamlTree.compose(path, text));
    }

    private RouteBuilder builder(Path path, String text, Optional<Node> root) {
        Resource resource = resource(path, text);
        RouteBuilder builder = root.isPresent()
                ? builder(newYamlDeserializationContext(YamlTree.settings(path), resource), root.get())
                : new NoRoutes();
        builder.setCamelContext(getCamelContext());
        builder.setResource(resource);
        return builder;
    }

    /** Of a file that holds comments only. */
    private static final class NoRoutes extends RouteConfigurationBuilder {
        @Override
        public void configuration() {
            // nothing is written
        }
    }

    /** Reads the routes into the builder's collection; nothing is added to the context yet. */
    List<RouteDefinition> configure(Path path, RouteBuilder builder) throws Exception {
        List<RouteDefinition> routes =
                builder.configureRoutes(getCamelContext()).getRoutes();
        nameRoutes(path, routes);
        return routes;
    }

    @Override
    protected RouteBuilder builder(YamlDeserializationContext context, Node root) {
        return super.builder(context, root instanceof SequenceNode entries ? withoutBeans(entries) : root);
    }

    /** A route without an id takes its file's name: Camel's own route1, route2 … would move with every reload. */
    private static void nameRoutes(Path path, List<RouteDefinition> routes) {
        int nth = 0;
        for (RouteDefinition route : routes) {
            if (route.getId() == null || !route.hasCustomIdAssigned()) {
                nth++;
                route.routeId(nth == 1 ? name(path) : name(path) + "-" + nth);
            }
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString().replaceFirst("(\\.camel)?\\.yaml$", "");
    }

    private static void collect(
            NodeTuple entry,
            YamlDeserializationContext context,
            String text,
            List<RouteFile.Bean> beans,
            List<RouteFile.Part> parts) {
        String kind = YamlTree.text(entry.getKeyNode());
        if (kind.equals("beans") && entry.getValueNode() instanceof SequenceNode list) {
            list.getValue().forEach(node -> beans.add(bean(node, context, text)));
        } else {
            parts.add(new RouteFile.Part(
                    kind,
                    YamlTree.textAt(entry.getValueNode(), "id")
                            .or(() -> YamlTree.textAt(entry.getValueNode(), "routeId"))
                            .or(() -> YamlTree.textAt(entry.getValueNode(), "route-id"))
                            .orElse(""),
                    YamlTree.line(entry.getKeyNode()),
                    YamlTree.slice(entry, text)));
        }
    }

    private static RouteFile.Bean bean(Node node, YamlDeserializationContext context, String text) {
        YamlDeserializerSupport.setDeserializationContext(node, context);
        BeanFactoryDefinition<?> definition = YamlDeserializerSupport.asType(node, BeanFactoryDefinition.class);
        if (definition.getName() == null || definition.getType() == null) {
            String missing = definition.getName() == null ? "name" : "type";
            throw new YamlMistake(YamlTree.line(node), "This bean has no " + missing, "add `" + missing + ":`");
        }
        definition.setResource(context.getResource());
        return new RouteFile.Bean(definition.getName(), YamlTree.line(node), YamlTree.slice(node, text), definition);
    }

    private static Node withoutBeans(SequenceNode entries) {
        List<Node> kept =
                entries.getValue().stream().filter(entry -> !isBeans(entry)).toList();
        return new SequenceNode(
                entries.getTag(), true, kept, entries.getFlowStyle(), entries.getStartMark(), entries.getEndMark());
    }

    private static boolean isBeans(Node entry) {
        return entry instanceof MappingNode mapping
                && mapping.getValue().size() == 1
                && mapping.getValue().get(0).getKeyNode() instanceof ScalarNode key
                && key.getValue().equals("beans");
    }

    private static Resource resource(Path path, String text) {
        return ResourceHelper.fromString("file:" + path, text);
    }
}
