package io.caravan;

import io.caravan.routes.DidYouMean;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the service was told: defaults, then {@code config/application.properties}, then the environment, then what the
 * command line overrides. A secret may also lie in a file whose path {@code <VARIABLE>_FILE} names.
 */
final class Settings {
    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

    private final Path project;
    private final Map<Setting, String> values;

    private Settings(Path project, Map<Setting, String> values) {
        this.project = project;
        this.values = values;
    }

    /**
     * @param project the folder that holds {@code config}, {@code routes}, {@code sql} and {@code data}
     * @throws SettingsException for an unknown key of ours or a file that can't be read
     */
    static Settings read(Path project, Map<String, String> environment, Map<String, String> overrides) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            values.put(setting, setting.byDefault());
        }
        values.putAll(ofFile(project.resolve("config/application.properties")));
        values.putAll(ofEnvironment(environment));
        overrides.forEach((key, value) ->
                values.put(Setting.of(key).orElseThrow(() -> new SettingsException("unknown setting " + key)), value));
        return new Settings(project.toAbsolutePath().normalize(), values);
    }

    private static Map<Setting, String> ofFile(Path file) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        if (!Files.exists(file)) {
            return values;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException(file + " can't be read: " + e.getMessage() + ". Mend it, then start again.");
        }
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith("caravan.")) {
                Setting setting = Setting.of(key).orElseThrow(() -> unknown(file, key));
                values.put(setting, properties.getProperty(key).trim());
            }
        }
        return values;
    }

    private static SettingsException unknown(Path file, String key) {
        return new SettingsException(file + ": unknown key '" + key + "'; " + DidYouMean.cure(key, Setting.keys())
                + " The comments in that file name every key.");
    }

    private static Map<Setting, String> ofEnvironment(Map<String, String> environment) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            String file = environment.get(setting.variable() + "_FILE");
            if (file != null) {
                values.put(setting, secretIn(setting, Path.of(file)));
            }
            String value = environment.get(setting.variable());
            if (value != null) {
                values.put(setting, value.trim());
            }
        }
        return values;
    }

    private static String secretIn(Setting setting, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new SettingsException(setting.variable() + "_FILE names " + file + ", which can't be read: "
                    + e.getClass().getSimpleName() + ". Give a file that this user may read.");
        }
    }

    String text(Setting setting) {
        return values.getOrDefault(setting, "");
    }

    boolean isSet(Setting setting) {
        return !text(setting).isEmpty();
    }

    Path path(Setting setting) {
        return project.resolve(text(setting)).normalize();
    }

    Path project() {
        return project;
    }

    int number(Setting setting, int least, int most) {
        String text = text(setting);
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below with the value
        }
        throw wrong(setting, "a whole number from " + least + " to " + most);
    }

    Duration duration(Setting setting) {
        Matcher matcher = DURATION.matcher(text(setting));
        if (!matcher.matches()) {
            throw wrong(setting, "a duration such as 500ms, 30s, 15m, 12h or 7d");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** The address to listen on; one that others can reach needs a token, so that nobody serves the fleet's data by mistake. */
    String httpHost() {
        String host = text(Setting.HTTP_HOST);
        try {
            if (!InetAddress.getByName(host).isLoopbackAddress() && !isSet(Setting.HTTP_TOKEN)) {
                throw new SettingsException(Setting.HTTP_HOST.key() + " is '" + host
                        + "', which other machines can reach, and no token is set. Set " + Setting.HTTP_TOKEN.variable()
                        + " (or " + Setting.HTTP_TOKEN.variable() + "_FILE), or listen on 127.0.0.1.");
            }
        } catch (UnknownHostException e) {
            throw wrong(Setting.HTTP_HOST, "an address of this machine, such as 127.0.0.1");
        }
        return host;
    }

    /** With the address that it listens on as the one at which people reach it, where none is set: theirs is this machine. */
    Settings withOwnUrl() {
        if (isSet(Setting.URL)) {
            return this;
        }
        Map<Setting, String> own = new EnumMap<>(values);
        own.put(Setting.URL, url());
        return new Settings(project, own);
    }

    /** Where the HTTP server listens. */
    String url() {
        String host = httpHost();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + number(Setting.HTTP_PORT, 1, 65_535);
    }

    private SettingsException wrong(Setting setting, String wanted) {
        return new SettingsException(setting.key() + " is '" + text(setting) + "'; give " + wanted
                + " in config/application.properties or as " + setting.variable() + ".");
    }
}
