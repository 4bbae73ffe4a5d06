package io.caravan.dag.definition;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.routes.DidYouMean;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The params of a workflow: read from its bean, and the values that a run is given checked against them. Pure. */
public final class Params {
    private static final Set<String> TYPES =
            new LinkedHashSet<>(List.of("string", "integer", "number", "boolean", "array", "object"));
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build()
            .reader();

    private Params() {}

    /** Reads {@code params: {city: {type: string, default: Amsterdam}}}; {@code city: Amsterdam} is short for a string with that default. */
    public static List<Param> read(Map<String, ?> written, OptionReader.Teller teller) {
        List<Param> params = new ArrayList<>();
        written.forEach((name, value) -> {
            if (name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                Map<String, String> options =
                        value instanceof Map<?, ?> tree ? texts(tree) : Map.of("default", String.valueOf(value));
                params.add(read(name, options, teller));
            } else {
                teller.tell(
                        "params." + name,
                        "'" + name + "' cannot be a param's name",
                        "begin with a letter and use letters, digits and _");
            }
        });
        return params;
    }

    private static Map<String, String> texts(Map<?, ?> tree) {
        Map<String, String> texts = new LinkedHashMap<>();
        tree.forEach((option, value) -> texts.put(String.valueOf(option), String.valueOf(value)));
        return texts;
    }

    private static Param read(String name, Map<String, String> written, OptionReader.Teller teller) {
        String place = "params." + name + ".";
        OptionReader options =
                new OptionReader(written, (option, what, cure) -> teller.tell(place + option, what, cure));
        Map<String, String> types = new LinkedHashMap<>();
        TYPES.forEach(type -> types.put(type, type));
        String type = options.choice("type", types).orElse("string");
        Param param = new Param(
                name,
                type,
                options.text("description").orElse(""),
                options.flag("required", false),
                null,
                choices(options, type, place, teller),
                bound("minimum", options, place, teller),
                bound("maximum", options, place, teller),
                pattern(options, place, teller));
        // an empty text is a default, too
        Optional<String> otherwise = options.text("default")
                .or(() -> Optional.ofNullable(written.get("default")).filter(text -> type.equals("string")));
        Param complete =
                otherwise.map(text -> withDefault(param, text, place, teller)).orElse(param);
        options.tellUnknown();
        return complete;
    }

    private static Param withDefault(Param param, String text, String place, OptionReader.Teller teller) {
        Optional<JsonNode> value = ofText(param.type(), text);
        if (value.isEmpty()) {
            teller.tell(
                    place + "default",
                    "is '" + text + "', which is no " + param.type(),
                    "write " + example(param.type()) + ", or change the type");
            return param;
        }
        mistake(param, value.get()).ifPresent(what -> teller.tell(place + "default", what, "change it"));
        return new Param(
                param.name(),
                param.type(),
                param.description(),
                param.required(),
                value.get(),
                param.choices(),
                param.minimum(),
                param.maximum(),
                param.pattern());
    }

    private static List<JsonNode> choices(OptionReader options, String type, String place, OptionReader.Teller teller) {
        String text = options.text("enum").orElse("");
        List<JsonNode> choices = new ArrayList<>();
        if (text.startsWith("[")) {
            json(text).filter(JsonNode::isArray).ifPresent(list -> list.forEach(choices::add));
        } else {
            for (String word : OptionReader.split(text)) {
                ofText(type, word)
                        .ifPresentOrElse(
                                choices::add,
                                () -> teller.tell(
                                        place + "enum",
                                        "has '" + word + "', which is no " + type,
                                        "write " + example(type)));
            }
        }
        return choices;
    }

    private static Optional<BigDecimal> bound(
            String option, OptionReader options, String place, OptionReader.Teller teller) {
        return options.text(option).flatMap(text -> {
            Optional<JsonNode> number = ofText("number", text);
            if (number.isEmpty()) {
                teller.tell(place + option, "is '" + text + "', which is no number", "write a number");
            }
            return number.map(JsonNode::decimalValue);
        });
    }

    private static Optional<String> pattern(OptionReader options, String place, OptionReader.Teller teller) {
        return options.text("pattern").filter(text -> {
            try {
                Pattern.compile(text);
                return true;
            } catch (PatternSyntaxException e) {
                teller.tell(place + "pattern", "is no regular expression: " + e.getDescription(), "mend it");
                return false;
            }
        });
    }

    /** What a run goes by that nobody gives anything: the defaults, and nothing for a param that has none. */
    public static ObjectNode defaults(DagDefinition dag) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        for (Param param : dag.params()) {
            JsonNode value = param.defaultValue();
            if (value != null && !value.isNull()) {
                params.set(param.name(), value);
            }
        }
        return params;
    }

    /**
     * The values that a run goes by: what was given, and defaults for the rest. A text is taken for the number, boolean, list or object that it writes where the param's type asks for one.
     *
     * @param given an object; null: nothing
     * @throws IllegalArgumentException telling every mistake at once
     */
    public static ObjectNode check(DagDefinition dag, @Nullable JsonNode given) {
        JsonNode values = given == null ? JsonNodeFactory.instance.objectNode() : given;
        List<String> mistakes = new ArrayList<>();
        ObjectNode checked = JsonNodeFactory.instance.objectNode();
        Set<String> names = new TreeSet<>();
        for (Param param : dag.params()) {
            names.add(param.name());
            JsonNode value = values.hasNonNull(param.name()) ? values.get(param.name()) : param.defaultValue();
            if (value == null || value.isNull()) {
                if (param.required()) {
                    mistakes.add("'" + param.name() + "' is missing; give a " + param.type() + ", such as "
                            + example(param.type()));
                }
                continue;
            }
            JsonNode typed =
                    value.isTextual() ? ofText(param.type(), value.textValue()).orElse(value) : value;
            mistake(param, typed).ifPresent(what -> mistakes.add("'" + param.name() + "' " + what));
            checked.set(param.name(), typed);
        }
        values.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                mistakes.add("'" + name + "' is no param of it; " + DidYouMean.cure(name, names));
            }
        });
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(
                    "A run of workflow '" + dag.id() + "' cannot have these params: " + String.join(". ", mistakes)
                            + (mistakes.get(mistakes.size() - 1).endsWith("?") ? "" : "."));
        }
        return checked;
    }

    private static Optional<String> mistake(Param param, JsonNode value) {
        if (!isOfType(param.type(), value)) {
            return Optional.of("is " + value + ", which is no " + param.type());
        }
        if (!param.choices().isEmpty() && param.choices().stream().noneMatch(choice -> isSame(choice, value))) {
            return Optional.of("is " + value + ", which is none of " + param.choices());
        }
        if (value.isNumber()
                && param.minimum()
                        .filter(least -> value.decimalValue().compareTo(least) < 0)
                        .isPresent()) {
            return Optional.of("is " + value + ", less than the minimum of "
                    + param.minimum().get());
        }
        if (value.isNumber()
                && param.maximum()
                        .filter(most -> value.decimalValue().compareTo(most) > 0)
                        .isPresent()) {
            return Optional.of("is " + value + ", more than the maximum of "
                    + param.maximum().get());
        }
        if (value.isTextual()
                && param.pattern()
                        .filter(pattern -> !value.textValue().matches(pattern))
                        .isPresent()) {
            return Optional.of(
                    "is " + value + ", which does not match " + param.pattern().get());
        }
        return Optional.empty();
    }

    private static boolean isSame(JsonNode one, JsonNode other) {
        return (one.isNumber() && other.isNumber())
                ? one.decimalValue().compareTo(other.decimalValue()) == 0
                : one.equals(other);
    }

    private static boolean isOfType(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" ->
                value.isIntegralNumber()
                        || (value.isNumber()
                                && value.decimalValue().stripTrailingZeros().scale() <= 0);
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            default -> value.isObject();
        };
    }

    /** The value of a type that a text writes. */
    private static Optional<JsonNode> ofText(String type, String text) {
        return switch (type) {
            case "string" -> Optional.of(TextNode.valueOf(text));
            case "boolean" ->
                Optional.of(text)
                        .filter(word -> word.equals("true") || word.equals("false"))
                        .map(word -> BooleanNode.valueOf(word.equals("true")));
            default -> json(text).filter(value -> isOfType(type, value));
        };
    }

    private static Optional<JsonNode> json(String text) {
        try {
            @Nullable JsonNode value = JSON.readTree(text);
            return Optional.ofNullable(value).filter(node -> !node.isMissingNode());
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static String example(String type) {
        return switch (type) {
            case "string" -> "abc";
            case "integer" -> "42";
            case "number" -> "1.5";
            case "boolean" -> "true or false";
            case "array" -> "[1, 2] as one text";
            default -> "{\"a\": 1} as one text";
        };
    }
}
