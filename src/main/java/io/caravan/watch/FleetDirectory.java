package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.routes.DidYouMean;
import io.caravan.watch.FleetListRepository.Row;
import io.caravan.watch.fleet.FieldMistake;
import io.caravan.watch.fleet.FleetCalendar;
import io.caravan.watch.fleet.FleetSettings;
import io.caravan.watch.fleet.Fleets;
import io.caravan.watch.fleet.SettingRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    /** What is expected day by day by what is written. */
    public FleetCalendar calendar(FleetSettings settings) {
        return FleetCalendar.of(settings, fleets.calendars());
    }

    /**
     * What is written of whom people name: a fleet's whole name, its bare name where only one has it, or a provider.
     *
     * @throws IllegalArgumentException when it is nobody's name, or that of several
     */
    public FleetSettings settingsOf(String name) {
        if (name.contains("/")) {
            return fleets.ofFleet(name);
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
            return fleets.ofFleet(called.get(0).name());
        }
        if (list.providers().contains(name) || fleets.providers().contains(name)) {
            return fleets.ofProvider(name);
        }
        throw new IllegalArgumentException("There is no fleet or provider '" + name + "'"
                + closest(name)
                        .map(meant -> "; did you mean '" + meant + "'?")
                        .orElse(": none of that name has sent anything, and config/fleets.yaml has no such provider."));
    }
}
