package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.routes.DidYouMean;
import io.caravan.watch.FleetListRepository.Row;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.detect.Window;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.expect.WindowRepository;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.fleet.ExpectedDays;
import io.caravan.watch.fleet.FieldMistake;
import io.caravan.watch.fleet.FleetCalendar;
import io.caravan.watch.fleet.FleetSettings;
import io.caravan.watch.fleet.Fleets;
import io.caravan.watch.fleet.MergedCalendar;
import io.caravan.watch.fleet.SettingRepository;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All fleets with what is counted and what is written of them: found by name, listed, and given settings. Safe for any thread. */
public final class FleetDirectory {
    private static final int READ_AT_ONCE = 1_000;

    private final Database database;
    private final Fleets fleets;
    private final FleetListRepository list;

    public FleetDirectory(Database database, Fleets fleets) {
        this.database = database;
        this.fleets = fleets;
        this.list = new FleetListRepository(database);
    }

    /**
     * Which fleets; what is empty is not asked.
     *
     * @param name a part of the name
     */
    public record Filter(
            Optional<String> provider,
            Optional<String> tenant,
            Optional<String> region,
            Optional<String> state,
            Optional<String> name) {
        public static final Filter ALL =
                new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        private boolean matches(FleetStanding fleet) {
            return isIn(provider, fleet.provider()) && isIn(tenant, fleet.tenant()) && isIn(region, fleet.region());
        }

        private static boolean isIn(Optional<String> wanted, Optional<String> its) {
            return wanted.isEmpty() || wanted.equals(its);
        }
    }

    /** By name, behind {@code after}; at most so many. */
    public List<FleetStanding> list(Filter filter, String after, int limit) {
        List<FleetStanding> found = new ArrayList<>();
        String last = after;
        boolean more = true;
        while (more && found.size() < limit) {
            List<Row> rows = list.after(last, filter.state(), filter.name(), READ_AT_ONCE);
            for (Row row : rows) {
                FleetStanding fleet = standing(row);
                if (found.size() < limit && filter.matches(fleet)) {
                    found.add(fleet);
                }
            }
            more = rows.size() == READ_AT_ONCE;
            last = rows.isEmpty() ? last : rows.get(rows.size() - 1).series().name();
        }
        return found;
    }

    /** One by its whole name. */
    public Optional<FleetStanding> find(String name) {
        return list.find(name).map(this::standing);
    }

    /** The name of a fleet that somebody may have meant. */
    public Optional<String> closest(String name) {
        return DidYouMean.closest(name, list.namesLike(name));
    }

    private FleetStanding standing(Row row) {
        String name = row.series().name();
        return new FleetStanding(
                row.series(),
                row.state(),
                row.since(),
                row.lastEventAt(),
                row.lastArrivalAt(),
                row.packets(),
                fleets.ofFleet(name),
                fleets.overrideOf(name));
    }

    /** How many of its vehicles are in use: those that haven't been silent for so long that they count as retired. */
    public int activeVehicles(FleetStanding fleet, Instant now) {
        Duration retired = fleet.settings().retireVehiclesAfter().orElse(FleetSettings.USUAL_RETIREMENT_OF_VEHICLES);
        return new ArrivalRepository(database).activeVehicles(fleet.series().id(), now.minus(retired), now);
    }

    /**
     * Replaces what is set of a fleet by hand.
     *
     * @throws FieldMistake when a calendar or the country is unknown
     */
    public void set(FleetStanding fleet, FleetSettings settings, Instant at, String by) throws FieldMistake {
        fleets.check(settings);
        new SettingRepository(database).save(fleet.series().id(), settings, at, by);
        fleets.lookAgain();
    }

    /**
     * What is expected day by day of whom people name: a fleet's whole name, its bare name where only one has it, or a merged stream: a provider, {@code provider:credential}, region or tenant.
     *
     * @throws IllegalArgumentException when it is nobody's name, or that of several
     */
    public ExpectedDays calendar(String name) {
        if (name.contains("/")) {
            return ofFleet(name);
        }
        List<Series> called = new SeriesRepository(database).fleetsCalled(name);
        if (called.size() > 1) {
            throw new IllegalArgumentException("%d fleets are called '%s': %s. Say which, with its provider."
                    .formatted(
                            called.size(),
                            name,
                            String.join(", ", called.stream().map(Series::name).toList())));
        }
        if (called.size() == 1) {
            return ofFleet(called.get(0).name());
        }
        return ofMerged(name)
                .or(() -> ofProvider(name))
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "There is no fleet, provider, credential, region or tenant '" + name
                                        + "'"
                                        + closest(name)
                                                .map(meant -> "; did you mean '" + meant + "'?")
                                                .orElse(
                                                        ": none of that name has sent anything, and config/fleets.yaml has no such provider.")));
    }

    private FleetCalendar ofFleet(String name) {
        return FleetCalendar.of(
                fleets.ofFleet(name), fleets.calendars(), handmade().of(name));
    }

    /** One of which nothing has come is known by what is written of it. */
    private Optional<ExpectedDays> ofProvider(String name) {
        return list.providers().contains(name) || fleets.providers().contains(name)
                ? Optional.of(FleetCalendar.of(
                        fleets.ofProvider(name), fleets.calendars(), handmade().of(name + "/*")))
                : Optional.empty();
    }

    private Windows.ByName handmade() {
        return Windows.ByName.of(new WindowRepository(database).endingAfter(Instant.EPOCH));
    }

    /** Of whom the same is written and set by hand. */
    private record Mind(FleetSettings settings, List<Window> windows) {}

    private Optional<ExpectedDays> ofMerged(String name) {
        SeriesRepository series = new SeriesRepository(database);
        MembershipRepository members = new MembershipRepository(database);
        List<MembershipRepository.Member> found = Stream.of(
                        SeriesKind.PROVIDER, SeriesKind.CREDENTIAL, SeriesKind.REGION, SeriesKind.TENANT)
                .flatMap(kind -> series.find(kind, name).stream())
                .map(stream -> members.members(stream.id()))
                .filter(some -> !some.isEmpty())
                .findFirst()
                .orElse(List.of());
        Windows.ByName handmade = handmade();
        Map<Mind, List<MembershipRepository.Member>> minds = found.stream()
                .collect(Collectors.groupingBy(member -> new Mind(
                        fleets.ofFleet(member.series().name()),
                        handmade.of(member.series().name()))));
        return minds.isEmpty()
                ? Optional.empty()
                : Optional.of(new MergedCalendar(minds.entrySet().stream()
                        .map(mind -> new MergedCalendar.Part(
                                FleetCalendar.of(
                                        mind.getKey().settings(),
                                        fleets.calendars(),
                                        mind.getKey().windows()),
                                mind.getValue().size(),
                                mind.getValue().stream()
                                        .mapToDouble(MembershipRepository.Member::arrivals)
                                        .sum()))
                        .toList()));
    }
}
