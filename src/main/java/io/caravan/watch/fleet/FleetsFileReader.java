package io.caravan.watch.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.calendar.files.Calendars;
import io.caravan.routes.DidYouMean;
import io.caravan.routes.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Reads {@code config/fleets.yaml} and tells every mistake in it, each at its line. */
final class FleetsFileReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> SECTIONS = Set.of("defaults", "providers", "fleets");

    private final Path path;
    private final Calendars calendars;
    private final List<Problem> problems = new ArrayList<>();
    private YamlLines lines = YamlLines.NONE;

    /**
     * What was found.
     *
     * @param file without the entries that can't be taken
     */
    record Found(FleetsFile file, List<Problem> problems) {}

    private FleetsFileReader(Path path, Calendars calendars) {
        this.path = path;
        this.calendars = calendars;
    }

    /** A file that isn't there says nothing. */
    static Found read(Path path, Calendars calendars) {
        FleetsFileReader reader = new FleetsFileReader(path, calendars);
        FleetsFile file = Files.exists(path) ? reader.file() : FleetsFile.EMPTY;
        return new Found(file, List.copyOf(reader.problems));
    }

    private FleetsFile file() {
        try {
            String text = Files.readString(path);
            LoadSettings settings =
                    LoadSettings.builder().setLabel("file:" + path).build();
            Object tree = new Load(settings).loadFromString(text);
            lines = YamlLines.of(settings, text);
            return file(tree == null ? JsonNodeFactory.instance.objectNode() : JSON.valueToTree(tree));
        } catch (IOException e) {
            problem(0, "The file cannot be read: " + e.getMessage(), "check its content and its permissions");
        } catch (MarkedYamlEngineException e) {
            problem(
                    e.getProblemMark().map(Mark::getLine).orElse(0) + 1,
                    String.valueOf(e.getProblem()),
                    "check the indentation, the dashes and the colons there");
        }
        return FleetsFile.EMPTY;
    }

    private FleetsFile file(JsonNode tree) {
        tree.fieldNames().forEachRemaining(name -> {
            if (!SECTIONS.contains(name)) {
                problem(lines.of(name), "'" + name + "' is not known", DidYouMean.cure(name, SECTIONS));
            }
        });
        FleetSettings defaults = settings(tree.path("defaults"), "defaults").orElse(FleetSettings.NONE);
        Map<String, FleetSettings> providers = new HashMap<>();
        for (Map.Entry<String, JsonNode> provider : tree.path("providers").properties()) {
            settings(provider.getValue(), "providers", provider.getKey())
                    .ifPresent(settings -> providers.put(provider.getKey(), settings));
        }
        List<FleetsFile.Entry> fleets = new ArrayList<>();
        for (Map.Entry<String, JsonNode> fleet : tree.path("fleets").properties()) {
            String name = fleet.getKey();
            if (isName(name)) {
                settings(fleet.getValue(), "fleets", name)
                        .ifPresent(settings -> fleets.add(new FleetsFile.Entry(FleetPattern.parse(name), settings)));
            }
        }
        return new FleetsFile(defaults, providers, fleets);
    }

    private boolean isName(String name) {
        boolean isName = name.indexOf('/') > 0 || name.contains("*");
        if (!isName) {
            problem(
                    lines.of("fleets", name),
                    "'" + name + "' is the name of no fleet, for those are written <provider>/<fleet>",
                    "write '*/" + name + "', or the provider instead of the star");
        }
        return isName;
    }

    private Optional<FleetSettings> settings(JsonNode entry, String... place) {
        if (entry.isMissingNode() || entry.isNull()) {
            return Optional.empty();
        }
        try {
            FleetSettings settings = SettingsJson.read(entry);
            check(settings, place);
            return Optional.of(settings);
        } catch (FieldMistake e) {
            problem(lines.of(with(place, e.field())), e.what(), e.cure());
            return Optional.empty();
        }
    }

    /** What only others know: whether the calendars and the country are there. */
    private void check(FleetSettings settings, String... place) {
        for (String calendar : settings.calendars().orElse(List.of())) {
            check("calendars", () -> calendars.named(calendar), place);
        }
        settings.country().ifPresent(country -> check("country", () -> Calendars.publicHolidays(country), place));
    }

    private void check(String field, Runnable question, String... place) {
        try {
            FieldMistake.unless(field, question);
        } catch (FieldMistake e) {
            problem(lines.of(with(place, field)), e.what(), e.cure());
        }
    }

    private void problem(int line, String what, String cure) {
        problems.add(new Problem(path, line, what, cure));
    }

    private static String[] with(String[] place, String field) {
        String[] longer = java.util.Arrays.copyOf(place, place.length + 1);
        longer[place.length] = field;
        return longer;
    }
}
