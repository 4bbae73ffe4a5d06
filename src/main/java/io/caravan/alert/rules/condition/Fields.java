package io.caravan.alert.rules.condition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The fields that the conditions of one dataset ask for, each with a number of its own. Not thread-safe. */
public final class Fields {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_]\\w*");

    private final Map<List<String>, Field> fields = new LinkedHashMap<>();

    /** The field with this path. */
    public Field at(List<String> path) {
        return fields.computeIfAbsent(List.copyOf(path), key -> new Field(fields.size(), name(key), key));
    }

    /**
     * The field that a text names: a JSON pointer ({@code /data/power}) or a dotted path ({@code data.power}).
     *
     * @throws IllegalArgumentException when it names none
     */
    public Field named(String text) {
        String name = text.strip();
        boolean pointer = name.startsWith("/");
        List<String> steps = List.of((pointer ? name.substring(1) : name).split(pointer ? "/" : "\\.", -1));
        if (steps.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("'" + text
                    + "' names no field; write a JSON pointer such as /data/power, or a path such as data.power");
        }
        return at(pointer ? steps.stream().map(Fields::unescaped).toList() : steps);
    }

    /** RFC 6901, section 4. */
    private static String unescaped(String step) {
        return step.replace("~1", "/").replace("~0", "~");
    }

    private static String name(List<String> path) {
        if (path.stream().allMatch(step -> PLAIN.matcher(step).matches())) {
            return String.join(".", path);
        }
        StringBuilder pointer = new StringBuilder();
        path.forEach(step -> pointer.append('/').append(step.replace("~", "~0").replace("/", "~1")));
        return pointer.toString();
    }

    /** In the order of their slots. */
    public List<Field> all() {
        return new ArrayList<>(fields.values());
    }

    public int size() {
        return fields.size();
    }
}
