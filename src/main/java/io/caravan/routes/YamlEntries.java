package io.caravan.routes;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The beans and routes of a file, each as its own text. Immutable. */
public final class YamlEntries {
    private final Map<String, String> beans = new HashMap<>();
    private final Map<String, String> routes = new HashMap<>();

    private YamlEntries() {}

    /** What can't be read has no entries. */
    public static YamlEntries of(String text) {
        YamlEntries entries = new YamlEntries();
        try {
            YamlTree.compose(Path.of("source"), text).ifPresent(root -> entries.read(root, text));
        } catch (YamlEngineException e) {
            return new YamlEntries();
        }
        return entries;
    }

    /** The text of a bean, from its first key on. */
    public Optional<String> bean(String name) {
        return Optional.ofNullable(beans.get(name));
    }

    /** The text of a route, from {@code route:} on. */
    public Optional<String> route(String id) {
        return Optional.ofNullable(routes.get(id));
    }

    private void read(Node root, String text) {
        if (root instanceof SequenceNode list) {
            for (Node entry : list.getValue()) {
                if (entry instanceof MappingNode mapping) {
                    mapping.getValue().forEach(tuple -> read(tuple, text));
                }
            }
        }
    }

    private void read(NodeTuple tuple, String text) {
        if (YamlTree.text(tuple.getKeyNode()).equals("beans") && tuple.getValueNode() instanceof SequenceNode list) {
            list.getValue()
                    .forEach(bean -> YamlTree.textAt(bean, "name")
                            .ifPresent(name -> beans.put(name, YamlTree.slice(bean, text))));
        } else {
            YamlTree.textAt(tuple.getValueNode(), "id").ifPresent(id -> routes.put(id, YamlTree.slice(tuple, text)));
        }
    }
}
