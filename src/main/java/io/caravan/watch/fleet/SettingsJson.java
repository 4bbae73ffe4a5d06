package io.caravan.watch.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.Durations;
import io.caravan.calendar.Shift;
import io.caravan.routes.DidYouMean;
import io.caravan.watch.cause.Severity;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Settings as they are written: the entries of config/fleets.yaml, what the API takes and gives, and the column {@code caravan.watch_setting.settings}. */
public final class SettingsJson {
    /** All fields that settings may have. */
    public static final Set<String> FIELDS = Set.of(
            "name",
            "tenant",
            "provider",
            "credential",
            "country",
            "region",
            "zone",
            "calendars",
            "schedule",
            "packetsPerHour",
            "severity",
            "owner",
            "contact",
            "maintenance",
            "worksOnHolidays",
            "retireAfter",
            "retireVehiclesAfter",
            "lagLimit");

    private SettingsJson() {}

    /**
     * Reads an object of settings; a null field says nothing.
     *
     * @throws FieldMistake for the first field that can't be taken
     */
    public static FleetSettings read(JsonNode node) throws FieldMistake {
        if (!node.isObject()) {
            throw new FieldMistake(
                    "", "'" + node + "' is no settings", "write them as fields, such as zone: Europe/Amsterdam");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new FieldMistake(
                        field.getKey(),
                        "'" + field.getKey() + "' is not known",
                        DidYouMean.cure(field.getKey(), FIELDS));
            }
        }
        return new FleetSettings(
                text(node, "name"),
                text(node, "tenant"),
                text(node, "provider"),
                text(node, "credential"),
                text(node, "country"),
                text(node, "region"),
                field(node, "zone", value -> zone(string(value))),
                field(node, "calendars", value -> list(value, SettingsJson::string)),
                field(node, "schedule", value -> list(value, each -> Shift.parse(string(each)))),
                field(node, "packetsPerHour", SettingsJson::rate),
                field(node, "severity", SettingsJson::severity),
                text(node, "owner"),
                text(node, "contact"),
                field(node, "maintenance", value -> list(value, SettingsJson::maintenance)),
                field(node, "worksOnHolidays", SettingsJson::truth),
                field(node, "retireAfter", SettingsJson::days),
                field(node, "retireVehiclesAfter", SettingsJson::days),
                field(node, "lagLimit", SettingsJson::duration));
    }

    private static Optional<String> text(JsonNode node, String name) throws FieldMistake {
        return field(node, name, SettingsJson::string);
    }

    /** A reader's message quotes the value first and tells the cure behind a semicolon. */
    private static <T> Optional<T> field(JsonNode node, String name, Function<JsonNode, T> reader) throws FieldMistake {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(value));
        } catch (IllegalArgumentException e) {
            throw FieldMistake.of(name, name + ": ", e);
        }
    }

    private static String string(JsonNode value) {
        if (!value.isValueNode() || value.asText().isBlank()) {
            throw new IllegalArgumentException("'" + value + "' is no text; write a word or a phrase");
        }
        return value.asText().strip();
    }

    private static <T> List<T> list(JsonNode value, Function<JsonNode, T> reader) {
        List<T> list = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(each -> list.add(reader.apply(each)));
        } else {
            list.add(reader.apply(value));
        }
        return list;
    }

    private static ZoneId zone(String name) {
        if (ZoneId.getAvailableZoneIds().contains(name)) {
            return ZoneId.of(name);
        }
        throw new IllegalArgumentException("'" + name + "' is no time zone; "
                + DidYouMean.closest(name, ZoneId.getAvailableZoneIds())
                        .map(meant -> "did you mean '" + meant + "'?")
                        .orElse("write one of the tz database, such as Europe/Amsterdam or UTC"));
    }

    private static double rate(JsonNode value) {
        if (!value.isNumber() || value.asDouble() <= 0) {
            throw new IllegalArgumentException("'" + value.asText() + "' is no number of packets; write such as 120");
        }
        return value.asDouble();
    }

    private static boolean truth(JsonNode value) {
        if (!value.isBoolean()) {
            throw new IllegalArgumentException("'" + value.asText() + "' is neither true nor false; write one of them");
        }
        return value.asBoolean();
    }

    private static Severity severity(JsonNode value) {
        return Severity.of(value.asText())
                .orElseThrow(() -> new IllegalArgumentException("'" + value.asText() + "' is no severity; "
                        + DidYouMean.cure(
                                value.asText(),
                                Arrays.stream(Severity.values())
                                        .map(Severity::word)
                                        .toList())));
    }

    private static Duration duration(JsonNode value) {
        return Durations.parse(value.asText())
                .filter(duration -> !duration.isNegative() && !duration.isZero())
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + value.asText() + "' is no length of time; write such as 30m, 12h or 30d"));
    }

    private static Duration days(JsonNode value) {
        Duration duration = duration(value);
        if (duration.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException(
                    "'" + value.asText() + "' is too short to retire anything; write 1d or more");
        }
        return duration;
    }

    private static Maintenance maintenance(JsonNode value) {
        if (!value.isObject()) {
            throw new IllegalArgumentException("'" + value.asText() + "' is no maintenance; " + MAINTENANCE);
        }
        Set<String> known = Set.of("from", "until", "every", "for", "note");
        value.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "'" + name + "' is not known in a maintenance; " + DidYouMean.cure(name, known));
            }
        });
        String note = value.path("note").asText("");
        if (value.hasNonNull("from") && value.hasNonNull("until") && !value.has("every") && !value.has("for")) {
            return new Maintenance.Once(string(value.get("from")), string(value.get("until")), note);
        }
        if (value.hasNonNull("every") && !value.has("from") && !value.has("until")) {
            String every = string(value.get("every"));
            return value.hasNonNull("for")
                    ? new Maintenance.Scheduled(every, duration(value.get("for")), note)
                    : new Maintenance.Weekly(Shift.parse(every), note);
        }
        throw new IllegalArgumentException("'" + value + "' is no maintenance; " + MAINTENANCE);
    }

    private static final String MAINTENANCE =
            "write {from: 2026-11-30 22:00, until: 2026-12-01 06:00}, {every: SUN 02:00-04:00}, or {every: \"0 2 1 * *\", for: 2h}";

    /** Settings as they can be {@linkplain #read read} again; what is empty is left out. */
    public static ObjectNode write(FleetSettings settings) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        settings.name().ifPresent(text -> node.put("name", text));
        settings.tenant().ifPresent(text -> node.put("tenant", text));
        settings.provider().ifPresent(text -> node.put("provider", text));
        settings.credential().ifPresent(text -> node.put("credential", text));
        settings.country().ifPresent(text -> node.put("country", text));
        settings.region().ifPresent(text -> node.put("region", text));
        settings.zone().ifPresent(zone -> node.put("zone", zone.getId()));
        settings.calendars().ifPresent(names -> names.forEach(node.putArray("calendars")::add));
        settings.schedule()
                .ifPresent(shifts ->
                        shifts.forEach(shift -> node.withArray("schedule").add(write(shift))));
        settings.packetsPerHour().ifPresent(rate -> node.put("packetsPerHour", rate));
        settings.severity().ifPresent(severity -> node.put("severity", severity.word()));
        settings.owner().ifPresent(text -> node.put("owner", text));
        settings.contact().ifPresent(text -> node.put("contact", text));
        settings.maintenance().ifPresent(all -> write(all, node.putArray("maintenance")));
        settings.worksOnHolidays().ifPresent(works -> node.put("worksOnHolidays", works));
        settings.retireAfter().ifPresent(after -> node.put("retireAfter", write(after)));
        settings.retireVehiclesAfter().ifPresent(after -> node.put("retireVehiclesAfter", write(after)));
        settings.lagLimit().ifPresent(limit -> node.put("lagLimit", write(limit)));
        return node;
    }

    private static String write(Duration duration) {
        return duration.toMillis() % Duration.ofDays(1).toMillis() == 0 ? duration.toDays() + "d" : duration.toString();
    }

    private static String write(Shift shift) {
        Map<DayOfWeek, String> days = new TreeMap<>();
        shift.days().forEach(day -> days.put(day, day.name().substring(0, 3)));
        String end =
                shift.end().equals(LocalTime.MIDNIGHT) ? "24:00" : shift.end().toString();
        return days.values().stream().collect(Collectors.joining(",")) + " " + shift.start() + "-" + end;
    }

    private static void write(List<Maintenance> all, ArrayNode array) {
        for (Maintenance maintenance : all) {
            ObjectNode node = array.addObject();
            if (maintenance instanceof Maintenance.Once once) {
                node.put("from", once.from()).put("until", once.until());
            } else if (maintenance instanceof Maintenance.Weekly weekly) {
                node.put("every", write(weekly.shift()));
            } else if (maintenance instanceof Maintenance.Scheduled scheduled) {
                node.put("every", scheduled.schedule()).put("for", write(scheduled.lasts()));
            }
            if (!maintenance.note().isEmpty()) {
                node.put("note", maintenance.note());
            }
        }
    }
}
