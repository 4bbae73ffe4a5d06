package io.caravan.dag.steering;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.util.List;
import java.util.Optional;

/** Pools and who holds their slots. Safe for any thread. */
public final class PoolRepository {
    private static final Query LIST = Query.of("""
            select p.name, p.slots, p.description,
                   coalesce(sum(t.slots) filter (where t.state = 'RUNNING'), 0)
                       + coalesce((select sum(h.slots) from caravan.dag_held h where h.pool = p.name and h.until >= now()), 0) as used,
                   count(*) filter (where t.state = 'READY') as waiting
              from caravan.dag_pool p
              left join caravan.dag_task_active t on t.pool = p.name and t.state in ('RUNNING', 'READY')
             group by p.name
             order by p.name""");

    private static final Query SLOTS = Query.of("select slots from caravan.dag_pool where name = :name for update");

    private static final Query SET = Query.of("update caravan.dag_pool set slots = :slots where name = :name");

    private final Database database;

    public PoolRepository(Database database) {
        this.database = database;
    }

    /**
     * How a pool stands.
     *
     * @param slots -1: no limit
     * @param used by tasks that run, or were cleared and have not let go yet; more than {@code slots} after they were lowered, until those have ended
     * @param waiting how many tasks could run if there were slots
     */
    public record Standing(String name, int slots, String description, int used, int waiting) {}

    public List<Standing> list() {
        return LIST.on(database)
                .list(row -> new Standing(
                        row.getString("name"),
                        row.getInt("slots"),
                        row.getString("description"),
                        row.getInt("used"),
                        row.getInt("waiting")));
    }

    /** The slots that a pool has, locked until the transaction ends; empty: there is no such pool. */
    Optional<Integer> lock(String pool) {
        return SLOTS.on(database).set("name", pool).first(row -> row.getInt("slots"));
    }

    public void set(String pool, int slots) {
        SET.on(database).set("name", pool).set("slots", slots).update();
    }
}
