package io.caravan.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.camel.util.StringHelper;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What a file of routes and beans says, with lines, for a {@link RouteFileCheck}. Placeholders that are known are resolved. A file that can't be read as YAML says nothing.
 *
 * @param beans in the order of the file
 * @param consumers the {@code from} of every route, in the order of the file
 * @param producers where the file's steps send to, in its order; only addresses that are written out, with {@code to}, {@code toD} and {@code wireTap}
 */
public record FileView(Path path, List<Bean> beans, List<Consumer> consumers, List<Producer> producers) {
    private static final Set<String> SENDING = Set.of("to", "toD", "wireTap");
    private static final Set<String> ERROR_HANDLING =
            Set.of("errorHandler", "onException", "error-handler", "on-exception");

    public FileView {
        beans = List.copyOf(beans);
        consumers = List.copyOf(consumers);
        producers = List.copyOf(producers);
    }

    /**
     * A bean of a file.
     *
     * @param line of its name
     * @param properties texts, and maps of the same where they nest
     * @param lines of properties by their names, those of nested ones as {@code params.city.type}
     */
    public record Bean(
            Path path, String name, int line, String type, Map<String, Object> properties, Map<String, Integer> lines) {
        /** The line of a property, or of the nearest that it nests in, or of the bean. */
        public int lineOf(String property) {
            for (String name = property;
                    !name.isEmpty();
                    name = name.substring(0, Math.max(0, name.lastIndexOf('.')))) {
                Integer line = lines.get(name);
                if (line != null) {
                    return line;
                }
            }
            return line;
        }
    }

    /**
     * The {@code from} of a route.
     *
     * @param route its id; empty when it has none
     * @param uri without its options: {@code dag:rides/stage}
     * @param line of the uri
     * @param options those of the uri and of {@code parameters}
     * @param lines of the options
     * @param redeliveries the line at which an error handler in force here asks for redeliveries
     */
    public record Consumer(
            Path path,
            String route,
            String uri,
            int line,
            Map<String, String> options,
            Map<String, Integer> lines,
            OptionalInt redeliveries) {
        public String scheme() {
            return EndpointUri.scheme(uri);
        }

        /** What follows the scheme: {@code rides/stage}. */
        public String remaining() {
            return EndpointUri.remaining(uri);
        }

        public int lineOf(String option) {
            return lines.getOrDefault(option, line);
        }
    }

    /**
     * A step that sends to an endpoint.
     *
     * @param uri without its options
     * @param options those of the uri and of {@code parameters}
     */
    public record Producer(Path path, String uri, int line, Map<String, String> options) {
        public String scheme() {
            return EndpointUri.scheme(uri);
        }

        /** What follows the scheme. */
        public String remaining() {
            return EndpointUri.remaining(uri);
        }
    }

    static FileView of(Path path, String text, Placeholders placeholders) {
        try {
            return of(path, YamlTree.compose(path, text), placeholders);
        } catch (YamlEngineException e) {
            return of(path, Optional.empty(), placeholders);
        }
    }

    /** Of a file that has been read already. */
    static FileView of(Path path, Optional<Node> root, Placeholders placeholders) {
        Reading reading = new Reading(path, placeholders);
        root.ifPresent(reading::file);
        return new FileView(path, reading.beans, reading.consumers, reading.producers);
    }

    private static final class Reading {
        private final Path path;
        private final Placeholders placeholders;
        private final List<Bean> beans = new ArrayList<>();
        private final List<Consumer> consumers = new ArrayList<>();
        private final List<Producer> producers = new ArrayList<>();

        Reading(Path path, Placeholders placeholders) {
            this.path = path;
            this.placeholders = placeholders;
        }

        void file(Node root) {
            if (!(root instanceof SequenceNode list)) {
                return;
            }
            OptionalInt forAll = OptionalInt.empty();
            for (Node entry : list.getValue()) {
                for (NodeTuple tuple : tuples(entry)) {
                    if (ERROR_HANDLING.contains(key(tuple)) && forAll.isEmpty()) {
                        forAll = redeliveries(tuple.getValueNode());
                    }
                }
            }
            for (Node entry : list.getValue()) {
                for (NodeTuple tuple : tuples(entry)) {
                    entry(tuple, forAll);
                }
            }
        }

        private void entry(NodeTuple tuple, OptionalInt redeliveries) {
            Node value = tuple.getValueNode();
            if (!key(tuple).equals("beans")) {
                producers(value);
            }
            switch (key(tuple)) {
                case "beans" -> {
                    if (value instanceof SequenceNode list) {
                        list.getValue().forEach(this::bean);
                    }
                }
                case "route" -> YamlTree.valueAt(value, "from").ifPresent(from -> consumer(from, value, redeliveries));
                case "from" -> consumer(value, value, redeliveries);
                default -> {}
            }
        }

        private void bean(Node bean) {
            Map<String, Object> properties = new LinkedHashMap<>();
            Map<String, Integer> lines = new LinkedHashMap<>();
            YamlTree.valueAt(bean, "properties").ifPresent(node -> properties(node, "", properties, lines));
            YamlTree.valueAt(bean, "name")
                    .ifPresent(name -> beans.add(new Bean(
                            path,
                            placeholders.resolve(YamlTree.text(name)),
                            YamlTree.line(name),
                            YamlTree.textAt(bean, "type").orElse("").replaceFirst("^#class:", ""),
                            properties,
                            lines)));
        }

        private void properties(Node node, String prefix, Map<String, Object> properties, Map<String, Integer> lines) {
            for (NodeTuple tuple : tuples(node)) {
                String name = key(tuple);
                lines.put(prefix + name, YamlTree.line(tuple.getKeyNode()));
                if (tuple.getValueNode() instanceof MappingNode nested) {
                    Map<String, Object> below = new LinkedHashMap<>();
                    properties(nested, prefix + name + ".", below, lines);
                    properties.put(name, below);
                } else {
                    properties.put(name, placeholders.resolve(YamlTree.text(tuple.getValueNode())));
                }
            }
        }

        private void consumer(Node from, Node route, OptionalInt forAll) {
            YamlTree.valueAt(from, "uri").filter(ScalarNode.class::isInstance).ifPresent(node -> {
                String whole = placeholders.resolve(YamlTree.text(node));
                Map<String, Integer> lines = new LinkedHashMap<>();
                Map<String, String> options = options(node, from, lines);
                OptionalInt own = redeliveries(route);
                consumers.add(new Consumer(
                        path,
                        YamlTree.textAt(route, "id").orElse(""),
                        EndpointUri.withoutQuery(whole),
                        YamlTree.line(node),
                        options,
                        lines,
                        own.isPresent() ? own : forAll));
            });
        }

        /** Those of an address and of the parameters beside it. */
        private Map<String, String> options(Node uri, Node step, Map<String, Integer> lines) {
            Map<String, String> options = new LinkedHashMap<>();
            String whole = placeholders.resolve(YamlTree.text(uri));
            String address = EndpointUri.withoutQuery(whole);
            if (address.length() < whole.length()) {
                query(whole.substring(address.length() + 1), options);
                options.keySet().forEach(option -> lines.put(option, YamlTree.line(uri)));
            }
            YamlTree.valueAt(step, "parameters")
                    .ifPresent(parameters -> tuples(parameters).forEach(tuple -> {
                        options.put(key(tuple), placeholders.resolve(YamlTree.text(tuple.getValueNode())));
                        lines.put(key(tuple), YamlTree.line(tuple.getKeyNode()));
                    }));
            return options;
        }

        private void producers(Node node) {
            if (node instanceof SequenceNode list) {
                list.getValue().forEach(this::producers);
            }
            for (NodeTuple tuple : tuples(node)) {
                String key = StringHelper.dashToCamelCase(key(tuple));
                Node value = tuple.getValueNode();
                if (SENDING.contains(key)) {
                    Optional.of(value)
                            .filter(ScalarNode.class::isInstance)
                            .or(() -> YamlTree.valueAt(value, "uri"))
                            .ifPresent(uri -> producer(uri, value));
                } else if (!key.equals("parameters")) {
                    producers(value);
                }
            }
        }

        private void producer(Node uri, Node step) {
            String address = EndpointUri.withoutQuery(placeholders.resolve(YamlTree.text(uri)));
            producers.add(new Producer(path, address, YamlTree.line(uri), options(uri, step, new LinkedHashMap<>())));
        }

        private static void query(String query, Map<String, String> options) {
            for (String pair : query.split("&(?!amp;)", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    options.put(pair.substring(0, equals), pair.substring(equals + 1));
                }
            }
        }

        /** The line of the first {@code maximumRedeliveries} other than 0 below a node. */
        private static OptionalInt redeliveries(Node node) {
            for (NodeTuple tuple : tuples(node)) {
                boolean named = StringHelper.dashToCamelCase(key(tuple)).equals("maximumRedeliveries");
                if (named && !YamlTree.text(tuple.getValueNode()).equals("0")) {
                    return OptionalInt.of(YamlTree.line(tuple.getKeyNode()));
                }
                OptionalInt below = redeliveries(tuple.getValueNode());
                if (below.isPresent()) {
                    return below;
                }
            }
            if (node instanceof SequenceNode list) {
                return list.getValue().stream()
                        .map(Reading::redeliveries)
                        .filter(OptionalInt::isPresent)
                        .findFirst()
                        .orElse(OptionalInt.empty());
            }
            return OptionalInt.empty();
        }

        private static List<NodeTuple> tuples(Node node) {
            return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
        }

        private static String key(NodeTuple tuple) {
            return YamlTree.text(tuple.getKeyNode());
        }
    }
}
