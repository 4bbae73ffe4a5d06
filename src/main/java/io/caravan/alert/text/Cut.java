package io.caravan.alert.text;

import freemarker.core.TemplateMarkupOutputModel;
import freemarker.template.TemplateMethodModelEx;
import freemarker.template.TemplateModel;
import freemarker.template.TemplateModelException;
import freemarker.template.TemplateNumberModel;
import freemarker.template.utility.DeepUnwrap;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code cut(value)} and {@code cut(value, 150)} in a template: a value of any kind as text, no longer than that. What is cut ends with an ellipsis. */
record Cut(int usual) implements TemplateMethodModelEx {
    @Override
    @SuppressWarnings("rawtypes") // FreeMarker's
    public Object exec(List arguments) throws TemplateModelException {
        if (arguments.isEmpty() || arguments.size() > 2) {
            throw new TemplateModelException("cut takes a value and, if need be, a length: cut(summary, 150)");
        }
        int most = usual;
        if (arguments.size() == 2) {
            if (!(arguments.get(1) instanceof TemplateNumberModel number)) {
                throw new TemplateModelException("The length of cut is a number: cut(summary, 150)");
            }
            most = number.getAsNumber().intValue();
        }
        if (arguments.get(0) instanceof TemplateMarkupOutputModel<?>) {
            throw new TemplateModelException("cut takes a value that is not escaped yet: cut(text?markup_string, 150)");
        }
        Object value = arguments.get(0) == null ? "" : DeepUnwrap.permissiveUnwrap((TemplateModel) arguments.get(0));
        return to(most, text(value));
    }

    private static String text(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + text(entry.getValue()))
                    .collect(Collectors.joining("; "));
        }
        if (value instanceof Collection<?> list) {
            return list.stream().map(Cut::text).collect(Collectors.joining("; "));
        }
        return value == null ? "" : value.toString().strip();
    }

    /** At most so many UTF-16 units, and no half of a character. */
    static String to(int most, String text) {
        if (text.length() <= most) {
            return text;
        }
        int end = Math.max(0, most - 1);
        if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end).stripTrailing() + "…";
    }
}
