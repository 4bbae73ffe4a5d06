package io.caravan.poll;

import io.caravan.database.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Optional;

/** What the calls on record say about a provider: how fast its records come, and how long a call takes. */
public final class ObservedCallsRepository {
    private static final int MINUTES_TO_JUDGE = 10;

    private final Database database;

    public ObservedCallsRepository(Database database) {
        this.database = database;
    }

    /**
     * Rates in records a second, of all live streams together, by minute.
     *
     * @param mean over the whole time
     * @param p90 the rate that 90 % of the minutes do not exceed
     * @param highest of all minutes
     * @param callTime mean time of an answered call
     */
    public record Observed(double mean, double p90, double highest, Duration callTime) {}

    /** Over the last day; empty with less than ten minutes of calls. */
    public Optional<Observed> lastDay(String provider) {
        return database.inTransaction(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    with minute as (
                        select date_trunc('minute', at) as at, sum(records) as records,
                               avg(milliseconds) filter (where status between 200 and 299) as milliseconds
                          from caravan.call
                         where provider = ? and purpose = 'LIVE' and at > now() - interval '1 day'
                         group by 1
                    ), span as (
                        select extract(epoch from max(at) - min(at))::bigint / 60 + 1 as minutes from minute
                    )
                    select span.minutes,
                           coalesce(sum(minute.records), 0) / (60.0 * span.minutes),
                           coalesce(percentile_cont(0.9) within group (order by coalesce(minute.records, 0)), 0) / 60.0,
                           coalesce(max(minute.records), 0) / 60.0,
                           coalesce(avg(minute.milliseconds), 0)::bigint
                      from minute cross join span
                     group by span.minutes""")) {
                select.setString(1, provider);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() && row.getLong(1) >= MINUTES_TO_JUDGE
                            ? Optional.of(new Observed(
                                    row.getDouble(2),
                                    row.getDouble(3),
                                    row.getDouble(4),
                                    Duration.ofMillis(row.getLong(5))))
                            : Optional.empty();
                }
            }
        });
    }
}
