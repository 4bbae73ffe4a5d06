package io.caravan.alert.text;

import freemarker.template.TemplateMethodModelEx;
import freemarker.template.TemplateModelException;
import freemarker.template.TemplateNumberModel;
import freemarker.template.TemplateScalarModel;
import java.util.List;
import java.util.Map;

/**
 * {@code sms(text, end, 3)} in a template: the text and, on a line of its own, its end, in so many parts of a text message at most; the text is cut, the end never.
 *
 * <p>What is all in the alphabet of GSM 03.38 has 160 septets in one part or 153 in each of several, and some characters take two; anything else makes it UCS-2, with 70 or 67 units. So what is
 * only typography becomes what a typewriter has.
 */
final class Sms implements TemplateMethodModelEx {
    private static final String ONE_SEPTET = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private static final String TWO_SEPTETS = "\f^{}\\[~]|€";
    private static final Map<String, String> TYPEWRITER = Map.of(
            "…", "...", "‘", "'", "’", "'", "“", "\"", "”", "\"", "–", "-", "—", "-", "·", "-", "\u00A0", " ", "\t",
            " ");

    @Override
    @SuppressWarnings("rawtypes") // FreeMarker's
    public Object exec(List arguments) throws TemplateModelException {
        if (arguments.size() != 3
                || !(arguments.get(0) instanceof TemplateScalarModel text)
                || !(arguments.get(1) instanceof TemplateScalarModel end)
                || !(arguments.get(2) instanceof TemplateNumberModel most)) {
            throw new TemplateModelException(
                    "sms takes a text, an end that is never cut, and how many parts: sms(text, link, 3)");
        }
        return fit(text.getAsString(), end.getAsString(), most.getAsNumber().intValue());
    }

    static String fit(String text, String end, int parts) {
        String tail = end.isBlank() ? "" : "\n" + end.strip();
        String plain = typewriter(text).strip();
        String all = plain + tail;
        for (int length = plain.length() - 1; parts(all) > parts && length >= 0; length--) {
            // no half of a character
            if (length == 0 || !Character.isHighSurrogate(plain.charAt(length - 1))) {
                all = plain.substring(0, length).strip() + "..." + tail;
            }
        }
        return all;
    }

    private static String typewriter(String text) {
        String plain = text;
        for (Map.Entry<String, String> each : TYPEWRITER.entrySet()) {
            plain = plain.replace(each.getKey(), each.getValue());
        }
        return plain;
    }

    /** How many parts it is sent in. */
    static int parts(String text) {
        boolean gsm = text.chars().allMatch(unit -> septets(unit) > 0);
        int one = gsm ? 160 : 70;
        int each = gsm ? 153 : 67;
        return fill(text, gsm, one) == 1 ? 1 : fill(text, gsm, each);
    }

    /** How many parts of so many units it fills; no part ends in the middle of a character. */
    private static int fill(String text, boolean gsm, int units) {
        int parts = 1;
        int used = 0;
        for (int character : text.codePoints().toArray()) {
            int takes = gsm ? septets(character) : Character.charCount(character);
            if (used + takes > units) {
                parts++;
                used = 0;
            }
            used += takes;
        }
        return parts;
    }

    private static int septets(int unit) {
        if (ONE_SEPTET.indexOf(unit) >= 0) {
            return 1;
        }
        return TWO_SEPTETS.indexOf(unit) >= 0 ? 2 : 0;
    }
}
