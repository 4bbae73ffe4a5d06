package io.caravan.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Reads the YAML files whose form is ours: first into a record that has a field for each key, where one value may stand for a list of one, then into what it means. Every mistake gets its
 * place and its cure.
 */
public final class OwnYaml {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .build();
    private static final Pattern QUOTED = Pattern.compile("'([^']+)'");

    private OwnYaml() {}

    /**
     * Makes of what is written what it means.
     *
     * @param <W> as it is written
     * @param <M> what it means
     */
    public interface Meaning<W, M> {
        /**
         * What is meant.
         *
         * @throws IllegalArgumentException whose message quotes the offending value first, and tells the cure after the first semicolon
         */
        M of(W written) throws IOException;
    }

    /**
     * Reads a file.
     *
     * @param written the record with a field for each key
     * @param manual where to look up what such a file may hold
     */
    public static <W, M> M read(Path path, Class<W> written, String manual, Meaning<W, M> meaning) throws FileMistake {
        String text = "";
        try {
            text = Files.readString(path);
            return meaning.of(parse(text, written, manual));
        } catch (IOException e) {
            throw new FileMistake(
                    new Problem(path, 0, "The file cannot be read: " + e, "check its name and its permissions"));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            throw new FileMistake(new Problem(
                    path,
                    line,
                    String.valueOf(e.getProblem()),
                    "check the indentation, the dashes and the colons there"));
        } catch (IllegalArgumentException e) {
            throw mistake(path, text, String.valueOf(e.getMessage()));
        }
    }

    /** A mistake that shows only when the file has been read. */
    public static FileMistake mistake(Path path, String message) {
        try {
            return mistake(path, Files.readString(path), message);
        } catch (IOException e) {
            return mistake(path, "", message);
        }
    }

    private static <W> W parse(String text, Class<W> written, String manual) {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(text);
        try {
            return JSON.treeToValue(JSON.valueToTree(tree == null ? Map.of() : tree), written);
        } catch (UnrecognizedPropertyException e) {
            List<String> known =
                    e.getKnownPropertyIds().stream().map(String::valueOf).toList();
            throw new IllegalArgumentException(
                    "'" + e.getPropertyName() + "' is not known; " + DidYouMean.cure(e.getPropertyName(), known), e);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(
                    field(e).map(name -> "'" + name + "' can't be read").orElse("The file can't be understood")
                            + "; write it as " + manual + " says",
                    e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "The file can't be understood: " + e.getOriginalMessage() + "; see " + manual
                            + " for what such a file may hold.",
                    e);
        }
    }

    /** The innermost key on the way to what can't be read. */
    private static Optional<String> field(JsonMappingException mistake) {
        return mistake.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(Objects::nonNull)
                .reduce((outer, inner) -> inner);
    }

    /** A message says what is wrong and how to mend it, and quotes the offending value first; the line is the first that holds it. */
    private static FileMistake mistake(Path path, String text, String message) {
        Matcher quoted = QUOTED.matcher(message);
        String value = quoted.find() ? quoted.group(1) : "";
        List<String> lines = text.lines().toList();
        int line = 0;
        for (int i = 0; i < lines.size() && line == 0 && !value.isEmpty(); i++) {
            line = lines.get(i).contains(value) ? i + 1 : 0;
        }
        int cure = message.indexOf("; ");
        return new FileMistake(
                cure < 0
                        ? new Problem(path, line, message, "")
                        : new Problem(path, line, message.substring(0, cure), message.substring(cure + 2)));
    }
}
