package io.caravan.alert;

import io.caravan.alert.routing.Receiver;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Makes messages of what is to be told, with what else is known of it. Joins the transaction of its caller. */
final class Composer {
    /** Of what an incident hides, so many are named. */
    private static final int HIDDEN_NAMES = 10;

    private final IncidentRepository incidents;
    private final AuditRepository audit;

    Composer(Database database) {
        this.incidents = new IncidentRepository(database);
        this.audit = new AuditRepository(database);
    }

    String compose(UUID id, MessageKind kind, Flush flush, Receiver receiver, Instant now) {
        Besides besides =
                new Besides(incidents.hidden(ids(flush.firing()), HIDDEN_NAMES), audit.endings(ids(flush.ended())));
        return Message.of(id, kind, flush.severity(), flush, besides, receiver, now);
    }

    private static List<UUID> ids(List<Incident> incidents) {
        return incidents.stream().limit(Message.SHOWN).map(Incident::id).toList();
    }
}
