package io.caravan.dag;

import io.caravan.dag.definition.Mistake;
import io.caravan.dag.run.Columns;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Workflows that can't be as their files write them, for all to see. Safe for any thread. */
public final class ImportErrorRepository {
    private static final Query FORGET = Query.of("""
            delete from caravan.dag_import_error where dag = any(:dags) or (:all and dag <> all(:wrong))""");

    private static final Query RECORD = Query.of("""
            insert into caravan.dag_import_error as e (dag, since, mistakes, node)
            select w.dag, :now, w.mistakes, :node from unnest(:dags::text[], :mistakes::text[]) as w (dag, mistakes)
            on conflict (dag) do update
               set mistakes = excluded.mistakes, node = excluded.node, since = case when e.mistakes = excluded.mistakes then e.since else excluded.since end""");

    private static final Query LIST =
            Query.of("select dag, since, mistakes, node from caravan.dag_import_error order by dag");

    private final Database database;

    public ImportErrorRepository(Database database) {
        this.database = database;
    }

    /**
     * A workflow's mistakes.
     *
     * @param since when they were first found so
     * @param node that found them
     */
    public record Row(String dag, Instant since, String mistakes, String node) {}

    /**
     * Says what is wrong, and that what else was looked at no longer is.
     *
     * @param complete whether all workflows were looked at that there are
     */
    void record(
            Collection<String> looked, Map<String, List<Mistake>> wrong, boolean complete, String node, Instant now) {
        List<String> mended =
                looked.stream().filter(dag -> !wrong.containsKey(dag)).toList();
        if (complete || !mended.isEmpty()) {
            FORGET.on(database)
                    .set("dags", mended)
                    .set("all", complete)
                    .set("wrong", List.copyOf(wrong.keySet()))
                    .update();
        }
        if (!wrong.isEmpty()) {
            List<Map.Entry<String, List<Mistake>>> entries = List.copyOf(wrong.entrySet());
            RECORD.on(database)
                    .set("dags", Columns.of(entries, Map.Entry::getKey))
                    .set("mistakes", Columns.of(entries, entry -> text(entry.getValue())))
                    .set("node", node)
                    .set("now", now)
                    .update();
        }
    }

    private static String text(List<Mistake> mistakes) {
        return mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n"));
    }

    public List<Row> list() {
        return LIST.on(database)
                .list(row -> new Row(
                        row.getString("dag"),
                        Query.requiredInstant(row, "since"),
                        row.getString("mistakes"),
                        row.getString("node")));
    }
}
