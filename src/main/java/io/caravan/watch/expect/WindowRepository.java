package io.caravan.watch.expect;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.detect.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Windows that people set by hand, table {@code caravan.watch_window}. Joins the transaction of its caller. */
public final class WindowRepository {
    private static final String SELECT = """
            select id, fleets, kind, from_at, until_at, note, created_at, created_by from caravan.watch_window
            """;
    private static final Query INSERT = Query.of("""
            insert into caravan.watch_window (fleets, kind, from_at, until_at, note, created_at, created_by)
            values (:fleets, :kind, :from, :until, :note, :now, :by)
            returning id, fleets, kind, from_at, until_at, note, created_at, created_by""");
    private static final Query SINCE = Query.of(SELECT + "where until_at > :since order by from_at, id");
    private static final Query END = Query.of("""
            update caravan.watch_window set until_at = :now where fleets = any(:fleets) and from_at < :now and until_at > :now""");
    private static final Query CANCEL =
            Query.of("delete from caravan.watch_window where fleets = any(:fleets) and from_at >= :now");

    private final Database database;

    public WindowRepository(Database database) {
        this.database = database;
    }

    public WatchWindow add(String fleets, Window window, Instant now, String by) {
        return INSERT.on(database)
                .set("fleets", fleets)
                .set("kind", window.kind())
                .set("from", window.from())
                .set("until", window.until())
                .set("note", window.note())
                .set("now", now)
                .set("by", by)
                .first(WindowRepository::window)
                .orElseThrow();
    }

    /** Those that end after a moment, in the order in which they begin. */
    public List<WatchWindow> endingAfter(Instant since) {
        return SINCE.on(database).set("since", since).list(WindowRepository::window);
    }

    /** Ends what is open of these names now, and drops what was to come; returns how many. */
    public int end(Collection<String> fleets, Instant now) {
        return END.on(database).set("fleets", fleets).set("now", now).update()
                + CANCEL.on(database).set("fleets", fleets).set("now", now).update();
    }

    private static WatchWindow window(ResultSet row) throws SQLException {
        return new WatchWindow(
                row.getLong("id"),
                row.getString("fleets"),
                Window.Kind.valueOf(row.getString("kind")),
                Query.requiredInstant(row, "from_at"),
                Query.requiredInstant(row, "until_at"),
                row.getString("note"),
                Query.requiredInstant(row, "created_at"),
                row.getString("created_by"));
    }
}
