package io.caravan;

import io.caravan.watch.WatchComponent;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.support.PropertyConfigurerHelper;

/** The detector as {@code camel.component.watch.*} of the project makes it, for commands that judge without the service. */
final class ToolDetector {
    private static final String OPTION = "camel.component.watch.";
    private static final String VARIABLE = "CAMEL_COMPONENT_WATCH_";

    private ToolDetector() {}

    /**
     * As the service's.
     *
     * @throws SettingsException when the file or an option of watch can't be read
     */
    static Detector of(Path project, Map<String, String> environment) {
        Path file = project.resolve("config/application.properties");
        Map<String, Object> options = options(file, environment);
        return new Detector(options.isEmpty() ? DetectorSettings.DEFAULTS : settings(file, options));
    }

    private static DetectorSettings settings(Path file, Map<String, Object> options) {
        CamelContext camel = new DefaultCamelContext();
        try {
            WatchComponent watch = new WatchComponent();
            watch.setCamelContext(camel);
            PropertyBindingSupport.build()
                    .withCamelContext(camel)
                    .withTarget(watch)
                    .withConfigurer(PropertyConfigurerHelper.resolvePropertyConfigurer(camel, watch))
                    .withIgnoreCase(true)
                    .withProperties(options)
                    .bind();
            return watch.detectorSettings();
        } catch (Exception e) {
            throw new SettingsException(file + ": an option of " + OPTION + "* can't be used: " + e.getMessage()
                    + ". Mend it, then try again.");
        } finally {
            camel.stop();
        }
    }

    /** Without their prefix; those of the environment win. */
    private static Map<String, Object> options(Path file, Map<String, String> environment) {
        Map<String, Object> options = new HashMap<>();
        Properties written = read(file);
        for (String key : written.stringPropertyNames()) {
            if (key.startsWith(OPTION)) {
                options.put(
                        key.substring(OPTION.length()).replace("-", ""),
                        written.getProperty(key).trim());
            }
        }
        environment.forEach((key, value) -> {
            if (key.startsWith(VARIABLE)) {
                options.put(key.substring(VARIABLE.length()).replace("_", "").toLowerCase(Locale.ROOT), value.trim());
            }
        });
        return options;
    }

    private static Properties read(Path file) {
        Properties written = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                written.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new SettingsException(
                        file + " can't be read: " + e.getMessage() + ". Mend it, then start again.");
            }
        }
        return written;
    }
}
