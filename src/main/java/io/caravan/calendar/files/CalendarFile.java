package io.caravan.calendar.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.calendar.DayKind;
import io.caravan.calendar.Moments;
import io.caravan.calendar.NamedDays;
import io.caravan.calendar.Shift;
import io.caravan.calendar.SpecialDays;
import io.caravan.routes.DidYouMean;
import io.caravan.routes.FileMistake;
import io.caravan.routes.OwnYaml;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one calendar's YAML file. */
final class CalendarFile {
    private static final Map<String, DayKind> KINDS =
            Map.of("closed", DayKind.CLOSED, "half", DayKind.HALF, "weak", DayKind.WEAK, "workday", DayKind.WORKDAY);
    private static final Set<String> HOLIDAY_FIELDS = Set.of("country", "region", "except", "bank");

    private final Path path;

    private CalendarFile(Path path) {
        this.path = path;
    }

    static CalendarRules read(Path path) throws FileMistake {
        return OwnYaml.read(path, CalendarText.class, "docs/calendars.md", new CalendarFile(path)::rules);
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
