package io.caravan.dag.engine;

import io.caravan.dag.run.Columns;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Updates of datasets that workflows wait for. Joins the transaction of its caller. */
final class DatasetRepository {
    private static final Query CONDITIONS = Query.of("""
            select dag, datasets from caravan.dag_workflow where active and datasets is not null""");

    private static final Query KNOWN = Query.of("select dag, dataset from caravan.dag_dataset");

    private static final Query ADD = Query.of("""
            with added as (
                insert into caravan.dag_dataset (dag, dataset) select * from unnest(:dags::text[], :datasets::text[]) on conflict do nothing
            )
            insert into caravan.dataset_watch (dataset, watcher)
            select dataset, 'dag:' || dag from unnest(:dags::text[], :datasets::text[]) as d (dag, dataset) on conflict do nothing""");

    private static final Query REMOVE = Query.of("""
            with removed as (
                delete from caravan.dag_dataset d using unnest(:dags::text[], :datasets::text[]) as r (dag, dataset)
                 where d.dag = r.dag and d.dataset = r.dataset
            )
            delete from caravan.dataset_watch w using unnest(:dags::text[], :datasets::text[]) as r (dag, dataset)
             where w.watcher = 'dag:' || r.dag and w.dataset = r.dataset""");

    private static final Query ANY_NEWS = Query.of("select 1 from caravan.dataset_update limit 1");

    /** Takes the news, and leaves none for other nodes. */
    private static final Query TAKE = Query.of("""
            with taken as (
                delete from caravan.dataset_update where id in (
                    select id from caravan.dataset_update order by id limit 10000 for update skip locked)
                returning dataset, at
            ), latest as (
                select dataset, max(at) as at, count(*) as updates from taken group by dataset
            )
            update caravan.dag_dataset d
               set updated_at = greatest(d.updated_at, latest.at), updates = d.updates + latest.updates
              from latest where d.dataset = latest.dataset""");

    private static final Query PENDING = Query.of("""
            select distinct d.dag, w.version, w.datasets
              from caravan.dag_dataset d join caravan.dag_workflow w on w.dag = d.dag
             where d.updated_at is not null and w.active and not w.paused and w.datasets is not null
               and not exists (select from caravan.dag_run_active r where r.dag = d.dag and r.state = 'QUEUED' and r.kind = 'DATASET')""");

    private static final Query LOCK = Query.of(
            "select dataset, updated_at from caravan.dag_dataset where dag = :dag order by dataset for update skip locked");

    private static final Query USE = Query.of("""
            update caravan.dag_dataset set updated_at = null, updates = 0 where dag = :dag and dataset = any(:datasets)""");

    private final Database database;

    DatasetRepository(Database database) {
        this.database = database;
    }

    /** A workflow some of whose datasets have been updated since its last run. */
    record Pending(String dag, int version, String condition) {}

    /** Conditions of the workflows that have one, by workflow. */
    Map<String, String> conditions() {
        Map<String, String> conditions = new HashMap<>();
        CONDITIONS.on(database).list(row -> conditions.put(row.getString(1), row.getString(2)));
        return conditions;
    }

    record Watch(String dag, String dataset) {}

    List<Watch> watches() {
        return KNOWN.on(database).list(row -> new Watch(row.getString(1), row.getString(2)));
    }

    void add(List<Watch> watches) {
        ADD.on(database)
                .set("dags", Columns.of(watches, Watch::dag))
                .set("datasets", Columns.of(watches, Watch::dataset))
                .update();
    }

    void remove(List<Watch> watches) {
        REMOVE.on(database)
                .set("dags", Columns.of(watches, Watch::dag))
                .set("datasets", Columns.of(watches, Watch::dataset))
                .update();
    }

    boolean isNews() {
        return ANY_NEWS.on(database).first(row -> true).orElse(false);
    }

    void take() {
        TAKE.on(database).update();
    }

    List<Pending> pending() {
        return PENDING.on(database)
                .list(row -> new Pending(row.getString("dag"), row.getInt("version"), row.getString("datasets")));
    }

    /** When each dataset of a workflow was last updated since its last run; locked until the transaction ends. */
    Map<String, Instant> updates(String dag) {
        Map<String, Instant> updates = new HashMap<>();
        LOCK.on(database).set("dag", dag).list(row -> {
            Instant at = Query.instant(row, "updated_at");
            if (at != null) {
                updates.put(row.getString("dataset"), at);
            }
            return true;
        });
        return updates;
    }

    /** These updates have led to a run, and count no more. */
    void use(String dag, Set<String> datasets) {
        USE.on(database).set("dag", dag).set("datasets", List.copyOf(datasets)).update();
    }
}
