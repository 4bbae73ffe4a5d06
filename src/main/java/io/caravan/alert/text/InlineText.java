package io.caravan.alert.text;

import freemarker.template.Configuration;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;

/** A template that stands in a file of ours, such as {@code Car ${asset} is at ${data.power} kW}: FreeMarker, which sees the values that it is given and nothing of Java. Thread-safe. */
public final class InlineText {
    private static final Configuration CONFIGURATION = Templates.plainConfiguration();
    private static final int LONGEST_NAME = 60;

    private final String written;
    private final Template template;

    private InlineText(String written, Template template) {
        this.written = written;
        this.template = template;
    }

    /**
     * Reads a template.
     *
     * @throws BrokenTemplateException when it can't be read
     */
    public static InlineText of(String text) throws BrokenTemplateException {
        try {
            return new InlineText(text, new Template("text", text, CONFIGURATION));
        } catch (IOException e) {
            throw new BrokenTemplateException(Templates.firstLine(e), e);
        }
    }

    /**
     * Fills it in.
     *
     * @throws BrokenTemplateException when it asks for what isn't there
     */
    public String fill(Map<String, ?> values) throws BrokenTemplateException {
        try {
            StringWriter text = new StringWriter();
            template.process(values, text);
            return text.toString().strip();
        } catch (IOException | TemplateException e) {
            throw new BrokenTemplateException(Templates.firstLine(e), e);
        }
    }

    /** As written, cut to what fits in a line. */
    @Override
    public String toString() {
        return Cut.to(LONGEST_NAME, written);
    }
}
