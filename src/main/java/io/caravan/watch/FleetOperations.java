package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Author;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.expect.WindowRepository;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.StateRepository;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What people do to fleets by hand. Each deed is one transaction with its entry in the audit log, safe while nodes work, and they see it within seconds. What can't be done is told as
 * IllegalArgumentException, and nothing is changed. Safe for any thread.
 */
public final class FleetOperations {
    private final Database database;
    private final Clock clock;
    private final Profiles profiles;
    private final SeriesRepository series;
    private final StateRepository states;
    private final WindowRepository windows;
    private final MembershipRepository members;
    private final EpisodeRepository episodes;
    private final Episodes telling;
    private final AuditRepository audit;

    public FleetOperations(Database database, Clock clock, Profiles profiles) {
        this.database = database;
        this.clock = clock;
        this.profiles = profiles;
        this.series = new SeriesRepository(database);
        this.states = new StateRepository(database);
        this.windows = new WindowRepository(database);
        this.members = new MembershipRepository(database);
        this.episodes = new EpisodeRepository(database);
        this.telling = new Episodes(database, new WatchEvents() {});
        this.audit = new AuditRepository(database);
    }

    /** The fleet of a name: the whole one, or that without its provider where only one fleet has it. */
    public Series fleet(String name) {
        List<Series> found = series.fleetsCalled(name);
        if (found.size() == 1) {
            return found.get(0);
        }
        Optional<Series> exact =
                found.stream().filter(each -> each.name().equals(name)).findFirst();
        return exact.orElseThrow(() -> new IllegalArgumentException(
                found.isEmpty()
                        ? "There is no fleet '" + name
                                + "'; it appears with its first packet. Those that there are: caravan fleet list"
                        : "'" + name + "' may be any of "
                                + found.stream().map(Series::name).collect(Collectors.joining(", "))
                                + "; give the whole name."));
    }

    /** The fleet of a name, or else the merged stream: a provider, {@code provider:credential}, a region or a tenant; where several are called so, the widest in this order. */
    public Series watched(String name) {
        if (!series.fleetsCalled(name).isEmpty()) {
            return fleet(name);
        }
        return Stream.of(SeriesKind.PROVIDER, SeriesKind.CREDENTIAL, SeriesKind.REGION, SeriesKind.TENANT)
                .flatMap(kind -> series.find(kind, name).stream())
                .findFirst()
                .orElseGet(() -> fleet(name));
    }

    /**
     * A series by its kind and name, such as {@code fleet/acme/north}, {@code provider/acme} or {@code tenant/tulip}.
     *
     * @throws IllegalArgumentException telling what there is
     */
    public Series series(String kindAndName) {
        String[] parts = kindAndName.split("/", 2);
        Optional<SeriesKind> kind = SeriesKind.ofWord(parts[0]);
        if (parts.length < 2 || kind.isEmpty()) {
            throw new IllegalArgumentException("'" + kindAndName
                    + "' is no series; write its kind and its name, such as provider/acme. Kinds: "
                    + Stream.of(SeriesKind.values()).map(SeriesKind::word).collect(Collectors.joining(", ")));
        }
        return series.find(kind.get(), parts[1])
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no " + parts[0] + " '" + parts[1] + "'; those that there are: caravan fleet list"));
    }

    /**
     * Whom people mean.
     *
     * @param whole as the audit log has it
     * @param names of fleets, as windows have them
     * @param merged the merged stream, if it is one
     * @param fleets that there are now, at least one; of a provider there may be none yet
     */
    private record Meant(String whole, List<String> names, Optional<Series> merged, List<Series> fleets) {}

    private Meant meant(String name) {
        return name.indexOf('*') < 0
                ? meant(watched(name))
                : new Meant(name, List.of(name), Optional.empty(), many(name));
    }

    /** Of a provider it is also about fleets that appear later. */
    private Meant meant(Series about) {
        if (!about.kind().isMerged()) {
            return new Meant(about.name(), List.of(about.name()), Optional.empty(), List.of(about));
        }
        List<Series> fleets = series.find(series.members(about.id()));
        // its calls may fail before any fleet has sent
        if (fleets.isEmpty() && about.kind() != SeriesKind.PROVIDER) {
            throw new IllegalArgumentException("No fleet belongs to "
                    + about.kind().word() + " '" + about.name() + "'; those that there are: caravan fleet list");
        }
        List<String> names = about.kind() == SeriesKind.PROVIDER
                ? List.of(about.name() + "/*")
                : fleets.stream().map(Series::name).toList();
        return new Meant(about.kind().word() + "/" + about.name(), names, Optional.of(about), fleets);
    }

    /** The fleets of a name, in which {@code *} stands for any text, or of a merged stream; at least one. */
    public List<Series> fleets(String name) {
        Meant meant = meant(name);
        if (meant.fleets().isEmpty()) {
            throw new IllegalArgumentException(
                    "No fleet belongs to " + meant.whole() + " yet; those that there are: caravan fleet list");
        }
        return meant.fleets();
    }

    /** By whose clock people tell times of a fleet, a merged stream or many fleets. */
    public ZoneId zone(String name) {
        Meant meant = meant(name);
        Series about = meant.fleets().stream().findFirst().or(meant::merged).orElseThrow();
        return profiles.of(about).expectation().zone();
    }

    private List<Series> many(String name) {
        Pattern pattern = Windows.pattern(name);
        List<Series> found = series.all(SeriesKind.FLEET).stream()
                .filter(each -> pattern.matcher(each.name()).matches())
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("No fleet is called like '" + name
                    + "'; names are <provider>/<fleet>, such as acme/*. Those that there are: caravan fleet list");
        }
        return found;
    }

    /**
     * Says that silence is planned or expected: nothing is told of it before the end, and it teaches nothing.
     *
     * @param name of a fleet or a merged stream, or of many fleets with {@code *}: also of those that appear later
     * @return the fleets that it is about now
     */
    public List<Series> expect(Author by, String name, Window.Kind kind, Instant from, Instant until, String note) {
        return expect(by, () -> meant(name), new Window(kind, from, until, note));
    }

    /** The same of a fleet, or of all fleets of a merged stream. */
    List<Series> expect(Author by, Series about, Window window) {
        return expect(by, () -> meant(about), window);
    }

    private List<Series> expect(Author by, Supplier<Meant> asked, Window window) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            if (!window.until().isAfter(now)) {
                throw new IllegalArgumentException("A window from " + window.from() + " until " + window.until()
                        + " is over before it begins; give an end that is yet to come.");
            }
            states.lockMerged();
            Meant meant = asked.get();
            boolean open = !window.from().isAfter(now);
            if (open) {
                meant.merged().ifPresent(stream -> tellExpected(stream, by, window, now));
            }
            meant.names().forEach(name -> windows.add(name, window, now, by.name()));
            List<Long> ids = ids(meant.fleets());
            Instant begins = open ? now : window.from();
            states.wake(ids, begins);
            states.wakeParentsOfTrouble(ids, begins);
            if (window.from().isBefore(now.truncatedTo(ChronoUnit.HOURS))) {
                relearn(ids, now);
            }
            if (open) {
                meant.fleets().forEach(each -> tellExpected(each, by, window, now));
            }
            audit.record(
                    now,
                    by,
                    word(window.kind()),
                    meant.whole(),
                    window.from() + " until " + window.until() + (window.note().isEmpty() ? "" : ": " + window.note()));
            return meant.fleets();
        });
    }

    /** Hours that were learned already teach something else now, also the merged streams. */
    private void relearn(List<Long> fleets, Instant now) {
        Set<Long> all = new TreeSet<>(fleets);
        fleets.forEach(fleet -> all.addAll(series.parents(fleet)));
        states.relearn(all, now);
    }

    /** Who was told of the trouble hears that somebody knows of it. */
    private void tellExpected(Series about, Author by, Window window, Instant now) {
        Profile profile = profiles.of(about);
        int fleets = about.kind().isMerged() ? members.size(about.id()) : 1;
        for (Episode episode : episodes.lockOpen(List.of(about.id()))) {
            if (episode.kind().canBeExpected(about.kind())) {
                telling.expect(profile.subject(about, fleets), episode, window, Optional.of(by), now);
            }
        }
    }

    /**
     * Ends what is open of windows of these names, and drops what was to come.
     *
     * @param name as the window was made with
     * @return how many
     */
    public int expectNoMore(Author by, String name) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            states.lockMerged();
            Meant meant = meant(name);
            int ended = windows.end(meant.names(), now);
            if (ended == 0) {
                throw new IllegalArgumentException("There is no window of '" + meant.whole()
                        + "' to end; those of config/fleets.yaml are ended there. See: caravan fleet show "
                        + meant.whole());
            }
            states.wake(ids(meant.fleets()), now);
            states.wakeParentsOfTrouble(ids(meant.fleets()), now);
            audit.record(now, by, "expect no more", meant.whole(), ended + " windows");
            return ended;
        });
    }

    /** Says that the open, else the latest, trouble of a fleet or a merged stream was real, so that its hours teach nothing; neither do those of the fleets whose trouble it explains. */
    public Episode confirm(Author by, String name) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            states.lockMerged();
            Series about = watched(name);
            String whole = about.kind().isMerged() ? about.kind().word() + "/" + about.name() : about.name();
            Episode episode = episodes.recent(about.id(), false, 1).stream()
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException(whole + " has had no trouble that could be confirmed."));
            List<EpisodeRepository.Explained> members =
                    about.kind().isMerged() ? episodes.explainedBy(episode.id(), now) : List.of();
            Set<Long> ids = new TreeSet<>(Set.of(about.id()));
            members.forEach(member -> ids.add(member.series()));
            // states before episodes, as who judges locks them
            states.relearn(ids, now);
            if (!episodes.confirm(episode.id(), by.name(), now)) {
                throw new IllegalArgumentException("The trouble of " + whole + " since " + episode.since()
                        + " was confirmed already; nothing was changed.");
            }
            members.forEach(member -> episodes.confirm(member.id(), by.name(), now));
            audit.record(now, by, "confirm", whole, episode.kind().word() + " since " + episode.since());
            return episode;
        });
    }

    /** Misses a fleet no more; its next packet brings it back. */
    public Series retire(Author by, String name) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            Series fleet = fleet(name);
            // first the state, as the watchdog does
            states.wake(List.of(fleet.id()), now);
            if (!series.retire(fleet.id(), now)) {
                throw new IllegalArgumentException(
                        "Fleet " + fleet.name() + " is retired already; its next packet brings it back.");
            }
            audit.record(now, by, "retire", fleet.name(), "");
            return fleet;
        });
    }

    private static List<Long> ids(List<Series> all) {
        return all.stream().map(Series::id).toList();
    }

    private static String word(Window.Kind kind) {
        return kind == Window.Kind.MAINTENANCE ? "maintenance" : "expect";
    }
}
