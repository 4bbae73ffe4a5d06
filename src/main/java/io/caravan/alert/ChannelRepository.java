package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;

/** Channels that nodes serve. */
final class ChannelRepository {
    private static final Query SERVED = Query.of("""
            insert into caravan.alert_channel (channel, served_at) select name, :now from unnest(:names::text[]) as name order by name
            on conflict (channel) do update set served_at = :now""");

    private final Database database;

    ChannelRepository(Database database) {
        this.database = database;
    }

    void served(List<String> names, Instant now) {
        SERVED.on(database).set("names", names).set("now", now).update();
    }
}
