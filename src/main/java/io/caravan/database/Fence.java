package io.caravan.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A right under which a thread works and that it may lose meanwhile, such as the claim of a task; see {@link Database#fenced}. Each transaction of that thread, and of those that help it
 * ({@link FencedSteps}), looks before it commits whether the right still holds; whoever takes the right away calls {@link #stop}. Safe for any thread.
 */
public final class Fence {
    private static final Logger LOG = LoggerFactory.getLogger(Fence.class);

    private final TransactionAction check;
    private final List<Connection> open = new ArrayList<>();
    private boolean stopped;

    /** @param check runs in each transaction before its commit, and throws where the right is lost: then the transaction is rolled back */
    public Fence(TransactionAction check) {
        this.check = check;
    }

    /**
     * Lets the threads begin and commit nothing more, and cancels the statements that they wait for, which an interrupt doesn't. May be called again: a statement that began just then is cancelled, too.
     */
    public synchronized void stop() {
        stopped = true;
        // While this holds the lock no connection goes back to the pool, so nobody else's statement can be met
        for (Connection connection : open) {
            try {
                connection.unwrap(PGConnection.class).cancelQuery();
            } catch (SQLException e) {
                LOG.debug("a statement could not be cancelled; what it did is not committed", e);
            }
        }
    }

    /** @throws WorkStoppedException after {@link #stop} */
    synchronized void pass() {
        if (stopped) {
            throw new WorkStoppedException("This work was stopped; what it did to PostgreSQL is undone.");
        }
    }

    synchronized void enter(Connection connection) {
        pass();
        open.add(connection);
    }

    synchronized void leave(Connection connection) {
        open.removeIf(each -> each == connection);
    }

    void beforeCommit(Connection connection) throws Exception {
        pass();
        check.run(connection);
    }
}
