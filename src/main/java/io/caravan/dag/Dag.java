package io.caravan.dag;

import io.caravan.calendar.Moments;
import io.caravan.calendar.OnHoliday;
import io.caravan.calendar.Schedule;
import io.caravan.dag.definition.CatchUp;
import io.caravan.dag.definition.Expect;
import io.caravan.dag.definition.ForEach;
import io.caravan.dag.definition.OptionReader;
import io.caravan.dag.definition.Param;
import io.caravan.dag.definition.Params;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.definition.WrittenTask;
import io.caravan.dag.schedule.DatasetCondition;
import io.caravan.routes.DidYouMean;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A workflow: when it runs, with what, and what is expected of it. A bean of a YAML file; its bean name is the workflow's name, and its tasks are the routes {@code from: dag:<name>/<task>}.
 *
 * <p>Defaults: no schedule, UTC, no catch-up, 16 runs in progress at once. Properties are kept as they were written; {@link DagAssembly} tells what is wrong with them. Set up once, then read by any thread.
 */
public final class Dag {
    static final int DEFAULT_ACTIVE_RUNS = 16;

    private static final Set<String> NESTED = Set.of("expect", "params", "groups");
    private static final Set<String> FLAT = new LinkedHashSet<>(List.of(
            "description",
            "owner",
            "tags",
            "schedule",
            "timezone",
            "start",
            "end",
            "catchup",
            "calendar",
            "onHoliday",
            "maxActiveRuns",
            "maxActiveTasks",
            "priority",
            "timeout",
            "deadline",
            "dependsOnPast"));

    private final Map<String, String> written = new LinkedHashMap<>();
    private final PropertyTree expect = new PropertyTree();
    private final PropertyTree params = new PropertyTree();
    private final PropertyTree groups = new PropertyTree();

    /** What it is for, in a sentence. */
    public void setDescription(String description) {
        written.put("description", description);
    }

    /** Who is asked when it fails. */
    public void setOwner(String owner) {
        written.put("owner", owner);
    }

    /** Words to find it by, separated by commas. */
    public void setTags(String tags) {
        written.put("tags", tags);
    }

    /**
     * When it runs by itself: as {@link Schedule} reads it ({@code 0 2 * * *}, {@code @daily}, {@code every 15m}), or on datasets that a committed {@code load:} updates ({@code rides.ride and telematics.packet within 1d});
     * several are separated by semicolons. None: only by hand.
     */
    public void setSchedule(String schedule) {
        written.put("schedule", schedule);
    }

    /** Whose clock on the wall the schedule goes by: {@code Europe/Amsterdam}. UTC by default. */
    public void setTimezone(String timezone) {
        written.put("timezone", timezone);
    }

    /** No interval begins before: a date (its midnight), a local time, or an instant. */
    public void setStart(String start) {
        written.put("start", start);
    }

    /** No interval ends after: a date (the end of that day), a local time, or an instant. */
    public void setEnd(String end) {
        written.put("end", end);
    }

    /** What becomes of ticks that were missed: all, last or none. None by default. */
    public void setCatchup(String catchup) {
        written.put("catchup", catchup);
    }

    /** Whose workdays count; a name of {@code config/calendars}. */
    public void setCalendar(String calendar) {
        written.put("calendar", calendar);
    }

    /** What becomes of a tick on a day without work: skip, next or previous. */
    public void setOnHoliday(String onHoliday) {
        written.put("onHoliday", onHoliday);
    }

    /** How many runs are in progress at once; others wait. 16 by default. */
    public void setMaxActiveRuns(String maxActiveRuns) {
        written.put("maxActiveRuns", maxActiveRuns);
    }

    /** How many of its tasks run at once over all its runs; 0, the default: no limit. */
    public void setMaxActiveTasks(String maxActiveTasks) {
        written.put("maxActiveTasks", maxActiveTasks);
    }

    /** Higher goes first; 0 by default. A task's own priority is added. */
    public void setPriority(String priority) {
        written.put("priority", priority);
    }

    /** How long a run may take before it fails. No limit by default. */
    public void setTimeout(String timeout) {
        written.put("timeout", timeout);
    }

    /** How long after the scheduled time a run must have succeeded; missed, it is told once, also when the run never began. */
    public void setDeadline(String deadline) {
        written.put("deadline", deadline);
    }

    /** Whether a run waits for the success of the one before. */
    public void setDependsOnPast(String dependsOnPast) {
        written.put("dependsOnPast", dependsOnPast);
    }

    /** A success that is expected, however it comes about: schedule, within, grace, calendar. */
    public void setExpect(Map<String, ?> expect) {
        this.expect.putAll(PropertyTree.of(expect));
    }

    /** What a run may be given, by name: type, default, description, required, enum, minimum, maximum, pattern. */
    public void setParams(Map<String, ?> params) {
        this.params.putAll(PropertyTree.of(params));
    }

    /** Task groups that need more than a name, by name: after, forEach, forEachLimit, maxActive, description. */
    public void setGroups(Map<String, ?> groups) {
        this.groups.putAll(PropertyTree.of(groups));
    }

    /** Sets a property by its name, as a file writes it; false when there is none. */
    boolean set(String property, Object value) {
        if (value instanceof Map<?, ?> tree) {
            nested(property).ifPresent(nested -> nested.putAll(PropertyTree.of(tree)));
            return NESTED.contains(property);
        }
        if (FLAT.contains(property)) {
            written.put(property, String.valueOf(value));
        }
        return FLAT.contains(property);
    }

    /** All its properties, on one line. */
    String asWritten() {
        Map<String, Object> all = new LinkedHashMap<>(written);
        all.put("expect", expect);
        all.put("params", params);
        all.put("groups", groups);
        return all.toString();
    }

    Optional<PropertyTree> nested(String property) {
        return switch (property) {
            case "expect" -> Optional.of(expect);
            case "params" -> Optional.of(params);
            case "groups" -> Optional.of(groups);
            default -> Optional.empty();
        };
    }

    /** What a bean says, read. */
    record Facts(
            String description,
            String owner,
            List<String> tags,
            Optional<Timing> timing,
            Optional<String> datasets,
            int maxActiveRuns,
            int maxActiveTasks,
            int priority,
            Optional<Duration> timeout,
            Optional<Duration> deadline,
            Optional<Expect> expect,
            boolean dependsOnPast,
            List<Param> params,
            Map<String, Group> groups) {}

    /** The zone as it was written. */
    Optional<String> timezone() {
        return Optional.ofNullable(written.get("timezone"));
    }

    /** A group's settings. */
    record Group(List<String> after, Optional<ForEach> forEach) {}

    /** What it says; each mistake goes to {@code teller} with the property's name, and counts as not written. */
    Facts read(ZoneId usualZone, OptionReader.Teller teller) {
        return new Reading(new OptionReader(written, teller), teller, usualZone).facts();
    }

    private final class Reading {
        private final OptionReader options;
        private final OptionReader.Teller teller;
        private final ZoneId zone;

        Reading(OptionReader options, OptionReader.Teller teller, ZoneId usualZone) {
            this.options = options;
            this.teller = teller;
            this.zone = zone("timezone", usualZone);
        }

        Facts facts() {
            List<String> parts = options.text("schedule").stream()
                    .flatMap(text -> Arrays.stream(text.split(";", -1)))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty() && !part.equalsIgnoreCase("none"))
                    .toList();
            List<String> schedules = parts.stream()
                    .filter(part -> !DatasetCondition.isMeantBy(part))
                    .filter(part -> isSchedule("schedule", part))
                    .toList();
            List<String> datasets =
                    parts.stream().filter(DatasetCondition::isMeantBy).toList();
            datasets.forEach(this::checkDatasets);
            Optional<String> condition = datasets.isEmpty()
                    ? Optional.empty()
                    : Optional.of(datasets.size() == 1 ? datasets.get(0) : "(" + String.join(") or (", datasets) + ")");
            Facts facts = new Facts(
                    options.text("description").orElse(""),
                    options.text("owner").orElse(""),
                    options.names("tags"),
                    timing(schedules),
                    condition,
                    options.whole("maxActiveRuns", DEFAULT_ACTIVE_RUNS, 1),
                    options.whole("maxActiveTasks", 0, 0),
                    options.whole("priority", 0, Integer.MIN_VALUE),
                    options.duration("timeout"),
                    options.duration("deadline"),
                    expectation(),
                    options.flag("dependsOnPast", false),
                    Params.read(params, teller),
                    groups());
            boolean none = parts.stream().allMatch(DatasetCondition::isMeantBy); // a bad one has been told already
            if (facts.deadline().isPresent() && none) {
                teller.tell(
                        "deadline",
                        "counts from a scheduled time, and there is no schedule",
                        "add schedule, or write expect: {schedule: ..., within: ...}");
            }
            return facts;
        }

        private Optional<Timing> timing(List<String> schedules) {
            Map<String, CatchUp> catchUps = new LinkedHashMap<>();
            Arrays.stream(CatchUp.values())
                    .forEach(each -> catchUps.put(each.name().toLowerCase(Locale.ROOT), each));
            // as YAML's own words for yes and no, and Airflow's
            catchUps.put("true", CatchUp.ALL);
            catchUps.put("false", CatchUp.NONE);
            Map<String, OnHoliday> holidays = new LinkedHashMap<>();
            Arrays.stream(OnHoliday.values())
                    .forEach(each -> holidays.put(each.name().toLowerCase(Locale.ROOT), each));
            CatchUp catchUp = options.choice("catchup", catchUps).orElse(CatchUp.NONE);
            OnHoliday onHoliday = options.choice("onHoliday", holidays).orElse(OnHoliday.SKIP);
            Optional<String> calendar = options.text("calendar");
            if (options.has("onHoliday") && calendar.isEmpty()) {
                teller.tell("onHoliday", "needs to know whose holidays", "add calendar, or remove it");
            }
            Optional<Instant> start = time("start", false);
            Optional<Instant> end = time("end", true);
            if (start.isPresent() && end.isPresent() && !start.get().isBefore(end.get())) {
                teller.tell(
                        "end", "is " + end.get() + ", not after the start at " + start.get(), "change one of the two");
            }
            return schedules.isEmpty() && expect.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Timing(schedules, zone, start, end, catchUp, calendar, onHoliday));
        }

        private Optional<Expect> expectation() {
            if (expect.isEmpty()) {
                return Optional.empty();
            }
            Map<String, String> texts = new LinkedHashMap<>();
            expect.forEach((name, value) -> texts.put(name, String.valueOf(value)));
            OptionReader.Teller below = (option, what, cure) -> teller.tell("expect." + option, what, cure);
            OptionReader inner = new OptionReader(texts, below);
            Optional<String> schedule = inner.text("schedule");
            Optional<Duration> within = inner.duration("within");
            Duration grace = inner.duration("grace").orElse(Duration.ZERO);
            Optional<String> calendar = inner.text("calendar").or(() -> options.text("calendar"));
            inner.tellUnknown();
            if (schedule.isEmpty()) {
                teller.tell(
                        "expect",
                        "names no schedule",
                        "say when a success is looked for: expect: {schedule: \"0 8 * * *\", within: 24h}");
            }
            if (within.isEmpty() && !inner.has("within")) {
                teller.tell("expect", "does not say how old the last success may be", "add within, such as 24h");
            }
            return schedule.filter(text -> isSchedule("expect.schedule", text))
                    .flatMap(text -> within.map(age -> new Expect(text, age, grace, calendar)));
        }

        private Map<String, Group> groups() {
            Map<String, Group> read = new LinkedHashMap<>();
            groups.forEach((name, value) -> readGroup(name, value, read));
            return read;
        }

        /** Camel cuts {@code a.b} into a and b, so that what is below a group is either a setting of it or a group in it. */
        private void readGroup(String name, Object value, Map<String, Group> read) {
            if (!(value instanceof PropertyTree tree)) {
                teller.tell(
                        "groups." + name,
                        "is '" + value + "'",
                        "write its settings below it: after, forEach, description");
                return;
            }
            Map<String, String> texts = new LinkedHashMap<>();
            tree.forEach((option, setting) -> {
                if (setting instanceof PropertyTree) {
                    readGroup(name + "." + option, setting, read);
                } else {
                    texts.put(option, String.valueOf(setting));
                }
            });
            OptionReader inner = new OptionReader(
                    texts, (option, what, cure) -> teller.tell("groups." + name + "." + option, what, cure));
            int limit = inner.whole("forEachLimit", WrittenTask.DEFAULT_LIMIT, 1);
            int maxActive = inner.whole("maxActive", 0, 0);
            List<String> after = inner.names("after");
            Optional<ForEach> forEach = inner.text("forEach").map(text -> WrittenTask.forEach(text, limit, maxActive));
            inner.text("description");
            inner.tellUnknown();
            read.put(name, new Group(after, forEach));
        }

        private ZoneId zone(String option, ZoneId usual) {
            return options.text(option)
                    .flatMap(text -> {
                        try {
                            return Optional.of(ZoneId.of(text));
                        } catch (DateTimeException e) {
                            teller.tell(
                                    option,
                                    "'" + text + "' is no time zone",
                                    DidYouMean.closest(text, ZoneId.getAvailableZoneIds())
                                            .map(name -> "did you mean '" + name + "'?")
                                            .orElse("write its IANA name, such as Europe/Amsterdam"));
                            return Optional.empty();
                        }
                    })
                    .orElse(usual);
        }

        private void checkDatasets(String part) {
            try {
                DatasetCondition.parse(part);
            } catch (IllegalArgumentException e) {
                tellMessage("schedule", e);
            }
        }

        private void tellMessage(String option, RuntimeException e) {
            String message = String.valueOf(e.getMessage()).replaceFirst("\\.$", "");
            int cure = message.indexOf("; ");
            if (cure < 0) {
                teller.tell(
                        option,
                        message,
                        "write cron such as 0 2 * * *, @daily, every 15m, or datasets such as rides.ride and telematics.packet");
            } else {
                teller.tell(option, message.substring(0, cure), message.substring(cure + 2));
            }
        }

        private boolean isSchedule(String option, String part) {
            try {
                Schedule.parse(part, zone);
                return true;
            } catch (IllegalArgumentException | DateTimeException e) {
                tellMessage(option, e);
                return false;
            }
        }

        private Optional<Instant> time(String option, boolean endOfDay) {
            return options.text(option).flatMap(text -> {
                try {
                    Instant moment = Moments.parse(text, zone);
                    return Optional.of(endOfDay && text.matches("\\d{4}-\\d{2}-\\d{2}") ? endOf(text) : moment);
                } catch (IllegalArgumentException e) {
                    teller.tell(
                            option,
                            "'" + text + "' is neither a date nor a time",
                            "write 2026-01-31, 2026-01-31T06:00 or 2026-01-31T06:00:00Z");
                    return Optional.empty();
                }
            });
        }

        private Instant endOf(String date) {
            return LocalDate.parse(date).plusDays(1).atStartOfDay(zone).toInstant();
        }
    }
}
