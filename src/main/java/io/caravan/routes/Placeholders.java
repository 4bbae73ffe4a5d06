package io.caravan.routes;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/** What {@code {{key}}} stands for: the environment, then system properties, then files of properties; as Camel resolves it at run time. */
public final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*(!?\\??)([^{}:]+)(?::([^{}]*))?\\}\\}");

    private final Properties properties;
    private final Map<String, String> environment;

    /** {@code environment}: usually {@link System#getenv()}; {@code FLEET_KEY} overrides {@code fleet.key}. */
    public Placeholders(Properties properties, Map<String, String> environment) {
        this.properties = properties;
        this.environment = Map.copyOf(environment);
    }

    /** Reads the files that exist; a later one overrides an earlier one. */
    public static Placeholders of(List<Path> files, Map<String, String> environment) {
        Properties properties = new Properties();
        for (Path file : files) {
            if (Files.isRegularFile(file)) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    properties.load(reader);
                } catch (IOException e) {
                    throw new UncheckedIOException("Cannot read " + file, e);
                }
            }
        }
        return new Placeholders(properties, environment);
    }

    /** Those of a running context. */
    static Placeholders of(CamelContext context) {
        return new Placeholders(context.getPropertiesComponent().loadProperties(), System.getenv());
    }

    Properties properties() {
        return properties;
    }

    /** The text with every known placeholder replaced; unknown ones stay as they are. */
    String resolve(String text) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> {
            Optional<String> value = value(match.group(2).strip()).or(() -> Optional.ofNullable(match.group(3)));
            return Matcher.quoteReplacement(value.orElse(match.group()));
        });
    }

    /** Keys of the text that nothing defines and that are neither optional ({@code {{?key}}}) nor have a default. */
    List<String> missing(String text) {
        List<String> missing = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            String key = matcher.group(2).strip();
            boolean function = matcher.group(3) != null;
            if (matcher.group(1).isEmpty() && !function && value(key).isEmpty()) {
                missing.add(key);
            }
        }
        return missing;
    }

    List<String> keys() {
        return List.copyOf(properties.stringPropertyNames());
    }

    private Optional<String> value(String key) {
        String variable = key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
        return Optional.ofNullable(environment.get(variable))
                .or(() -> Optional.ofNullable(environment.get(key)))
                .or(() -> Optional.ofNullable(System.getProperty(key)))
                .or(() -> Optional.ofNullable(properties.getProperty(key)));
    }
}
