package io.caravan.routes;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** A YAML text as SnakeYAML's tree of nodes, in which every node knows its line. */
final class YamlTree {
    private YamlTree() {}

    static LoadSettings settings(Path path) {
        return LoadSettings.builder().setLabel("file:" + path).build();
    }

    /** The root node; empty when the text holds nothing but comments. */
    static Optional<Node> compose(Path path, String text) {
        LoadSettings settings = settings(path);
        return new Composer(settings, new ParserImpl(settings, new StreamReader(settings, new StringReader(text))))
                .getSingleNode();
    }

    /** 1-based line of the node's first character. */
    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    /** The text of a scalar; empty for anything else. */
    static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    static Optional<String> textAt(Node node, String key) {
        return valueAt(node, key).filter(ScalarNode.class::isInstance).map(YamlTree::text);
    }

    static Optional<Node> valueAt(Node node, String key) {
        if (!(node instanceof MappingNode mapping)) {
            return Optional.empty();
        }
        return mapping.getValue().stream()
                .filter(tuple -> text(tuple.getKeyNode()).equals(key))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    static String slice(Node node, String text) {
        return slice(node.getStartMark(), node.getEndMark(), text);
    }

    static String slice(NodeTuple tuple, String text) {
        return slice(tuple.getKeyNode().getStartMark(), tuple.getValueNode().getEndMark(), text);
    }

    /** SnakeYAML counts code points, Java chars. */
    private static String slice(Optional<Mark> start, Optional<Mark> end, String text) {
        if (start.isEmpty() || end.isEmpty()) {
            return text;
        }
        int length = text.codePointCount(0, text.length());
        int from = text.offsetByCodePoints(0, Math.min(start.get().getIndex(), length));
        int to = text.offsetByCodePoints(0, Math.min(end.get().getIndex(), length));
        return text.substring(from, to).strip();
    }
}
