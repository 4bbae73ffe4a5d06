package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.SeriesState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** All fleets with how they stand; reads only, and joins the transaction of this thread. */
final class FleetListRepository {
    private static final String SELECT = """
            select id, kind, name, provider, tenant, region, born_at, retired_at, state, since, last_event_at, last_arrival_at, coalesce(packets, 0) as packets
            from caravan.watch_series series
            join caravan.watch_state on watch_state.series_id = series.id
            left join caravan.watch_pulse on watch_pulse.series_id = series.id
            """;
    private static final Query AFTER = Query.of(SELECT + """
            where kind = 'FLEET' and name > :after
              and (:state::text is null or state = :state)
              and (:part::text is null or position(lower(:part) in lower(name)) > 0)
            order by name
            limit :most
            """);
    private static final Query WORST = Query.of("""
            select id from caravan.watch_series
            join caravan.watch_state on watch_state.series_id = id
            left join (select distinct series_id from caravan.watch_episode where closed_at is null and told) trouble on trouble.series_id = id
            where (kind = 'FLEET' or trouble.series_id is not null)
              and (:state::text is null or state = :state)
              and position(lower(:part) in lower(name)) > 0
            order by trouble.series_id is null, array_position(:states::text[], state), name
            limit :most
            """);
    private static final Query FIND = Query.of(SELECT + "where kind = 'FLEET' and name = :name");
    private static final Query LIKE = Query.of("""
            select name from caravan.watch_series where kind = 'FLEET' order by abs(length(name) - length(:name)), name limit 10000
            """);
    private static final Query PROVIDERS = Query.of(
            "select distinct provider from caravan.watch_series where kind = 'FLEET' and provider is not null");

    private final Database database;

    FleetListRepository(Database database) {
        this.database = database;
    }

    /** A fleet with its state and newest. */
    record Row(
            Series series,
            String state,
            Instant since,
            Optional<Instant> lastEventAt,
            Optional<Instant> lastArrivalAt,
            long packets) {}

    List<Row> after(String name, Optional<String> state, Optional<String> part, int most) {
        return AFTER.on(database)
                .set("after", name)
                .set("state", state.orElse(null))
                .set("part", part.orElse(null))
                .set("most", most)
                .list(FleetListRepository::row);
    }

    /** Fleets, and merged streams that people were told of: those in trouble first, then by the order of their states. */
    List<Long> worst(Optional<SeriesState> state, String part, List<SeriesState> states, int most) {
        return WORST.on(database)
                .set("state", state.map(SeriesState::name).orElse(null))
                .set("part", part)
                .set("states", states.stream().map(SeriesState::name).toList())
                .set("most", most)
                .list(row -> row.getLong("id"));
    }

    Optional<Row> find(String name) {
        return FIND.on(database).set("name", name).first(FleetListRepository::row);
    }

    /** Names among which somebody may have meant one: those of like length. */
    List<String> namesLike(String name) {
        return LIKE.on(database).set("name", name).list(row -> row.getString("name"));
    }

    /** Of whom fleets have sent. */
    List<String> providers() {
        return PROVIDERS.on(database).list(row -> row.getString("provider"));
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                SeriesRepository.series(row),
                row.getString("state"),
                Query.requiredInstant(row, "since"),
                Optional.ofNullable(Query.instant(row, "last_event_at")),
                Optional.ofNullable(Query.instant(row, "last_arrival_at")),
                row.getLong("packets"));
    }
}
