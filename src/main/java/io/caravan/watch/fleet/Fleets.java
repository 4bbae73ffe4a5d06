package io.caravan.watch.fleet;

import io.caravan.calendar.files.Calendars;
import io.caravan.database.Database;
import io.caravan.routes.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people have written of fleets: {@code config/fleets.yaml}, and above it what they set by the API or a command. Both are looked at again once a second at most, when somebody asks; a file
 * with a mistake changes nothing, so that the last good version goes on. Safe for any thread.
 */
public final class Fleets {
    private static final Logger LOG = LoggerFactory.getLogger(Fleets.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    /** A change that committed late bears an older time than one that was seen. */
    private static final Duration OVERLAP = Duration.ofMinutes(2);

    private static final String FLEET = "FLEET";
    private static final String PROVIDER = "PROVIDER";

    private final Path path;
    private final Calendars calendars;
    private final @Nullable SettingRepository repository;
    private final Clock clock;

    private @Nullable Instant lookedAt;
    private String stamp = "";
    private FleetsFile file = FleetsFile.EMPTY;
    private List<Problem> problems = List.of();
    private Instant changesSeen = Instant.EPOCH;
    private final Map<String, FleetSettings> overrides = new HashMap<>();
    private long version;

    private Fleets(Path path, Calendars calendars, @Nullable SettingRepository repository, Clock clock) {
        this.path = path;
        this.calendars = calendars;
        this.repository = repository;
        this.clock = clock;
    }

    /** The file and what is set in the database. */
    public static Fleets of(Path path, Calendars calendars, Database database, Clock clock) {
        return new Fleets(path, calendars, new SettingRepository(database), clock);
    }

    /** The file alone. */
    public static Fleets ofFile(Path path, Calendars calendars, Clock clock) {
        return new Fleets(path, calendars, null, clock);
    }

    /** What is known of a fleet, by its whole name {@code <provider>/<fleet>}. */
    public FleetSettings ofFleet(String name) {
        return ask(FLEET, name, now -> now.ofFleet(name));
    }

    /** What is known of all fleets of a provider, and of the stream that is merged of them. */
    public FleetSettings ofProvider(String provider) {
        return ask(PROVIDER, provider, now -> now.ofProvider(provider));
    }

    /** What is known of another merged stream, such as {@code TENANT} north: what is said of all fleets, and what was set of it. */
    public FleetSettings ofMerged(String kind, String name) {
        return kind.equals(PROVIDER) ? ofProvider(name) : ask(kind, name, FleetsFile::defaults);
    }

    private synchronized FleetSettings ask(String kind, String name, Function<FleetsFile, FleetSettings> written) {
        look();
        FleetSettings below = written.apply(file);
        FleetSettings above = overrides.get(key(kind, name));
        return above == null ? below : above.over(below);
    }

    /** Grows whenever anything that is written changes, in the file, by the API or in a calendar. */
    public synchronized long version() {
        look();
        return version;
    }

    /** Looks at all that is written with the next question: for who has just written something. */
    public synchronized void lookAgain() {
        lookedAt = null;
    }

    /** Those of whom the file says something. */
    public synchronized Set<String> providers() {
        look();
        return file.providers();
    }

    /** The mistakes in the file as it is now. */
    public synchronized List<Problem> problems() {
        look();
        return problems;
    }

    private void look() {
        Instant now = clock.instant();
        boolean soon = lookedAt != null && !now.isBefore(lookedAt) && now.isBefore(lookedAt.plus(BETWEEN_LOOKS));
        if (!soon) {
            lookedAt = now;
            lookAtFile();
            lookAtOverrides();
        }
    }

    private void lookAtFile() {
        String seen = stamp();
        if (seen.equals(stamp)) {
            return;
        }
        stamp = seen;
        FleetsFileReader.Found found = FleetsFileReader.read(path, calendars);
        problems = found.problems();
        if (problems.isEmpty()) {
            file = found.file();
            version++;
            LOG.info("fleets file={} state={}", path, Files.exists(path) ? "LOADED" : "NONE");
        } else {
            problems.forEach(problem -> LOG.error("fleets file={} state=LAST_GOOD {}", path, problem));
        }
    }

    /** Of the calendars too: an unknown one may appear, and a known one change. */
    private String stamp() {
        try {
            String own = Files.exists(path) ? Files.getLastModifiedTime(path) + " " + Files.size(path) : "none";
            return own + " " + calendars.stamp();
        } catch (IOException e) {
            return "gone";
        }
    }

    private void lookAtOverrides() {
        if (repository == null) {
            return;
        }
        for (SettingRepository.Setting setting : repository.changedSince(changesSeen)) {
            take(setting);
            Instant overlapped = setting.changedAt().minus(OVERLAP);
            changesSeen = overlapped.isAfter(changesSeen) ? overlapped : changesSeen;
        }
    }

    private void take(SettingRepository.Setting setting) {
        try {
            FleetSettings settings = SettingsJson.read(setting.settings());
            if (!settings.equals(overrides.put(key(setting.kind(), setting.name()), settings))) {
                version++;
            }
        } catch (FieldMistake e) {
            LOG.error(
                    "What {} set of {} {} can't be read and counts as not set: {}",
                    setting.changedBy(),
                    setting.kind(),
                    setting.name(),
                    e.getMessage());
        }
    }

    /** What was set of a fleet by the API or a command, without the file. */
    public synchronized Optional<FleetSettings> overrideOf(String fleet) {
        look();
        return Optional.ofNullable(overrides.get(key(FLEET, fleet)));
    }

    /**
     * Checks what somebody wants to set.
     *
     * @throws FieldMistake when a calendar or the country is unknown
     */
    public void check(FleetSettings settings) throws FieldMistake {
        for (String calendar : settings.calendars().orElse(List.of())) {
            FieldMistake.unless("calendars", () -> calendars.named(calendar));
        }
        if (settings.country().isPresent()) {
            String country = settings.country().get();
            FieldMistake.unless("country", () -> Calendars.publicHolidays(country));
        }
    }

    /** The calendars that settings mean. */
    public Calendars calendars() {
        return calendars;
    }

    private static String key(String kind, String name) {
        return kind + " " + name;
    }
}
