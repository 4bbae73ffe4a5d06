package io.caravan.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Where a command works: options of all commands alike, so that one finds what another has started. They go before the environment, and that before the file. */
public final class Place {
    private static final String PROJECT = "CARAVAN_PROJECT";
    private static final String DATA = "CARAVAN_DATA_FOLDER";

    @Option(
            names = "--project",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description =
                    "Folder that holds config, routes, sql and data. Default: CARAVAN_PROJECT, else where Caravan is installed.")
    private @Nullable Path project;

    @Option(
            names = "--data",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description =
                    "Folder of the bundled PostgreSQL. Default: CARAVAN_DATA_FOLDER, else caravan.data.folder, which is data below the project.")
    private @Nullable Path data;

    /** What a whole command says of it; wrong usage is told when the command itself is read. */
    public static Place of(String... words) {
        Place place = new Place();
        try {
            new CommandLine(place).setUnmatchedArgumentsAllowed(true).parseArgs(words);
        } catch (ParameterException toldLater) {
            return new Place();
        }
        return place;
    }

    /** As if the environment said it; a relative folder of data starts where the command was typed. */
    public Map<String, String> over(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        if (project != null) {
            all.put(PROJECT, project.toString());
        }
        if (data != null) {
            all.put(DATA, data.toAbsolutePath().normalize().toString());
        }
        return all;
    }

    /** To be typed behind another command that shall work on the same, with a blank before it; empty where nothing was said. */
    public String words() {
        return word("--project", project) + word("--data", data);
    }

    private static String word(String option, @Nullable Path folder) {
        if (folder == null) {
            return "";
        }
        String text = folder.toAbsolutePath().normalize().toString();
        return " " + option + " " + (text.matches("[\\w/.:@%+=-]+") ? text : "'" + text + "'");
    }

    /** The project that commands work on. */
    public static Path project(Map<String, String> environment) {
        return Path.of(environment.getOrDefault(PROJECT, System.getProperty("caravan.home", "")));
    }
}
