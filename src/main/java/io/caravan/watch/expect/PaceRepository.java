package io.caravan.watch.expect;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** How often providers are asked, by the table of calls that polling writes. */
public final class PaceRepository {
    private static final Query PACE = Query.of("""
            select provider, max(pause) as pause
              from (select provider, stream, extract(epoch from max(at) - min(at)) / (count(*) - 1) as pause
                      from caravan.call
                     where purpose = 'LIVE' and at > :since and at <= :now
                     group by provider, stream
                    having count(*) > 2) as streams
             group by provider""");

    private final Database database;

    public PaceRepository(Database database) {
        this.database = database;
    }

    /** The mean pause between two calls of each provider's slowest stream. */
    Map<String, Duration> pauses(Instant since, Instant now) {
        Map<String, Duration> pauses = new HashMap<>();
        PACE.on(database)
                .set("since", since)
                .set("now", now)
                .list(row -> Map.entry(
                        row.getString("provider"), Duration.ofMillis((long) (1_000 * row.getDouble("pause")))))
                .forEach(entry -> pauses.put(entry.getKey(), entry.getValue()));
        return pauses;
    }
}
