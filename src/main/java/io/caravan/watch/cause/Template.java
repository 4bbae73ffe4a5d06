package io.caravan.watch.cause;

import io.caravan.routes.DidYouMean;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text in which <code>${name}</code> stands for a value. {@code $$} is a dollar sign. */
final class Template {
    private static final Pattern FIELD = Pattern.compile("\\$\\$|\\$\\{([^}\\n]*)}?");

    private final List<Part> parts;

    private Template(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    private record Part(String text, boolean isName) {}

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException when it asks for a name that isn't among {@code known}; the message quotes what is wrong and names the cure behind a semicolon
     */
    static Template of(String text, Collection<String> known) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = FIELD.matcher(text);
        int end = 0;
        while (matcher.find()) {
            parts.add(new Part(text.substring(end, matcher.start()), false));
            end = matcher.end();
            String name = matcher.group(1);
            if (name == null) {
                parts.add(new Part("$", false));
            } else if (!matcher.group().endsWith("}")) {
                throw new IllegalArgumentException("'" + matcher.group() + "' has no end; close it with }");
            } else if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "'${" + name + "}' is unknown here; " + DidYouMean.cure(name, known));
            } else {
                parts.add(new Part(name, true));
            }
        }
        parts.add(new Part(text.substring(end), false));
        return new Template(parts);
    }

    String fill(Map<String, String> values) {
        StringBuilder filled = new StringBuilder();
        parts.forEach(part -> filled.append(part.isName() ? values.getOrDefault(part.text(), "") : part.text()));
        return filled.toString().strip();
    }
}
