package io.caravan.routes;

import io.caravan.routes.DslWalk.EndpointUse;
import io.caravan.routes.DslWalk.Findings;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.ComponentModel.EndpointOptionModel;
import org.apache.camel.util.TimeUtils;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Checks endpoints against Camel's catalogue and, by the same generated JSON, against the components that are on the classpath beside it. Not thread-safe. */
final class EndpointRules {
    private static final String SERVICES = "META-INF/services/org/apache/camel/component/";

    private final CamelCatalog catalog = new DefaultCamelCatalog(true);
    private final Set<String> asked = new HashSet<>();

    /** An option, as far as it can be judged before the route runs. */
    private record Option(String name, String value, int line) {}

    void check(EndpointUse use, Placeholders placeholders, Findings findings) {
        String uri = placeholders.resolve(use.uri().getValue());
        int line = YamlTree.line(use.uri());
        String scheme = EndpointUri.scheme(uri);
        if (isDynamic(scheme)) {
            return;
        }
        boolean present = isOnClasspath(scheme);
        Optional<ComponentModel> model = model(scheme);
        if (!present) {
            findings.add(
                    line,
                    "There is no component '" + scheme + "'",
                    model.map(known -> "put " + known.getArtifactId() + " on the classpath")
                            .orElseGet(() -> DidYouMean.cure(scheme, reachableSchemes())));
            return;
        }
        model.ifPresent(known -> checkOptions(known, scheme, options(use, uri, placeholders), line, findings));
    }

    private static boolean isDynamic(String text) {
        return text.contains("${") || text.contains("{{") || text.startsWith("#");
    }

    private void checkOptions(
            ComponentModel model, String scheme, List<Option> options, int uriLine, Findings findings) {
        Map<String, EndpointOptionModel> known =
                new TreeMap<>(); // with those of the path, which may be written as parameters, too
        model.getEndpointOptions().forEach(option -> known.put(option.getName(), option));
        Set<String> given = new LinkedHashSet<>();
        for (Option option : options) {
            given.add(option.name());
            EndpointOptionModel rule = known.get(option.name());
            if (rule != null) {
                checkValue(option, rule, findings);
            } else if (!isFree(option.name(), model)) {
                String cure = DidYouMean.cure(option.name(), known.keySet());
                findings.add(option.line(), "'" + option.name() + "' is not an option of " + scheme, cure);
            }
        }
        known.forEach((name, rule) -> {
            if (rule.isRequired()
                    && "parameter".equals(rule.getKind())
                    && !given.contains(name)
                    && rule.getDefaultValue() == null) {
                findings.add(uriLine, scheme + " needs the option '" + name + "'", "add it: " + rule.getDescription());
            }
        });
    }

    private static boolean isFree(String name, ComponentModel model) {
        boolean prefixed = model.getEndpointParameterOptions().stream()
                .anyMatch(option ->
                        option.isMultiValue() && option.getPrefix() != null && name.startsWith(option.getPrefix()));
        return prefixed || model.isLenientProperties() || model.isApi() || name.contains("{{");
    }

    private static void checkValue(Option option, EndpointOptionModel rule, Findings findings) {
        String value = option.value();
        if (isDynamic(value) || value.startsWith("RAW(")) {
            return;
        }
        String what = "'" + option.name() + "' is '" + value + "', ";
        String type = String.valueOf(rule.getType());
        if (rule.getEnums() != null && !rule.getEnums().isEmpty()) {
            if (rule.getEnums().stream().noneMatch(value::equalsIgnoreCase)) {
                findings.add(
                        option.line(), what + "which is none of its values", DidYouMean.cure(value, rule.getEnums()));
            }
        } else if (type.equals("boolean") && !Set.of("true", "false").contains(value)) {
            findings.add(option.line(), what + "which is neither true nor false", "write true or false");
        } else if (type.equals("integer") && !value.matches("[+-]?\\d+")) {
            findings.add(option.line(), what + "which is no whole number", "write a whole number");
        } else if (type.equals("number") && !value.matches("[+-]?\\d+(\\.\\d+)?")) {
            findings.add(option.line(), what + "which is no number", "write a number");
        } else if (type.equals("duration") && !isDuration(value)) {
            findings.add(
                    option.line(), what + "which is no duration", "write e.g. 500 (milliseconds), 30s, 5m or 1h30m");
        }
    }

    private static boolean isDuration(String value) {
        try {
            if (value.startsWith("P")) {
                return !Duration.parse(value).isNegative();
            }
            return TimeUtils.toMilliSeconds(value) >= -1;
        } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeParseException e) {
            return false;
        }
    }

    private static List<Option> options(EndpointUse use, String uri, Placeholders placeholders) {
        List<Option> options = new ArrayList<>();
        String path = EndpointUri.withoutQuery(uri);
        if (path.length() < uri.length()) {
            for (String pair : uri.substring(path.length() + 1).split("&(?!amp;)", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    options.add(new Option(
                            pair.substring(0, equals), pair.substring(equals + 1), YamlTree.line(use.uri())));
                }
            }
        }
        use.parameters()
                .map(MappingNode::getValue)
                .orElse(List.of())
                .forEach(tuple -> options.add(option(tuple, placeholders)));
        return options;
    }

    private static Option option(NodeTuple tuple, Placeholders placeholders) {
        Node key = tuple.getKeyNode();
        return new Option(
                YamlTree.text(key), placeholders.resolve(YamlTree.text(tuple.getValueNode())), YamlTree.line(key));
    }

    private Optional<ComponentModel> model(String scheme) {
        if (asked.add(scheme) && !catalog.findComponentNames().contains(scheme)) {
            componentClass(scheme).ifPresent(type -> addToCatalog(scheme, type));
        }
        return Optional.ofNullable(catalog.componentModel(scheme));
    }

    /** camel-package-maven-plugin puts a component's description beside its class, under META-INF. */
    private void addToCatalog(String scheme, String type) {
        String description =
                "META-INF/" + type.substring(0, type.lastIndexOf('.')).replace('.', '/') + "/" + scheme + ".json";
        resource(description).ifPresent(json -> catalog.addComponent(scheme, type, json));
    }

    private static boolean isOnClasspath(String scheme) {
        return !scheme.isEmpty() && resource(SERVICES + scheme).isPresent();
    }

    private static Optional<String> componentClass(String scheme) {
        return resource(SERVICES + scheme).map(EndpointRules::properties).map(service -> service.getProperty("class"));
    }

    private List<String> reachableSchemes() {
        List<String> schemes = new ArrayList<>(catalog.findComponentNames());
        schemes.addAll(asked);
        return schemes.stream().distinct().filter(EndpointRules::isOnClasspath).toList();
    }

    private static Properties properties(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private static Optional<String> resource(String name) {
        ClassLoader loader = Objects.requireNonNull(EndpointRules.class.getClassLoader());
        try (InputStream in = loader.getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
