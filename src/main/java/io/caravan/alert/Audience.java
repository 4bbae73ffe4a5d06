package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertRouting.Destination;
import io.caravan.alert.routing.Receiver;
import io.caravan.alert.routing.Timing;
import io.caravan.calendar.Schedule;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.function.Supplier;

/** Brings incidents to the groups of those who shall hear of them. Joins the transaction of its caller. */
final class Audience {
    private final Supplier<AlertRouting> routing;
    private final GroupRepository groups;
    private final Telling telling;

    Audience(Database database, Supplier<AlertRouting> routing, Telling telling) {
        this.routing = routing;
        this.groups = new GroupRepository(database);
        this.telling = telling;
    }

    /** Those who shall hear of it do so when it is time; at once where nothing is to be waited for. */
    void tell(Incident incident, Instant now) {
        for (Destination destination : routing.get().destinations(incident.labels(), now)) {
            for (Receiver receiver : destination.receivers()) {
                Instant flush = flush(destination.timing(), receiver, now);
                if (groups.renew(
                        receiver.name(),
                        incident.id(),
                        flush,
                        destination.timing().groupInterval())) {
                    continue;
                }
                groups.join(
                                receiver.name(),
                                destination.why(),
                                destination.group(),
                                incident.id(),
                                flush,
                                destination.timing().groupInterval(),
                                now)
                        .ifPresent(group -> telling.flush(group, now));
            }
        }
    }

    private static Instant flush(Timing timing, Receiver receiver, Instant now) {
        return timing.digest()
                .flatMap(cron -> Schedule.parse(cron, receiver.zone()).next(now, false))
                .orElseGet(() -> now.plus(timing.groupWait()));
    }
}
