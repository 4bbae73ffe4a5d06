package io.caravan.calendar.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.calendar.DayKind;
import io.caravan.calendar.Moments;
import io.caravan.calendar.NamedDays;
import io.caravan.calendar.Shift;
import io.caravan.calendar.SpecialDays;
import io.caravan.routes.DidYouMean;
import io.caravan.routes.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Reads one calendar's YAML file. */
final class CalendarFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .build();
    private static final Map<String, DayKind> KINDS =
            Map.of("closed", DayKind.CLOSED, "half", DayKind.HALF, "weak", DayKind.WEAK, "workday", DayKind.WORKDAY);
    private static final Set<String> HOLIDAY_FIELDS = Set.of("country", "region", "except", "bank");
    private static final Pattern QUOTED = Pattern.compile("'([^']+)'");

    private final Path path;

    private CalendarFile(Path path) {
        this.path = path;
    }

    /** A mistake with its place. */
    static final class Mistake extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        Mistake(Problem problem) {
            super(problem.toString());
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    static CalendarRules read(Path path) throws Mistake {
        String text = "";
        try {
            text = Files.readString(path);
            return new CalendarFile(path).rules(parse(text));
        } catch (IOException e) {
            throw new Mistake(
                    new Problem(path, 0, "The file cannot be read: " + e, "check its name and its permissions"));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            throw new Mistake(new Problem(
                    path,
                    line,
                    String.valueOf(e.getProblem()),
                    "check the indentation, the dashes and the colons there"));
        } catch (IllegalArgumentException e) {
            throw mistake(path, text, String.valueOf(e.getMessage()));
        }
    }

    /** A mistake that shows only when the file is known. */
    static Mistake mistake(Path path, String message) {
        try {
            return mistake(path, Files.readString(path), message);
        } catch (IOException e) {
            return mistake(path, "", message);
        }
    }

    /** A message says what is wrong and how to mend it, and quotes the offending value first; the line is the first that holds it. */
    static Mistake mistake(Path path, String text, String message) {
        Matcher quoted = QUOTED.matcher(message);
        String value = quoted.find() ? quoted.group(1) : "";
        List<String> lines = text.lines().toList();
        int line = 0;
        for (int i = 0; i < lines.size() && line == 0 && !value.isEmpty(); i++) {
            line = lines.get(i).contains(value) ? i + 1 : 0;
        }
        int cure = message.indexOf("; ");
        return new Mistake(
                cure < 0
                        ? new Problem(path, line, message, "")
                        : new Problem(path, line, message.substring(0, cure), message.substring(cure + 2)));
    }

    private static CalendarText parse(String text) {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(text);
        try {
            return JSON.treeToValue(JSON.valueToTree(tree == null ? Map.of() : tree), CalendarText.class);
        } catch (UnrecognizedPropertyException e) {
            List<String> known =
                    e.getKnownPropertyIds().stream().map(String::valueOf).toList();
            throw new IllegalArgumentException(
                    "'" + e.getPropertyName() + "' is not known; " + DidYouMean.cure(e.getPropertyName(), known), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "The file is no calendar: " + e.getOriginalMessage()
                            + "; see docs/calendars.md for what a calendar may hold.",
                    e);
        }
    }

    private CalendarRules rules(CalendarText text) throws IOException {
        return new CalendarRules(
                CalendarText.orEmpty(text.parents()),
                Optional.ofNullable(text.zone()).map(Moments::zone),
                CalendarText.orEmpty(text.shifts()).stream().map(Shift::parse).toList(),
                layers(text),
                Optional.ofNullable(text.halfDayEnd()).map(CalendarFile::time),
                Optional.ofNullable(text.bridgeDays()).map(CalendarFile::kind),
                Optional.ofNullable(text.eves()).map(CalendarFile::kind));
    }

    private List<SpecialDays> layers(CalendarText text) throws IOException {
        List<SpecialDays> layers = new ArrayList<>();
        add(DayKind.WORKDAY, text.extraWorkdays(), "an extra workday", layers);
        add(DayKind.CLOSED, text.companyDays(), "a company day", layers);
        add(DayKind.CLOSED, text.shutdowns(), "a shutdown", layers);
        add(DayKind.HALF, text.halfDays(), "a half day", layers);
        add(DayKind.WEAK, text.weakDays(), "a weak day", layers);
        for (CalendarText.Imported imported : CalendarText.orEmpty(text.ics())) {
            layers.add(imported(imported));
        }
        for (JsonNode holidays : CalendarText.orEmpty(text.holidays())) {
            layers.add(holidays(holidays));
        }
        return layers;
    }

    private static void add(DayKind kind, @Nullable List<String> texts, String unnamed, List<SpecialDays> layers) {
        if (texts != null && !texts.isEmpty()) {
            layers.add(NamedDays.parse(kind, texts, unnamed));
        }
    }

    private SpecialDays imported(CalendarText.Imported imported) throws IOException {
        String name = imported.file();
        if (name == null) {
            throw new IllegalArgumentException("An entry of 'ics' lacks its file; add `file: <name>.ics`");
        }
        Path file = path.resolveSibling(name);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "There is no file '" + name + "' beside this calendar; " + DidYouMean.cure(name, icsFiles()));
        }
        return IcsDays.read(file, kind(Optional.ofNullable(imported.kind()).orElse("closed")));
    }

    private List<String> icsFiles() throws IOException {
        try (Stream<Path> files = Files.list(path.toAbsolutePath().getParent())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".ics"))
                    .toList();
        }
    }

    /** {@code nl}, or {@code {country: de, region: by, except: [Epiphany], bank: true}}. */
    private static SpecialDays holidays(JsonNode node) {
        if (node.isTextual()) {
            return PublicHolidays.of(node.asText(), Set.of(), false);
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!HOLIDAY_FIELDS.contains(name)) {
                throw new IllegalArgumentException(
                        "'" + name + "' is not known in 'holidays'; " + DidYouMean.cure(name, HOLIDAY_FIELDS));
            }
        });
        if (!node.hasNonNull("country")) {
            throw new IllegalArgumentException(
                    "An entry of 'holidays' lacks its country; write it such as nl, or {country: de, region: by}.");
        }
        String region = node.path("region").asText("");
        String code = node.path("country").asText() + (region.isEmpty() ? "" : "-" + region);
        Set<String> except = new HashSet<>();
        node.path("except").forEach(name -> except.add(name.asText()));
        return PublicHolidays.of(code, except, node.path("bank").asBoolean(false));
    }

    private static LocalTime time(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is no time of day; write it such as 12:30.", e);
        }
    }

    private static DayKind kind(String text) {
        DayKind kind = KINDS.get(text.toLowerCase(Locale.ROOT));
        if (kind == null) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no kind of day; " + DidYouMean.cure(text, KINDS.keySet()));
        }
        return kind;
    }
}
