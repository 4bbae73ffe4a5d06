package io.caravan.alert.text;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import freemarker.core.CommonMarkupOutputFormat;
import freemarker.core.CommonTemplateMarkupOutputModel;
import java.io.IOException;
import java.io.Writer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A form of text that FreeMarker doesn't know by itself. In a template of this form every value is escaped, so that none can be forgotten. Thread-safe. */
final class EscapingFormat extends CommonMarkupOutputFormat<EscapingFormat.Escaped> {
    private static final Pattern MARKDOWN = Pattern.compile("[\\\\`*_~|<>\\[\\]#]");

    /** Between the quotes of a JSON string. */
    static final EscapingFormat JSON = new EscapingFormat("JSON", "application/json", EscapingFormat::json);

    /** Slack's mrkdwn (docs.slack.dev, "Formatting message text"): the three characters that control it. */
    static final EscapingFormat SLACK = new EscapingFormat(
            "Slack",
            "text/x-slack-mrkdwn",
            text -> text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));

    /** Markdown as Discord, Mattermost and Adaptive Cards show it; nobody is called by a name with @ in it. */
    static final EscapingFormat MARKDOWN_TEXT = new EscapingFormat(
            "Markdown",
            "text/markdown",
            text -> MARKDOWN.matcher(text)
                    .replaceAll(match -> Matcher.quoteReplacement("\\" + match.group()))
                    .replace("@", "@\u200B"));

    /** A value of a form, application/x-www-form-urlencoded. */
    static final EscapingFormat FORM = new EscapingFormat(
            "Form", "application/x-www-form-urlencoded", text -> URLEncoder.encode(text, StandardCharsets.UTF_8));

    static final List<EscapingFormat> ALL = List.of(JSON, SLACK, MARKDOWN_TEXT, FORM);

    private final String name;
    private final String mimeType;
    private final UnaryOperator<String> escape;

    private EscapingFormat(String name, String mimeType, UnaryOperator<String> escape) {
        this.name = name;
        this.mimeType = mimeType;
        this.escape = escape;
    }

    private static String json(String text) {
        return String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getMimeType() {
        return mimeType;
    }

    @Override
    public void output(String text, Writer out) throws IOException {
        out.write(escapePlainText(text));
    }

    @Override
    public String escapePlainText(String text) {
        return escape.apply(text);
    }

    @Override
    public boolean isLegacyBuiltInBypassed(String builtIn) {
        return false;
    }

    @Override
    protected Escaped newTemplateMarkupOutputModel(String plain, String markup) {
        return new Escaped(this, plain, markup);
    }

    /** A text in one of the forms. */
    static final class Escaped extends CommonTemplateMarkupOutputModel<Escaped> {
        private final EscapingFormat format;

        private Escaped(EscapingFormat format, String plain, String markup) {
            super(plain, markup);
            this.format = format;
        }

        @Override
        public EscapingFormat getOutputFormat() {
            return format;
        }
    }
}
