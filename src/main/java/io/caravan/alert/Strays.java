package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Person;
import io.caravan.alert.routing.Receiver;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Brings open incidents to those who shall hear of them and don't: after config/alerts.yaml has changed, and those that came while it named nobody, or somebody who is gone. One thread.
 */
final class Strays {
    private static final int AT_ONCE = 500;
    private static final UUID FIRST = new UUID(0, 0);

    private final Database database;
    private final Clock clock;
    private final Supplier<AlertRouting> routing;
    private final Duration every;
    private final IncidentRepository incidents;
    private final Relocation relocation;
    private final Audience audience;
    private AlertRouting placed = AlertRouting.NOBODY;
    private Instant lookedAt = Instant.MIN;

    /**
     * @param every how often it is looked for them though nothing has changed
     */
    Strays(Database database, Clock clock, Supplier<AlertRouting> routing, Duration every, Telling telling) {
        this.database = database;
        this.clock = clock;
        this.routing = routing;
        this.every = every;
        this.incidents = new IncidentRepository(database);
        this.relocation = new Relocation(database, routing);
        this.audience = new Audience(database, routing, telling);
    }

    /** Is to be called often. */
    void place() {
        AlertRouting now = routing.get();
        if (!now.equals(placed)) {
            placeAll();
            placed = now;
        } else if (!clock.instant().isBefore(lookedAt.plus(every))) {
            place(FIRST, incidents::strays);
            lookedAt = clock.instant();
        }
    }

    private void placeAll() {
        database.runInTransaction(connection -> relocation.groups(clock.instant()));
        inPages(this::relocate);
        inPages(after -> place(after, (from, known, limit) -> incidents.unattended(from, limit)));
    }

    /** Each page is a transaction of its own; it says what it was about. */
    private static void inPages(Function<UUID, List<UUID>> step) {
        UUID last = FIRST;
        List<UUID> page;
        do {
            page = step.apply(last);
            last = page.isEmpty() ? last : page.get(page.size() - 1);
        } while (page.size() == AT_ONCE);
    }

    private List<UUID> relocate(UUID after) {
        return database.inTransaction(connection -> {
            List<Incident> found = incidents.unattended(after, AT_ONCE);
            relocation.escalations(found, clock.instant());
            return found.stream().map(Incident::id).toList();
        });
    }

    private interface Search {
        List<Incident> locked(UUID after, List<String> receivers, int limit);
    }

    private List<UUID> place(UUID after, Search search) {
        return database.inTransaction(connection -> {
            List<Incident> found = search.locked(after, receivers(), AT_ONCE);
            News news = new News();
            found.forEach(news::place);
            audience.tell(news, clock.instant());
            return found.stream().map(Incident::id).toList();
        });
    }

    private List<String> receivers() {
        return Stream.concat(
                        routing.get().rotations().keySet().stream(),
                        Stream.concat(
                                        routing.get().receivers().values().stream(),
                                        routing.get().people().values().stream()
                                                .map(Person::receivers)
                                                .flatMap(List::stream))
                                .map(Receiver::name))
                .toList();
    }
}
