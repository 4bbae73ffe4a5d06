package io.caravan.routes;

import io.caravan.routes.DslSchema.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.util.StringHelper;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a document along {@link DslSchema} and notes every key, type and value that does not belong, and on the way every endpoint and bean that it meets. */
final class DslWalk {
    private static final Set<String> ENDPOINT_STEPS = Set.of("from", "to", "toD", "wireTap", "poll");
    private static final Pattern DYNAMIC = Pattern.compile("\\{\\{.*|.*\\$\\{.*|#.*");

    private final DslSchema schema;
    private final Findings findings;

    DslWalk(DslSchema schema, Findings findings) {
        this.schema = schema;
        this.findings = findings;
    }

    /** An endpoint as the file names it. {@code consumes}: it stands at a {@code from}. */
    record EndpointUse(ScalarNode uri, Optional<MappingNode> parameters, boolean consumes) {}

    void file(Node root) {
        if (!(root instanceof SequenceNode entries)) {
            findings.add(
                    YamlTree.line(root),
                    "A file of routes is a list",
                    "start each entry with a dash: `- route:` or `- beans:`");
            return;
        }
        entries.getValue().forEach(entry -> walk(entry, schema.entry(), "an entry of the file"));
    }

    private void walk(Node node, Shape shape, String place) {
        if (node instanceof MappingNode mapping) {
            mapping(mapping, shape, place);
        } else if (node instanceof SequenceNode list) {
            list(list, shape, place);
        } else if (node instanceof ScalarNode scalar) {
            scalar(scalar, shape, place);
        }
    }

    private void mapping(MappingNode mapping, Shape shape, String place) {
        tellDuplicateKeys(mapping);
        if (shape.isOpen()) {
            return;
        }
        if (!shape.isObject()) {
            String wanted = shape.isList() ? "a list, each item with a dash" : "a single value";
            findings.add(
                    YamlTree.line(mapping),
                    place + " is " + wanted + ", but here are keys: " + String.join(", ", keys(mapping)),
                    "write " + wanted);
            return;
        }
        if (shape.isOneKeyOnly() && mapping.getValue().size() > 1) {
            List<String> keys = keys(mapping);
            String last = keys.get(keys.size() - 1);
            findings.add(
                    YamlTree.line(mapping.getValue().get(1).getKeyNode()),
                    place + " has one key, but here are " + keys.size() + ": " + String.join(", ", keys),
                    "indent '" + last + "' under '" + keys.get(0) + "', or give it a dash of its own");
            return;
        }
        Set<String> present = new TreeSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String written = YamlTree.text(tuple.getKeyNode());
            String key = StringHelper.dashToCamelCase(written);
            present.add(key);
            if (shape.keys().contains(key)) {
                visit(key, tuple.getValueNode());
                walk(tuple.getValueNode(), shape.at(key), "'" + written + "'");
            } else {
                findings.add(
                        YamlTree.line(tuple.getKeyNode()),
                        "'" + written + "' is not known in " + place,
                        DidYouMean.cure(key, shape.keys()));
            }
        }
        for (String missing : shape.required()) {
            if (!present.contains(missing) && !isMisspelt(missing, present, shape)) {
                findings.add(YamlTree.line(mapping), place + " lacks '" + missing + "'", "add `" + missing + ":`");
            }
        }
    }

    /** The misspelt key has been told already. */
    private static boolean isMisspelt(String missing, Set<String> present, Shape shape) {
        return present.stream()
                .filter(key -> !shape.keys().contains(key))
                .anyMatch(key -> DidYouMean.closest(key, shape.keys())
                        .filter(missing::equals)
                        .isPresent());
    }

    private void tellDuplicateKeys(MappingNode mapping) {
        Set<String> known = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = YamlTree.text(tuple.getKeyNode());
            if (!known.add(key)) {
                findings.add(
                        YamlTree.line(tuple.getKeyNode()), "'" + key + "' stands twice here", "keep one of the two");
            }
        }
    }

    private static List<String> keys(MappingNode mapping) {
        return mapping.getValue().stream()
                .map(tuple -> YamlTree.text(tuple.getKeyNode()))
                .toList();
    }

    private void list(SequenceNode list, Shape shape, String place) {
        if (shape.isOpen()) {
            return;
        }
        if (!shape.isList()) {
            findings.add(YamlTree.line(list), place + " is no list", "remove the dash");
            return;
        }
        String itemPlace = place.equals("'steps'") ? "a step" : "an item of " + place;
        list.getValue().forEach(item -> walk(item, shape.item(), itemPlace));
    }

    private void scalar(ScalarNode scalar, Shape shape, String place) {
        String text = scalar.getValue();
        if (shape.isOpen() || DYNAMIC.matcher(text).matches()) {
            return;
        }
        boolean nothingWritten = text.isEmpty() || text.equals("null");
        if (!shape.isScalar()) {
            boolean fine = nothingWritten && shape.required().isEmpty() && !shape.isList();
            if (!fine) {
                tellNotScalar(scalar, shape, place, text);
            }
        } else if (shape.onlyType().equals("boolean")
                && !Set.of("true", "false").contains(text)) {
            findings.add(
                    YamlTree.line(scalar),
                    place + " is '" + text + "', which is neither true nor false",
                    "write true or false");
        } else if (shape.onlyType().equals("number") && !text.matches("[+-]?\\d+(\\.\\d+)?")) {
            findings.add(YamlTree.line(scalar), place + " is '" + text + "', which is no number", "write a number");
        } else if (!shape.values().isEmpty() && shape.values().stream().noneMatch(text::equalsIgnoreCase)) {
            findings.add(
                    YamlTree.line(scalar), place + " cannot be '" + text + "'", DidYouMean.cure(text, shape.values()));
        }
    }

    private void tellNotScalar(ScalarNode scalar, Shape shape, String place, String text) {
        Optional<String> step = shape.isOneKeyOnly() ? DidYouMean.closest(text, shape.keys()) : Optional.empty();
        String what = text.isEmpty() ? place + " is empty" : place + " cannot be the text '" + text + "'";
        String cure = step.map(key -> "write `" + key + ":` with a colon")
                .orElse(
                        shape.isList()
                                ? "write a list below it, each item with a dash"
                                : "write its keys below it, indented");
        findings.add(YamlTree.line(scalar), what, cure);
    }

    private void visit(String key, Node value) {
        if (key.equals("beans") && value instanceof SequenceNode beans) {
            beans.getValue().stream()
                    .filter(MappingNode.class::isInstance)
                    .forEach(bean -> findings.beans().add((MappingNode) bean));
        }
        if (ENDPOINT_STEPS.contains(key)) {
            if (value instanceof ScalarNode uri) {
                findings.endpoints().add(new EndpointUse(uri, Optional.empty(), false));
            } else if (YamlTree.valueAt(value, "uri").orElse(null) instanceof ScalarNode uri) {
                Optional<MappingNode> parameters = YamlTree.valueAt(value, "parameters")
                        .filter(MappingNode.class::isInstance)
                        .map(MappingNode.class::cast);
                findings.endpoints().add(new EndpointUse(uri, parameters, key.equals("from")));
            }
        }
        if (key.equals("route")) {
            YamlTree.valueAt(value, "id").ifPresent(findings.routeIds()::add);
        }
        if (key.equals("templatedRoute")) {
            YamlTree.valueAt(value, "routeId").ifPresent(findings.routeIds()::add);
        }
    }

    /** What a walk has found in one file. */
    static final class Findings {
        private final Path path;
        private final List<Problem> problems = new ArrayList<>();
        private final List<EndpointUse> endpoints = new ArrayList<>();
        private final List<MappingNode> beans = new ArrayList<>();
        private final List<Node> routeIds = new ArrayList<>();
        private final Optional<Node> root;

        /** @param root of the file; empty when it can't be read or says nothing */
        Findings(Path path, Optional<Node> root) {
            this.path = path;
            this.root = root;
        }

        void add(int line, String what, String cure) {
            problems.add(new Problem(path, line, what, cure));
        }

        Path path() {
            return path;
        }

        Optional<Node> root() {
            return root;
        }

        List<Problem> problems() {
            return problems;
        }

        List<EndpointUse> endpoints() {
            return endpoints;
        }

        List<MappingNode> beans() {
            return beans;
        }

        List<Node> routeIds() {
            return routeIds;
        }
    }
}
