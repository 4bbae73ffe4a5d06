package io.caravan.routes;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The JSON Schemas of the YAML files that are ours: {@code config/schemas/<name>.schema.json} describes {@code config/<name>.yaml}, every {@code config/<name>/**.yaml} and every
 * {@code *.<name>.yaml}.
 */
final class OwnSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUFFIX = ".schema.json";

    private final Path config;
    private final TreeMap<String, JsonSchema> schemas = new TreeMap<>();

    private OwnSchemas(Path config) {
        this.config = config;
    }

    static OwnSchemas in(Path config) {
        OwnSchemas own = new OwnSchemas(config);
        Path folder = config.resolve("schemas");
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                        .sorted()
                        .forEach(own::read);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot look into " + folder, e);
            }
        }
        return own;
    }

    private void read(Path file) {
        try {
            String name = file.getFileName().toString();
            JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
            schemas.put(name.substring(0, name.length() - SUFFIX.length()), factory.getSchema(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    boolean describes(Path file) {
        return schema(file).isPresent();
    }

    private Optional<JsonSchema> schema(Path file) {
        String fileName = file.getFileName().toString();
        return schemas.entrySet().stream()
                .filter(entry -> file.equals(config.resolve(entry.getKey() + ".yaml"))
                        || (file.startsWith(config.resolve(entry.getKey())) && fileName.endsWith(".yaml"))
                        || fileName.endsWith("." + entry.getKey() + ".yaml"))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    List<Problem> check(Path path, String text) {
        List<Problem> problems = new ArrayList<>();
        JsonSchema schema = schema(path).orElseThrow();
        try {
            Node root = YamlTree.compose(path, text).orElse(null);
            if (root == null) {
                return List.of(new Problem(path, 0, "The file is empty", "write it as its schema says, or delete it"));
            }
            JsonNode document = JSON.valueToTree(new Load(YamlTree.settings(path)).loadFromString(text));
            for (ValidationMessage message : schema.validate(document)) {
                problems.add(problem(path, root, schema, message));
            }
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            problems.add(new Problem(
                    path,
                    line,
                    String.valueOf(e.getProblem()),
                    "check the indentation, the dashes and the colons there"));
        }
        return problems;
    }

    private static Problem problem(Path path, Node root, JsonSchema schema, ValidationMessage message) {
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < message.getInstanceLocation().getNameCount(); i++) {
            steps.add(String.valueOf(message.getInstanceLocation().getElement(i)));
        }
        String place = steps.isEmpty() ? "the file" : "'" + String.join(".", steps) + "'";
        String property = message.getProperty();
        if (property != null && message.getType().matches("additionalProperties|unevaluatedProperties")) {
            List<String> known = siblings(schema, message);
            steps.add(property);
            return new Problem(
                    path,
                    line(root, steps),
                    "'" + property + "' is not known in " + place,
                    DidYouMean.cure(property, known));
        }
        if (property != null && message.getType().equals("required")) {
            return new Problem(path, line(root, steps), place + " lacks '" + property + "'", "add `" + property + ":`");
        }
        String reason = message.getMessage().replaceFirst("^\\$?[^:]*: ", "");
        return new Problem(path, line(root, steps), place + " " + reason, "mend the value");
    }

    /** The names that the schema knows where it refused one. */
    private static List<String> siblings(JsonSchema schema, ValidationMessage message) {
        JsonPointer refused =
                JsonPointer.compile(String.valueOf(message.getSchemaLocation().getFragment()));
        return schema.getSchemaNode().at(refused.head()).path("properties").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The line of the last step that exists; of its key where it has one. */
    private static int line(Node root, List<String> steps) {
        Node node = root;
        int line = YamlTree.line(root);
        for (String step : steps) {
            Optional<NodeTuple> tuple = node instanceof MappingNode mapping
                    ? mapping.getValue().stream()
                            .filter(each -> YamlTree.text(each.getKeyNode()).equals(step))
                            .findFirst()
                    : Optional.empty();
            if (tuple.isPresent()) {
                line = YamlTree.line(tuple.get().getKeyNode());
                node = tuple.get().getValueNode();
            } else if (node instanceof SequenceNode list
                    && step.matches("\\d+")
                    && Integer.parseInt(step) < list.getValue().size()) {
                node = list.getValue().get(Integer.parseInt(step));
                line = YamlTree.line(node);
            } else {
                return line;
            }
        }
        return line;
    }
}
