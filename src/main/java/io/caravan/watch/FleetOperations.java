package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.detect.Window;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

    /** The fleets of a name, in which {@code *} stands for any text; at least one. */
    public List<Series> fleets(String name) {
        if (name.indexOf('*') < 0) {
            return List.of(fleet(name));
        }
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
     * @param name of a fleet, or of many with {@code *}: also of those that appear later
     * @return the fleets that it is about now
     */
    public List<Series> expect(Author by, String name, Window.Kind kind, Instant from, Instant until, String note) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            if (!until.isAfter(now) || !from.isBefore(until)) {
                throw new IllegalArgumentException("A window from " + from + " until " + until
                        + " is over before it begins; give an end that is yet to come.");
            }
            states.lockMerged();
            List<Series> found = fleets(name);
            String whole = name.indexOf('*') < 0 ? found.get(0).name() : name;
            windows.add(whole, new Window(kind, from, until, note), now, by.name());
            Instant begins = from.isAfter(now) ? from : now;
            states.wake(ids(found), begins);
            states.wakeParentsOfTrouble(ids(found), begins);
            if (from.isBefore(now.truncatedTo(ChronoUnit.HOURS))) {
                relearn(ids(found), now);
            }
            if (!from.isAfter(now)) {
                found.forEach(each -> tellExpected(each, until, note, now));
            }
            audit.record(now, by, word(kind), whole, from + " until " + until + (note.isEmpty() ? "" : ": " + note));
            return found;
        });
    }

    /** Hours that were learned already teach something else now, also the merged streams. */
    private void relearn(List<Long> fleets, Instant now) {
        Set<Long> all = new TreeSet<>(fleets);
        fleets.forEach(fleet -> all.addAll(series.parents(fleet)));
        states.relearn(all, now);
    }

    /** Who was told of the silence hears that somebody knows of it. */
    private void tellExpected(Series fleet, Instant until, String note, Instant now) {
        Profile profile = profiles.of(fleet);
        for (Episode episode : episodes.lockOpen(List.of(fleet.id()))) {
            if (episode.told() && episode.parent().isEmpty()) {
                Account account = Retold.account(episode, episode.severity(), Optional.empty(), 1);
                String sentence = "Expected until "
                        + Spoken.moment(until, now, profile.expectation().zone())
                        + (note.isEmpty() ? "" : " (" + note + ")") + ". " + account.sentence();
                telling.change(
                        profile.subject(fleet, 1),
                        episode,
                        new Account(
                                sentence,
                                account.table(),
                                account.severity(),
                                account.finding(),
                                account.members(),
                                account.sample(),
                                account.away()),
                        List.of(ChangeReason.EXPECTED),
                        now);
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
            List<Series> found = fleets(name);
            String whole = name.indexOf('*') < 0 ? found.get(0).name() : name;
            int ended = windows.end(whole, now);
            if (ended == 0) {
                throw new IllegalArgumentException("There is no window of '" + whole
                        + "' to end; those of config/fleets.yaml are ended there. See: caravan fleet show " + whole);
            }
            states.wake(ids(found), now);
            states.wakeParentsOfTrouble(ids(found), now);
            audit.record(now, by, "expect no more", whole, ended + " windows");
            return ended;
        });
    }

    /** Says that the open, else the latest, trouble of a fleet was real, so that its hours teach nothing. */
    public Episode confirm(Author by, String name) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            Series fleet = fleet(name);
            Episode episode = episodes.recent(fleet.id(), false, 1).stream()
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "Fleet " + fleet.name() + " has had no trouble that could be confirmed."));
            if (!episodes.confirm(episode.id(), by.name(), now)) {
                throw new IllegalArgumentException("The trouble of " + fleet.name() + " since " + episode.since()
                        + " was confirmed already; nothing was changed.");
            }
            states.relearn(List.of(fleet.id()), now);
            audit.record(now, by, "confirm", fleet.name(), episode.kind().word() + " since " + episode.since());
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
