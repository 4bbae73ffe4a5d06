package io.caravan.routes;

import io.caravan.routes.DslWalk.Findings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Everything that can be said of one file by itself, all of it at once: its syntax, its steps, endpoints, beans and placeholders. The validator and the running service ask the same inspection, so that
 * they say the same. Not thread-safe; the schema and the catalogue are read when they are first needed.
 */
final class Inspection {
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
            tellMissingPlaceholders(node, findings);
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

    private void tellMissingPlaceholders(Node node, Findings findings) {
        if (node instanceof ScalarNode scalar) {
            for (String key : placeholders.missing(scalar.getValue())) {
                String guess = DidYouMean.closest(key, placeholders.keys())
                        .map(name -> "did you mean '" + name + "'? Otherwise ")
                        .orElse("");
                findings.add(
                        YamlTree.line(scalar),
                        "Nothing defines {{" + key + "}}",
                        guess + "set it in config/application.properties or in the environment");
            }
        } else if (node instanceof SequenceNode list) {
            list.getValue().forEach(item -> tellMissingPlaceholders(item, findings));
        } else if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(tuple -> tellMissingPlaceholders(tuple.getValueNode(), findings));
        }
    }
}
