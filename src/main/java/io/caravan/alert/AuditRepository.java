package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** What became of incidents, and who did it. Joins the transaction of its caller. */
public final class AuditRepository {
    /** Who does what nobody does by hand. */
    static final String CARAVAN = "caravan";

    private static final Query WRITE = Query.of("""
            insert into caravan.alert_audit (at, incident, who, action, detail) values (:at, :incident, :who, :action, :detail)""");

    private static final Query OF = Query.of("""
            select at, who, action, detail from caravan.alert_audit where incident = :incident order by id""");

    private static final Query ENDINGS = Query.of("""
            select distinct on (incident) incident, who, detail from caravan.alert_audit
             where incident = any(:incidents::uuid[]) and action = 'resolved'
             order by incident, id desc""");

    private final Database database;

    AuditRepository(Database database) {
        this.database = database;
    }

    /** Something that happened. */
    public record Entry(Instant at, String who, String action, String detail) {}

    void write(UUID incident, Entry entry) {
        WRITE.on(database)
                .set("incident", incident)
                .set("at", entry.at())
                .set("who", entry.who())
                .set("action", entry.action())
                .set("detail", entry.detail())
                .update();
    }

    /** Why incidents are over, or who has said so; empty: nobody knows. */
    Map<UUID, String> endings(List<UUID> incidents) {
        return ENDINGS
                .on(database)
                .set("incidents", incidents)
                .list(row ->
                        Map.entry(Query.uuid(row, "incident"), ending(row.getString("who"), row.getString("detail"))))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String ending(String who, String why) {
        return who.equals(CARAVAN) ? why : "resolved by " + who + (why.isEmpty() ? "" : ": " + why);
    }

    List<Entry> of(UUID incident) {
        return OF.on(database)
                .set("incident", incident)
                .list(row -> new Entry(
                        Query.requiredInstant(row, "at"),
                        row.getString("who"),
                        row.getString("action"),
                        row.getString("detail")));
    }
}
