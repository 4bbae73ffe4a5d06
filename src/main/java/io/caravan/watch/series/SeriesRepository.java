package io.caravan.watch.series;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What is watched, tables {@code caravan.watch_series} and {@code watch_member}; joins the transaction of this thread where nothing else is said. */
public final class SeriesRepository {
    private static final Query CREATE = Query.of("""
            with born as (
                insert into caravan.watch_series (kind, name, provider, born_at)
                select :kind, name, case when :kind = 'FLEET' then split_part(name, '/', 1) end, :at
                from unnest(:names::text[]) as name
                order by name
                on conflict (kind, name) do nothing
                returning id, name
            ), judged as (
                insert into caravan.watch_state (series_id, state, since, due_at)
                select id, 'UNKNOWN', :at, :at from born
            )
            select id, name from born
            union all
            select id, name from caravan.watch_series where kind = :kind and name = any(:names::text[])
            """);
    private static final Query CREATE_FLEETS = Query.of("""
            with known as (
                select id, name from caravan.watch_series where kind = 'FLEET' and name = any(:names::text[])
            ), today as (
                select count(*) as n from caravan.watch_series where kind = 'FLEET' and provider = :provider and born_at >= :day
            ), born as (
                insert into caravan.watch_series (kind, name, provider, born_at)
                select 'FLEET', name, :provider, :at
                from unnest(:names::text[]) as name
                where name not in (select name from known)
                order by name
                limit (select greatest(0, :most - n) from today)
                on conflict (kind, name) do nothing
                returning id, name
            ), judged as (
                insert into caravan.watch_state (series_id, state, since, due_at)
                select id, 'UNKNOWN', :at, :at from born
            )
            select id, name from born
            union all
            select id, name from known
            """);
    private static final String SELECT = """
            select id, kind, name, provider, tenant, region, born_at, retired_at from caravan.watch_series
            """;
    private static final Query BY_NAME = Query.of(SELECT + "where kind = :kind and name = :name");
    private static final Query BY_IDS = Query.of(SELECT + "where id = any(:ids::bigint[]) order by id");
    private static final Query OF_KIND = Query.of(SELECT + "where kind = :kind order by name");
    private static final Query BY_SHORT_NAME = Query.of(SELECT + """
            where kind = 'FLEET' and (name = :name or name = provider || '/' || :name) order by name
            """);
    private static final Query PLACE = Query.of("""
            update caravan.watch_series set tenant = coalesce(:tenant, tenant), region = coalesce(:region, region)
            where id = :id and (tenant, region) is distinct from (coalesce(:tenant, tenant), coalesce(:region, region))
            """);
    private static final Query RETIRE = Query.of("""
            update caravan.watch_series set retired_at = :at where id = :id and (retired_at is null) = (:at::timestamptz is not null)
            """);
    private static final Query JOIN = Query.of("""
            insert into caravan.watch_member (parent, child)
            select :parent, child from unnest(:children::bigint[]) as child
            order by child
            on conflict do nothing
            """);
    private static final Query LEAVE = Query.of("""
            delete from caravan.watch_member where parent = :parent and child = any(:children::bigint[])
            """);
    private static final Query MEMBERS =
            Query.of("select child from caravan.watch_member where parent = :parent order by child");
    private static final Query PARENTS =
            Query.of("select parent from caravan.watch_member where child = :child order by parent");

    private final Database database;

    public SeriesRepository(Database database) {
        this.database = database;
    }

    /**
     * The ids of these names; those that are missing are born, in state UNKNOWN and due at once. Commits by itself, so that batches that meet the same new fleet don't
     * wait for one another's end.
     *
     * @param names of fleets: {@code <provider>/<fleet>}
     */
    public Map<String, Long> findOrCreate(SeriesKind kind, Collection<String> names, Instant at) {
        Map<String, Long> ids = new HashMap<>();
        TreeSet<String> missing = new TreeSet<>(names);
        // A name that another node adds at the same moment is seen by the next look only
        while (!missing.isEmpty()) {
            database.separately(connection -> CREATE.on(database)
                            .set("kind", kind)
                            .set("names", missing)
                            .set("at", at)
                            .list(row -> Map.entry(row.getString("name"), row.getLong("id"))))
                    .forEach(found -> ids.put(found.getKey(), found.getValue()));
            missing.removeAll(ids.keySet());
        }
        return ids;
    }

    /**
     * The same for fleets of a provider, of which only so many may be born in a day of UTC: the others are not among the answers. Batches at the same moment may go beyond it by what they bring.
     *
     * @param names whole ones
     */
    public Map<String, Long> findOrCreateFleets(String provider, Collection<String> names, Instant at, int most) {
        Map<String, Long> ids = new HashMap<>();
        TreeSet<String> missing = new TreeSet<>(names);
        // Twice, since a name that another node adds at the same moment is seen by the next look only
        for (int look = 0; look < 2 && !missing.isEmpty(); look++) {
            database.separately(connection -> CREATE_FLEETS
                            .on(database)
                            .set("provider", provider)
                            .set("names", missing)
                            .set("at", at)
                            .set("day", at.truncatedTo(ChronoUnit.DAYS))
                            .set("most", most)
                            .list(row -> Map.entry(row.getString("name"), row.getLong("id"))))
                    .forEach(found -> ids.put(found.getKey(), found.getValue()));
            missing.removeAll(ids.keySet());
        }
        return ids;
    }

    /** One by its whole name. */
    public Optional<Series> find(SeriesKind kind, String name) {
        return BY_NAME.on(database).set("kind", kind).set("name", name).first(SeriesRepository::series);
    }

    /** Those of these ids that exist, by id. */
    public List<Series> find(Collection<Long> ids) {
        return BY_IDS.on(database).set("ids", ids).list(SeriesRepository::series);
    }

    /** All of a kind, by name. */
    public List<Series> all(SeriesKind kind) {
        return OF_KIND.on(database).set("kind", kind).list(SeriesRepository::series);
    }

    /** The fleets that people may mean by a name: the whole one, or that without its provider. */
    public List<Series> fleetsCalled(String name) {
        return BY_SHORT_NAME.on(database).set("name", name).list(SeriesRepository::series);
    }

    /** Keeps what a fleet's packets say of it; what is empty stays as it was. */
    public void place(long id, Optional<String> tenant, Optional<String> region) {
        PLACE.on(database)
                .set("id", id)
                .set("tenant", tenant.orElse(null))
                .set("region", region.orElse(null))
                .update();
    }

    /** Whether it was not retired before. */
    public boolean retire(long id, Instant at) {
        return RETIRE.on(database).set("id", id).set("at", at).update() > 0;
    }

    /** Whether it was retired before. */
    public boolean wake(long id) {
        return RETIRE.on(database).set("id", id).set("at", null).update() > 0;
    }

    /** Makes fleets members of a merged stream. */
    public void join(long parent, Collection<Long> children) {
        JOIN.on(database).set("parent", parent).set("children", children).update();
    }

    /** Takes fleets out of a merged stream. */
    public void leave(long parent, Collection<Long> children) {
        LEAVE.on(database).set("parent", parent).set("children", children).update();
    }

    /** The fleets of a merged stream. */
    public List<Long> members(long parent) {
        return MEMBERS.on(database).set("parent", parent).list(row -> row.getLong("child"));
    }

    /** The merged streams to which a fleet belongs. */
    public List<Long> parents(long child) {
        return PARENTS.on(database).set("child", child).list(row -> row.getLong("parent"));
    }

    public static Series series(ResultSet row) throws SQLException {
        return new Series(
                row.getLong("id"),
                SeriesKind.valueOf(row.getString("kind")),
                row.getString("name"),
                Optional.ofNullable(row.getString("provider")),
                Optional.ofNullable(row.getString("tenant")),
                Optional.ofNullable(row.getString("region")),
                Query.requiredInstant(row, "born_at"),
                Optional.ofNullable(Query.instant(row, "retired_at")));
    }
}
