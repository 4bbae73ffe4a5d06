package io.caravan.alert.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import freemarker.cache.FileTemplateLoader;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.SimpleObjectWrapper;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import freemarker.template.TemplateNotFoundException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** FreeMarker templates of one folder, read again within a second when they have changed. Those called *.json.ftl make JSON. They see the values that they are given and nothing of Java. Thread-safe. */
final class Templates {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path folder;
    private @Nullable Configuration configuration;

    Templates(Path folder) {
        this.folder = folder;
    }

    String fill(String name, Map<String, Object> values) throws BrokenTemplateException {
        try {
            StringWriter text = new StringWriter();
            configuration().getTemplate(name).process(values, text);
            return checked(name, text.toString().strip());
        } catch (TemplateNotFoundException e) {
            throw new BrokenTemplateException("There is no template " + folder.resolve(name), e);
        } catch (IOException | TemplateException e) {
            throw new BrokenTemplateException(folder.resolve(name) + ": " + firstLine(e), e);
        }
    }

    /** What a comma too many has made of a text would be refused by the service. */
    private String checked(String name, String text) throws BrokenTemplateException {
        if (name.endsWith(".json.ftl")) {
            try {
                JSON.readTree(text);
            } catch (JsonProcessingException e) {
                throw new BrokenTemplateException(
                        folder.resolve(name) + " makes no JSON: " + e.getOriginalMessage() + " at line "
                                + e.getLocation().getLineNr() + " of what it makes",
                        e);
            }
        }
        return text;
    }

    /** FreeMarker's messages go on with the stack of the template. */
    static String firstLine(Exception e) {
        return String.valueOf(e.getMessage())
                .strip()
                .replaceAll("(?s)\\s*\n----\n.*", "")
                .replaceAll("\\s+", " ");
    }

    private synchronized Configuration configuration() throws IOException {
        Configuration known = configuration;
        if (known == null) {
            known = plainConfiguration();
            known.setTemplateLoader(new FileTemplateLoader(folder.toFile()));
            known.setTemplateUpdateDelayMilliseconds(1_000);
            known.setDefaultEncoding("UTF-8");
            known.setLocalizedLookup(false);
            known.setRegisteredCustomOutputFormats(EscapingFormat.ALL);
            configuration = known;
        }
        return known;
    }

    /** What templates of all kinds share: plain numbers, no way into Java, and mistakes that are thrown rather than printed. */
    static Configuration plainConfiguration() {
        Configuration plain = new Configuration(Configuration.VERSION_2_3_34);
        plain.setNumberFormat("computer");
        plain.setBooleanFormat("c");
        plain.setObjectWrapper(new SimpleObjectWrapper(Configuration.VERSION_2_3_34));
        plain.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        plain.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        plain.setLogTemplateExceptions(false);
        plain.setWrapUncheckedExceptions(true);
        return plain;
    }
}
