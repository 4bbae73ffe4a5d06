package io.caravan.alert.text;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes the text of a message: as much as its service takes of what the template says, and the plain form (severity, summary, since when, number) where the template is broken or says too much even at
 * its shortest. A message is never lost for its text. Thread-safe.
 */
public final class Texts {
    /** So much less than as much as fits there can be: the plain form. */
    public static final int LEAST = 2;

    /** Until even the plain form fits. */
    private static final List<Integer> PLAIN_LENGTHS = List.of(1_500, 700, 300, 140);

    private final Templates templates;

    /** Templates are files of {@code folder}. */
    public Texts(Path folder) {
        this.templates = new Templates(folder);
    }

    /**
     * What to make.
     *
     * @param template a file of the folder
     * @param plain another one, small and seldom touched: the same request around {@code ${plain}}
     */
    public record Form(String template, String plain, TextLimit limit) {}

    /**
     * Fills in a template.
     *
     * @param values the message's fields, and what the template should know besides
     * @param less 0: as much as fits; 1: as little as the template can say; {@link #LEAST}: the plain form
     * @param mistakes is told why the plain form was used
     * @throws BrokenTemplateException when the plain form is broken, too
     */
    public String make(Form form, Map<String, Object> values, int less, Consumer<BrokenTemplateException> mistakes)
            throws BrokenTemplateException {
        try {
            Optional<String> text = switch (less) {
                case 0 -> longest(form, values, Detail.FROM_MUCH_TO_LITTLE);
                case 1 -> longest(form, values, List.of(Detail.LEAST));
                default -> Optional.empty();
            };
            if (text.isPresent()) {
                return text.get();
            }
        } catch (BrokenTemplateException e) {
            mistakes.accept(e);
        }
        return plain(form, values);
    }

    private Optional<String> longest(Form form, Map<String, Object> values, List<Detail> details)
            throws BrokenTemplateException {
        for (Detail detail : details) {
            String text = templates.fill(form.template(), withDetail(values, detail));
            if (form.limit().holds(text)) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    private static Map<String, Object> withDetail(Map<String, Object> values, Detail detail) {
        Map<String, Object> all = new HashMap<>(values);
        List<?> open = list(values.get("incidents"));
        List<?> ended = list(values.get("ended"));
        List<?> shownOpen = open.subList(0, Math.min(open.size(), detail.incidents()));
        List<?> shownEnded = ended.subList(0, Math.min(ended.size(), detail.incidents() - shownOpen.size()));
        all.put("allIncidents", open);
        all.put("allEnded", ended);
        all.put("incidents", shownOpen);
        all.put("ended", shownEnded);
        all.put(
                "more",
                number(values.get("open")) + number(values.get("resolved")) - shownOpen.size() - shownEnded.size());
        all.put("cut", new Cut(detail.characters()));
        all.put("sms", new Sms());
        all.put("plain", PlainForm.of(values, detail.characters()));
        return all;
    }

    private String plain(Form form, Map<String, Object> values) throws BrokenTemplateException {
        String text = "";
        for (int length : PLAIN_LENGTHS) {
            Map<String, Object> all = withDetail(values, Detail.LEAST);
            all.put("plain", PlainForm.of(values, length));
            text = templates.fill(form.plain(), all);
            if (form.limit().holds(text)) {
                break;
            }
        }
        return text;
    }

    private static List<?> list(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static int number(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Number number ? number.intValue() : 0;
    }
}
