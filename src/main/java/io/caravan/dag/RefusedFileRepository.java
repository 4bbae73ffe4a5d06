package io.caravan.dag;

import io.caravan.dag.run.Columns;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Files that processes could not load, for all to see. Safe for any thread. */
public final class RefusedFileRepository {
    /** A process says what it couldn't load before it says that it works; so long a row is left to it. */
    private static final Duration BEGINNING = Duration.ofHours(1);

    private static final Query FORGET = Query.of("""
            delete from caravan.dag_refused_file f
             where f.node = :node or f.since < :old and not exists (select from caravan.dag_worker w where w.node = f.node)""");

    private static final Query RECORD = Query.of("""
            insert into caravan.dag_refused_file (node, file, since, problems, runs)
            select :node, r.file, r.since, r.problems, r.runs
              from unnest(:files::text[], :since::timestamptz[], :problems::text[], :runs::boolean[]) as r (file, since, problems, runs)""");

    private static final Query LIST = Query.of("""
            select file, min(since) as since, problems, bool_and(runs) as runs
              from caravan.dag_refused_file
             where node in (select node from caravan.dag_worker where until > clock_timestamp())
             group by file, problems order by file, problems""");

    private final Database database;

    public RefusedFileRepository(Database database) {
        this.database = database;
    }

    /** Says which files {@code node} can't load; it could load all others. Joins the caller's transaction. */
    void record(String node, Collection<RefusedFile> files, Instant now) {
        FORGET.on(database).set("node", node).set("old", now.minus(BEGINNING)).update();
        if (!files.isEmpty()) {
            List<RefusedFile> refused = List.copyOf(files);
            RECORD.on(database)
                    .set("node", node)
                    .set("files", Columns.of(refused, RefusedFile::file))
                    .set("since", Columns.of(refused, RefusedFile::since))
                    .set("problems", Columns.of(refused, each -> String.join("\n", each.problems())))
                    .set("runs", Columns.of(refused, RefusedFile::runs))
                    .update();
        }
    }

    /** Those that a process that lives can't load. */
    public List<RefusedFile> list() {
        return LIST.on(database)
                .list(row -> new RefusedFile(
                        row.getString("file"),
                        Query.requiredInstant(row, "since"),
                        row.getString("problems").lines().toList(),
                        row.getBoolean("runs")));
    }
}
