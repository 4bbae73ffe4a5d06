package io.caravan.watch.fleet;

import java.io.StringReader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** On which lines the keys of a YAML text stand. */
final class YamlLines {
    static final YamlLines NONE = new YamlLines(null);

    private final @Nullable Node root;

    private YamlLines(@Nullable Node root) {
        this.root = root;
    }

    static YamlLines of(LoadSettings settings, String text) {
        StreamReader reader = new StreamReader(settings, new StringReader(text));
        return new YamlLines(new Composer(settings, new ParserImpl(settings, reader))
                .getSingleNode()
                .orElse(null));
    }

    /** The 1-based line of the last of nested keys, or of the innermost that is there; 0 when none is. */
    int of(String... keys) {
        Node node = root;
        int line = 0;
        for (String key : keys) {
            Optional<NodeTuple> tuple = find(node, key);
            if (tuple.isEmpty()) {
                return line;
            }
            line = tuple.get()
                    .getKeyNode()
                    .getStartMark()
                    .map(mark -> mark.getLine() + 1)
                    .orElse(line);
            node = tuple.get().getValueNode();
        }
        return line;
    }

    private static Optional<NodeTuple> find(@Nullable Node node, String key) {
        return node instanceof MappingNode mapping
                ? mapping.getValue().stream()
                        .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode scalar
                                && scalar.getValue().equals(key))
                        .findFirst()
                : Optional.empty();
    }
}
