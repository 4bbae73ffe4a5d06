package io.caravan.calendar.files;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.routes.DidYouMean;
import io.caravan.routes.FileMistake;
import io.caravan.routes.OwnYaml;
import io.caravan.routes.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The calendars of a folder, one a {@code <name>.yaml}. Read when first asked and again after a file has changed, which is looked for once a second at most; a calendar that can't be read
 * any more stays as it last was. Safe for any thread.
 */
public final class Calendars {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final String SUFFIX = ".yaml";
    private static final Map<String, BusinessCalendar> PLACES = new ConcurrentHashMap<>();

    private final Path folder;
    private final Clock clock;
    private Loaded loaded = new Loaded(Map.of(), Map.of(), List.of());
    private Instant lookedAt = Instant.MIN;

    /**
     * What was found.
     *
     * @param stamps of all files; another value means another content
     */
    private record Loaded(Map<Path, String> stamps, Map<String, BusinessCalendar> calendars, List<Problem> problems) {}

    /**
     * One file.
     *
     * @param rules empty when it can't be read
     */
    private record Written(Path path, Optional<CalendarRules> rules) {}

    public Calendars(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** The calendar of a name, such as {@code nl-workdays}. */
    public Optional<BusinessCalendar> find(String name) {
        return Optional.ofNullable(current().calendars().get(name));
    }

    /**
     * The calendar of a name.
     *
     * @throws IllegalArgumentException when there is none; the message tells the mistake in its file, or the name that was meant
     */
    public BusinessCalendar named(String name) {
        Loaded now = current();
        BusinessCalendar calendar = now.calendars().get(name);
        if (calendar != null) {
            return calendar;
        }
        throw new IllegalArgumentException(now.problems().stream()
                .filter(problem -> name(problem.path()).equals(name))
                .findFirst()
                .map(problem -> "Calendar '" + name + "' can't be read: " + problem)
                .orElseGet(
                        () -> "Calendar '" + name + "' is unknown: there is no " + folder.resolve(name + SUFFIX) + "; "
                                + (now.calendars().isEmpty()
                                        ? "write that file"
                                        : DidYouMean.cure(name, now.calendars().keySet()))));
    }

    /**
     * The public holidays of a country or region alone, such as {@code nl}, {@code de-by} or {@code us-ny}, with bridge days and eves around a week from Monday to Friday.
     *
     * @throws IllegalArgumentException when the code is unknown; the message names what was meant
     */
    public static BusinessCalendar publicHolidays(String code) {
        return PLACES.computeIfAbsent(code.strip().toLowerCase(Locale.ROOT), Calendars::placeOf);
    }

    private static BusinessCalendar placeOf(String code) {
        return CalendarRules.of(List.of(PublicHolidays.of(code, Set.of(), false)))
                .calendar(code);
    }

    /** The names of all calendars, sorted. */
    public Set<String> names() {
        return current().calendars().keySet();
    }

    /** Another text after any file has changed, for those who remember what they asked. */
    public String stamp() {
        return Integer.toHexString(current().stamps().hashCode());
    }

    /** The mistakes in the files as they are now. */
    public List<Problem> problems() {
        return current().problems();
    }

    private synchronized Loaded current() {
        Instant now = clock.instant();
        if (lookedAt.equals(Instant.MIN) || !now.isBefore(lookedAt.plus(BETWEEN_LOOKS))) {
            Map<Path, String> stamps = stamps();
            if (!stamps.equals(loaded.stamps()) || lookedAt.equals(Instant.MIN)) {
                loaded = load(stamps, loaded.calendars());
            }
            lookedAt = now;
        }
        return loaded;
    }

    private Map<Path, String> stamps() {
        if (!Files.isDirectory(folder)) {
            return Map.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).collect(Collectors.toMap(file -> file, Calendars::stamp));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look into " + folder, e);
        }
    }

    private static String stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            return "gone";
        }
    }

    private static Loaded load(Map<Path, String> stamps, Map<String, BusinessCalendar> before) {
        Map<String, Written> written = new TreeMap<>();
        Map<String, Problem> problems = new TreeMap<>();
        stamps.keySet().stream()
                .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                .forEach(file -> written.put(name(file), written(file, problems)));
        Map<String, BusinessCalendar> calendars = new TreeMap<>();
        written.forEach((name, file) -> {
            calendar(name, file, written, problems)
                    .or(() -> Optional.ofNullable(before.get(name)))
                    .ifPresent(calendar -> calendars.put(name, calendar));
        });
        return new Loaded(
                Map.copyOf(stamps),
                Collections.unmodifiableMap(calendars),
                problems.values().stream().sorted(Problem.IN_READING_ORDER).toList());
    }

    private static Written written(Path file, Map<String, Problem> problems) {
        try {
            return new Written(file, Optional.of(CalendarFile.read(file)));
        } catch (FileMistake e) {
            problems.put(name(file), e.problem());
            return new Written(file, Optional.empty());
        }
    }

    private static Optional<BusinessCalendar> calendar(
            String name, Written file, Map<String, Written> written, Map<String, Problem> problems) {
        try {
            return file.rules().isEmpty()
                    ? Optional.empty()
                    : Optional.of(resolve(file, file.rules().get(), written, List.of())
                            .calendar(name));
        } catch (FileMistake e) {
            problems.put(name, e.problem());
            return Optional.empty();
        }
    }

    /** A calendar's rules completed by those that it extends, and theirs. */
    private static CalendarRules resolve(
            Written file, CalendarRules own, Map<String, Written> written, List<String> children) throws FileMistake {
        List<String> chain = new ArrayList<>(children);
        chain.add(name(file.path()));
        CalendarRules resolved = own;
        for (String parent : own.parents()) {
            Written extended = written.get(parent);
            if (extended == null) {
                throw OwnYaml.mistake(
                        file.path(),
                        "Calendar '" + parent + "', which it extends, is unknown; "
                                + DidYouMean.cure(parent, written.keySet()));
            }
            if (chain.contains(parent)) {
                List<String> circle = chain.subList(chain.indexOf(parent), chain.size());
                throw OwnYaml.mistake(
                        file.path(),
                        "Calendar '" + parent + "' extends itself: " + String.join(" -> ", circle) + " -> " + parent
                                + "; leave one of them out");
            }
            if (extended.rules().isEmpty()) {
                throw OwnYaml.mistake(
                        file.path(),
                        "Calendar '" + parent + "', which it extends, can't be read; mend " + extended.path());
            }
            resolved = resolved.extending(resolve(extended, extended.rules().get(), written, chain));
        }
        return resolved;
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }
}
