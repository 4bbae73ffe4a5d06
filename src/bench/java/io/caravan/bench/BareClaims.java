package io.caravan.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The floor of the workflow engine: threads that claim one row and finish it, each in a transaction of its own, by bare JDBC. No successors, no limits, no leases, no history. */
final class BareClaims {
    private static final String CLAIM = """
            update bench.task set state = 'RUNNING', worker = ? where id = (
                select id from bench.task where state = 'READY' order by id limit 1 for update skip locked) returning id""";
    private static final String FINISH = "update bench.task set state = 'SUCCESS', ended_at = now() where id = ?";

    private final BenchDatabase database;

    BareClaims(BenchDatabase database) {
        this.database = database;
    }

    /** Tasks a second. */
    double run(int tasks, int threads) throws SQLException, InterruptedException, ExecutionException {
        database.execute("drop table if exists bench.task");
        database.execute(
                "create table bench.task (id int primary key, state text not null, worker int, ended_at timestamptz) with (fillfactor = 70)");
        database.execute("create index on bench.task (id) where state = 'READY'");
        database.execute("insert into bench.task select n, 'READY' from generate_series(1, " + tasks + ") as n");
        database.execute("analyze bench.task");
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < threads; i++) {
                connections.add(database.connect());
            }
            long begin = System.nanoTime();
            List<Future<Integer>> done = new ArrayList<>();
            for (Connection connection : connections) {
                done.add(pool.submit(() -> drain(connection)));
            }
            int sum = 0;
            for (Future<Integer> one : done) {
                sum += one.get();
            }
            if (sum != tasks) {
                throw new IllegalStateException(
                        "the floor did " + sum + " of " + tasks + " tasks; its numbers are void.");
            }
            return tasks / ((System.nanoTime() - begin) / 1e9);
        } finally {
            pool.shutdownNow();
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    private static int drain(Connection connection) throws SQLException {
        int done = 0;
        try (PreparedStatement claim = connection.prepareStatement(CLAIM);
                PreparedStatement finish = connection.prepareStatement(FINISH)) {
            while (true) {
                claim.setInt(1, 1);
                try (ResultSet row = claim.executeQuery()) {
                    if (!row.next()) {
                        return done;
                    }
                    finish.setInt(1, row.getInt(1));
                }
                finish.executeUpdate();
                done++;
            }
        }
    }
}
