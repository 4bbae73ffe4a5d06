package io.caravan.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.database.Database;
import io.caravan.database.outbox.Notice;
import io.caravan.database.outbox.Outbox;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells routes {@code from: alert:events} what people have done about incidents. Joins the transaction of its caller. */
final class ActNews {
    /** What the feature's news are known by in the outbox. */
    static final String TOPIC = "alert";

    static final String KIND = "kind";
    static final String KEY = "key";

    private final Outbox outbox;

    ActNews(Database database) {
        this.outbox = new Outbox(database, TOPIC);
    }

    /** Whether any route wants to hear that somebody does this. */
    boolean isWanted(ActKind kind, Incident incident) {
        return outbox.isWanted(labels(kind, incident));
    }

    /** Something done that needs no more words. */
    void tell(ActKind kind, Incident incident, String who, Instant now) {
        tell(kind, incident, who, Optional.empty(), "", now);
    }

    /**
     * Something done.
     *
     * @param incident as it was
     * @param until when it holds
     */
    void tell(ActKind kind, Incident incident, String who, Optional<Instant> until, String why, Instant now) {
        ObjectNode told = IncidentJson.write(incident);
        told.put("event", kind.word())
                .put("at", now.toString())
                .put("who", who)
                .put("until", until.map(Instant::toString).orElse(null))
                .put("why", why);
        told.set("detail", Json.tree(incident.detail()));
        outbox.tell(List.of(new Notice(incident.key(), labels(kind, incident), told.toString())), now);
    }

    private static Map<String, String> labels(ActKind kind, Incident incident) {
        return Map.of(KIND, kind.word(), KEY, incident.key());
    }
}
