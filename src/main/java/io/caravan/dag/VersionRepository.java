package io.caravan.dag;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.DefinitionJson;
import io.caravan.dag.run.Columns;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The versions of workflows. Many are recorded with few statements, and nodes that load the same files at once record a version once. */
final class VersionRepository {
    private static final Query LOCK = Query.of("select pg_advisory_xact_lock(hashtext('caravan.dag_version'))");

    private static final Query RECORD = Query.of("""
            insert into caravan.dag_version (dag, version, hash, definition, source, created_at, created_by)
            select i.dag,
                   1 + coalesce((select max(v.version) from caravan.dag_version v where v.dag = i.dag), 0),
                   i.hash, i.definition::jsonb, i.source, :now, :node
              from unnest(:dags::text[], :hashes::text[], :definitions::text[], :sources::text[])
                     as i (dag, hash, definition, source)
             where not exists (select 1
                                 from caravan.dag_workflow w
                                 join caravan.dag_version v on v.dag = w.dag and v.version = w.version
                                where w.dag = i.dag and v.hash = i.hash)""");

    /** What was due up to now is judged by the rules that held; the answer is whose rules are others from now on. */
    private static final Query KEEP_RULES = Query.of("""
            with changed as (
                select w.dag, w.version, coalesce(w.rules_since, w.first_seen_at) as since
                  from unnest(:dags::text[], :hashes::text[]) as i (dag, hash)
                  join caravan.dag_workflow w on w.dag = i.dag
                  join caravan.dag_version o on o.dag = w.dag and o.version = w.version
                  join caravan.dag_version n on n.dag = w.dag
                       and n.version = (select max(v.version) from caravan.dag_version v where v.dag = i.dag and v.hash = i.hash)
                 where w.active
                   and (o.definition -> 'timing', o.definition -> 'deadline', o.definition -> 'expect')
                       is distinct from (n.definition -> 'timing', n.definition -> 'deadline', n.definition -> 'expect')
            ), kept as (
                insert into caravan.dag_past_rules (dag, since, until, version)
                select dag, since, :now, version from changed where since < :now
                on conflict do nothing
            )
            select dag from changed""");

    /** Of what was due before a workflow went away nothing is told when it comes back. */
    private static final Query FORGET_RULES = Query.of("""
            delete from caravan.dag_past_rules p using caravan.dag_workflow w where p.dag = any(:dags) and w.dag = p.dag and not w.active""");

    private static final Query CURRENT = Query.of("""
            insert into caravan.dag_workflow as w
                   (dag, version, first_seen_at, max_active_runs, max_active_tasks, depends_on_past, datasets, next_due, next_judgement)
            select i.dag,
                   (select max(v.version) from caravan.dag_version v where v.dag = i.dag and v.hash = i.hash),
                   :now, i.runs, i.tasks, i.past, i.datasets, :now, :now
              from unnest(:dags::text[], :hashes::text[], :runs::int[], :tasks::int[], :pasts::boolean[], :datasets::text[])
                     as i (dag, hash, runs, tasks, past, datasets)
            on conflict (dag) do update
               set version = excluded.version, active = true,
                   max_active_runs = excluded.max_active_runs, max_active_tasks = excluded.max_active_tasks,
                   depends_on_past = excluded.depends_on_past, datasets = excluded.datasets, next_due = :now, next_judgement = :now,
                   rules_since = case when w.dag = any(:changed) or not w.active then :now else w.rules_since end,
                   present_since = case when w.active then w.present_since else :now end,
                   judged_until = case when w.active then w.judged_until else :now end
             where w.version <> excluded.version or not w.active
         returning dag, version""");

    private static final Query VERSIONS =
            Query.of("select dag, version from caravan.dag_workflow where dag = any(:dags)");

    private static final Query LOADED = Query.of("""
            insert into caravan.dag_loaded (node, dags, at) values (:node, :dags, clock_timestamp())
            on conflict (node) do update set dags = excluded.dags, at = excluded.at""");

    /** A process that starts records its workflows a moment before it gives signs of life. */
    private static final String ALIVE = """
            (l.at > clock_timestamp() - interval '1 minute'
             or exists (select from caravan.dag_worker k where k.node = l.node and k.until > clock_timestamp()))""";

    private static final Query FORGET_LOADED =
            Query.of("delete from caravan.dag_loaded l where l.node <> :node and not " + ALIVE);

    private static final String UNLESS_ELSEWHERE = """
             and not exists (select from caravan.dag_loaded l where l.node <> :node and w.dag = any(l.dags) and\s""" + ALIVE + ") returning w.dag";

    private static final Query VANISHED = Query.of("""
            update caravan.dag_workflow w set active = false, gone_at = clock_timestamp() where w.active and w.dag = any(:dags)""" + UNLESS_ELSEWHERE);

    private static final Query VANISHED_BESIDES = Query.of("""
            update caravan.dag_workflow w set active = false, gone_at = clock_timestamp() where w.active and not (w.dag = any(:dags))""" + UNLESS_ELSEWHERE);

    private static final Query OTHERS =
            Query.of("select 1 from caravan.dag_workflow where active and not (dag = any(:dags)) limit 1");

    /** Slots that were set by hand stay while the file says the same, unless it was saved again. */
    private static final Query POOLS = Query.of("""
            insert into caravan.dag_pool as p (name, slots, defined, description)
            select name, slots, slots, description from unnest(:names::text[], :slots::int[], :descriptions::text[]) as d (name, slots, description)
            on conflict (name) do update
               set slots = case when p.name = any(:again::text[]) or p.defined is distinct from excluded.defined then excluded.slots else p.slots end,
                   defined = excluded.defined, description = excluded.description""");

    private static final Query FIND =
            Query.of("select definition from caravan.dag_version where dag = :dag and version = :version");

    private static final Query DEFINITIONS = Query.of("""
            select w.dag, v.definition
              from caravan.dag_workflow w join caravan.dag_version v on v.dag = w.dag and v.version = w.version
             where w.dag = any(:dags)""");

    private static final Query NEWEST = Query.of("select version from caravan.dag_workflow where dag = :dag");

    private static final Query SOURCE =
            Query.of("select source from caravan.dag_version where dag = :dag and version = :version");

    private final Database database;

    VersionRepository(Database database) {
        this.database = database;
    }

    /** A definition to record, with the text that it was made of. */
    record Recorded(DagDefinition definition, String json, String source) {
        static Recorded of(DagDefinition definition, String source) {
            return new Recorded(definition, DefinitionJson.write(definition), source);
        }

        String dag() {
            return definition.id();
        }

        String hash() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(json.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                return HexFormat.of().formatHex(digest.digest(source.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java has SHA-256", e);
            }
        }
    }

    /**
     * Makes these the current definitions. What differs from the current version becomes a new one.
     *
     * @return the version of each
     */
    Map<String, Integer> record(List<Recorded> definitions, String node, Instant now) {
        if (definitions.isEmpty()) {
            return Map.of();
        }
        List<String> dags = definitions.stream().map(Recorded::dag).toList();
        List<String> hashes = definitions.stream().map(Recorded::hash).toList();
        return database.inTransaction(connection -> {
            LOCK.on(database).list(row -> true);
            RECORD.on(database)
                    .set("dags", dags)
                    .set("hashes", hashes)
                    .set("definitions", Columns.of(definitions, Recorded::json))
                    .set("sources", Columns.of(definitions, Recorded::source))
                    .set("now", now)
                    .set("node", node)
                    .update();
            FORGET_RULES.on(database).set("dags", dags).update();
            List<String> changed = KEEP_RULES
                    .on(database)
                    .set("dags", dags)
                    .set("hashes", hashes)
                    .set("now", now)
                    .list(row -> row.getString("dag"));
            CURRENT.on(database)
                    .set("changed", changed)
                    .set("dags", dags)
                    .set("hashes", hashes)
                    .set(
                            "runs",
                            Columns.of(definitions, each -> each.definition().maxActiveRuns()))
                    .set(
                            "tasks",
                            Columns.of(definitions, each -> each.definition().maxActiveTasks()))
                    .set(
                            "pasts",
                            Columns.of(definitions, each -> each.definition().dependsOnPast()))
                    .set(
                            "datasets",
                            Columns.of(
                                    definitions,
                                    each -> each.definition().datasets().orElse(null)))
                    .set("now", now)
                    .list(row -> row.getString("dag"));
            Map<String, Integer> versions = new HashMap<>();
            VERSIONS.on(database)
                    .set("dags", dags)
                    .list(row -> versions.put(row.getString("dag"), row.getInt("version")));
            return versions;
        });
    }

    /** Says which workflows a process has. */
    void loaded(String node, Collection<String> dags) {
        FORGET_LOADED.on(database).set("node", node).update();
        LOADED.on(database).set("node", node).set("dags", List.copyOf(dags)).update();
    }

    /** Marks workflows that a process no longer has, unless another one that lives has them; they keep their history. */
    List<String> deactivate(String node, Collection<String> dags) {
        return dags.isEmpty()
                ? List.of()
                : VANISHED.on(database)
                        .set("node", node)
                        .set("dags", List.copyOf(dags))
                        .list(row -> row.getString("dag"));
    }

    /** Marks all workflows but these, which a process has, and those that others have. */
    List<String> deactivateAllBut(String node, Collection<String> dags) {
        return VANISHED_BESIDES
                .on(database)
                .set("node", node)
                .set("dags", List.copyOf(dags))
                .list(row -> row.getString("dag"));
    }

    /** Whether there are other workflows than these. */
    boolean hasOthersThan(Collection<String> dags) {
        return OTHERS.on(database)
                .set("dags", List.copyOf(dags))
                .first(row -> true)
                .orElse(false);
    }

    /**
     * Records what files say of pools.
     *
     * @param again those of these whose file was loaded before, and is so anew
     */
    void recordPools(Map<String, Pool> pools, Collection<String> again) {
        if (!pools.isEmpty()) {
            List<Map.Entry<String, Pool>> entries = List.copyOf(pools.entrySet());
            POOLS.on(database)
                    .set("names", Columns.of(entries, Map.Entry::getKey))
                    .set("slots", Columns.of(entries, each -> each.getValue().getSlots()))
                    .set(
                            "descriptions",
                            Columns.of(entries, each -> each.getValue().getDescription()))
                    .set("again", List.copyOf(again))
                    .update();
        }
    }

    Optional<DagDefinition> find(String dag, int version) {
        return FIND.on(database)
                .set("dag", dag)
                .set("version", version)
                .first(row -> DefinitionJson.read(row.getString("definition")));
    }

    /** The definitions that are current in the database. */
    Map<String, DagDefinition> current(List<String> dags) {
        Map<String, DagDefinition> definitions = new HashMap<>();
        DEFINITIONS
                .on(database)
                .set("dags", dags)
                .list(row -> definitions.put(row.getString("dag"), DefinitionJson.read(row.getString("definition"))));
        return definitions;
    }

    /** The version that is current in the database. */
    Optional<Integer> newest(String dag) {
        return NEWEST.on(database).set("dag", dag).first(row -> row.getInt("version"));
    }

    /** What a version was made of. */
    Optional<String> source(String dag, int version) {
        return SOURCE.on(database).set("dag", dag).set("version", version).first(row -> row.getString("source"));
    }
}
