package io.caravan.alert;

import io.caravan.batch.TimeOrderedId;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;

/** Deletes what is over; a bounded number of rows at a time. Joins the transaction of its caller. */
final class RetentionRepository {
    private static final Query DELIVERIES = Query.of("""
            delete from caravan.alert_delivery
             where id in (select d.id from caravan.alert_delivery d
                           where d.id < :id and d.state in ('SENT', 'DELIVERED', 'READ', 'FAILED') and d.confirm_by is null
                             and not exists (select from caravan.alert_member m join caravan.alert_incident i on i.id = m.incident
                                              where m.group_id = d.group_id and i.state <> 'RESOLVED')
                           limit :limit
                             for update of d skip locked)""");

    /** With their audit trail. */
    private static final Query INCIDENTS = Query.of("""
            delete from caravan.alert_incident
             where id in (select id from caravan.alert_incident
                           where state = 'RESOLVED' and resolved_at < :before and id < :id
                           limit :limit
                             for update skip locked)""");

    private static final Query SILENCES = Query.of("delete from caravan.alert_silence where until_at < :before");

    private static final Query CHANNELS = Query.of("delete from caravan.alert_channel where served_at < :before");

    private static final Query GROUPS = Query.of("""
            delete from caravan.alert_group
             where id in (select id from caravan.alert_group g
                           where told_at < :before and flush_at is null
                             and not exists (select from caravan.alert_member m where m.group_id = g.id)
                             and not exists (select from caravan.alert_delivery d where d.group_id = g.id)
                           limit :limit
                             for update skip locked)""");

    private final Database database;

    RetentionRepository(Database database) {
        this.database = database;
    }

    int deliveries(Instant before, int limit) {
        return DELIVERIES
                .on(database)
                .set("id", TimeOrderedId.at(before))
                .set("limit", limit)
                .update();
    }

    int incidents(Instant before, int limit) {
        return INCIDENTS
                .on(database)
                .set("id", TimeOrderedId.at(before))
                .set("before", before)
                .set("limit", limit)
                .update();
    }

    int silences(Instant before) {
        return SILENCES.on(database).set("before", before).update();
    }

    int channels(Instant before) {
        return CHANNELS.on(database).set("before", before).update();
    }

    int groups(Instant before, int limit) {
        return GROUPS.on(database).set("before", before).set("limit", limit).update();
    }
}
