package io.caravan.routes;

import io.caravan.routes.DslWalk.Findings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Everything that can be said of one file by itself, all of it at once: its syntax, its steps, endpoints, beans and placeholders. The validator and the running service ask the same inspection, so that
 * they say the same. Not thread-safe; the schema and the catalogue are read when they are first needed.
 */
final class Inspection {
    private static final Set<String> TEMPLATES = Set.of("routeTemplate", "route-template");

    private final Placeholders placeholders;
    private final BeanRules beanRules = new BeanRules();
    private @Nullable DslSchema schema;
    private @Nullable EndpointRules endpointRules;

    Inspection(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    /** What is wrong with a file that Camel refuses: all that we find, or else what Camel says. */
    List<Problem> explain(Path path, String text, Problem camels) {
        List<Problem> problems = of(path, text).problems();
        return problems.isEmpty()
                ? List.of(camels)
                : problems.stream().distinct().sorted(Problem.IN_READING_ORDER).toList();
    }

    Findings of(Path path, String text) {
        Optional<Node> root;
        try {
            root = YamlTree.compose(path, text);
        } catch (MarkedYamlEngineException e) {
            Problem problem = Explanation.of(path, text, e);
            Findings unreadable = new Findings(path, Optional.empty());
            unreadable.add(problem.line(), problem.what(), problem.cure());
            return unreadable;
        }
        Findings findings = new Findings(path, root);
        root.ifPresent(node -> {
            new DslWalk(schema(), findings).file(node);
            tellMissingPlaceholders(node, Set.of(), findings);
        });
        findings.endpoints().forEach(use -> endpointRules().check(use, placeholders, findings));
        findings.beans().forEach(bean -> beanRules.check(bean, findings));
        return findings;
    }

    private DslSchema schema() {
        DslSchema known = schema == null ? DslSchema.load() : schema;
        schema = known;
        return known;
    }

    private EndpointRules endpointRules() {
        EndpointRules known = endpointRules == null ? new EndpointRules() : endpointRules;
        endpointRules = known;
        return known;
    }

    /** @param parameters those of the route template in which the node stands; they are placeholders, too */
    private void tellMissingPlaceholders(Node node, Set<String> parameters, Findings findings) {
        if (node instanceof ScalarNode scalar) {
            for (String key : placeholders.missing(scalar.getValue())) {
                if (!parameters.contains(key)) {
                    tellMissingPlaceholder(key, scalar, parameters, findings);
                }
            }
        } else if (node instanceof SequenceNode list) {
            list.getValue().forEach(item -> tellMissingPlaceholders(item, parameters, findings));
        } else if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                boolean isTemplate = TEMPLATES.contains(YamlTree.text(tuple.getKeyNode()));
                tellMissingPlaceholders(
                        tuple.getValueNode(), isTemplate ? parameters(tuple.getValueNode()) : parameters, findings);
            }
        }
    }

    private void tellMissingPlaceholder(String key, ScalarNode at, Set<String> parameters, Findings findings) {
        Set<String> known = new TreeSet<>(placeholders.keys());
        known.addAll(parameters);
        String guess = DidYouMean.closest(key, known)
                .map(name -> "did you mean '" + name + "'? Otherwise ")
                .orElse("");
        findings.add(
                YamlTree.line(at),
                "Nothing defines {{" + key + "}}",
                guess + "set it in config/application.properties or in the environment"
                        + (parameters.isEmpty() ? "" : ", or make it a parameter of the template"));
    }

    private static Set<String> parameters(Node template) {
        Set<String> names = new TreeSet<>();
        if (YamlTree.valueAt(template, "parameters").orElse(null) instanceof SequenceNode list) {
            list.getValue()
                    .forEach(parameter -> YamlTree.textAt(parameter, "name").ifPresent(names::add));
        }
        return names;
    }
}
