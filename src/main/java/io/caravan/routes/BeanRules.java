package io.caravan.routes;

import io.caravan.routes.DslWalk.Findings;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.util.StringHelper;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Checks that a bean's class exists and has the properties that the file sets; what the class thinks of their values only the dry run finds. */
final class BeanRules {

    void check(MappingNode bean, Findings findings) {
        YamlTree.valueAt(bean, "properties").ifPresent(properties -> refuseLists(properties, findings));
        Optional<Node> typeNode = YamlTree.valueAt(bean, "type");
        String type = typeNode.map(YamlTree::text).orElse("").replaceFirst("^#class:", "");
        if (typeNode.isEmpty() || type.isEmpty() || type.startsWith("#") || type.contains("{{") || type.contains("(")) {
            return;
        }
        Optional<Class<?>> known = load(type);
        if (known.isEmpty()) {
            findings.add(
                    YamlTree.line(typeNode.get()),
                    "There is no class " + type,
                    "mend the type, or put its jar on the classpath");
        } else if (YamlTree.valueAt(bean, "builderClass").isEmpty()
                && YamlTree.valueAt(bean, "script").isEmpty()) {
            YamlTree.valueAt(bean, "properties")
                    .ifPresent(properties -> checkProperties(properties, known.get(), findings));
        }
    }

    /** Camel reads texts and maps there, and says of a list only that it is a SEQUENCE, somewhere in the bean. */
    private static void refuseLists(Node properties, Findings findings) {
        if (!(properties instanceof MappingNode mapping)) {
            return;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getValueNode() instanceof SequenceNode list) {
                boolean plain = list.getValue().stream().allMatch(ScalarNode.class::isInstance);
                String example = plain
                        ? list.getValue().stream().map(YamlTree::text).collect(Collectors.joining(", "))
                        : "one, two";
                findings.add(
                        YamlTree.line(tuple.getKeyNode()),
                        "'" + YamlTree.text(tuple.getKeyNode()) + "' is a list, which a property of a bean can't be",
                        "write it as one text: \"" + example + "\"");
            } else {
                refuseLists(tuple.getValueNode(), findings);
            }
        }
    }

    private static void checkProperties(Node properties, Class<?> type, Findings findings) {
        if (!(properties instanceof MappingNode mapping) || Map.class.isAssignableFrom(type)) {
            return;
        }
        Set<String> known = properties(type);
        mapping.getValue().forEach(tuple -> {
            String written = YamlTree.text(tuple.getKeyNode());
            String property = StringHelper.dashToCamelCase(written.split("[.\\[]", 2)[0]);
            if (!known.contains(property)) {
                findings.add(
                        YamlTree.line(tuple.getKeyNode()),
                        "'" + written + "' is not a property of " + type.getName(),
                        DidYouMean.cure(property, settable(type)));
            }
        });
    }

    private static Optional<Class<?>> load(String type) {
        try {
            return Optional.of(Class.forName(type, false, BeanRules.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }

    private static Set<String> settable(Class<?> type) {
        Set<String> names = new TreeSet<>();
        Arrays.stream(type.getMethods())
                .filter(method ->
                        method.getParameterCount() == 1 && method.getName().matches("set[A-Z].*"))
                .forEach(method -> names.add(decapitalized(method.getName().substring(3))));
        return names;
    }

    /** Camel also sets by a builder's style ({@code slots(5)}, {@code withSlots(5)}) and goes through getters to nested values. */
    private static Set<String> properties(Class<?> type) {
        Set<String> names = settable(type);
        for (Method method : type.getMethods()) {
            String name = method.getName();
            if (method.getParameterCount() == 0 && name.matches("get[A-Z].*")) {
                names.add(decapitalized(name.substring(3)));
            } else if (method.getParameterCount() == 1 && name.matches("with[A-Z].*")) {
                names.add(decapitalized(name.substring(4)));
            } else if (method.getParameterCount() == 1 && method.getDeclaringClass() != Object.class) {
                names.add(name);
            }
        }
        return names;
    }

    private static String decapitalized(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
