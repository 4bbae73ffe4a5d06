package io.caravan.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** The peer: db-scheduler on the same server, one-time tasks that do nothing, its quickest polling (lock and fetch). Tasks don't follow one another there. */
final class DbScheduler {
    private final BenchDatabase database;

    DbScheduler(BenchDatabase database) {
        this.database = database;
    }

    /** Tasks a second, from its start to the last task. */
    double run(int tasks, int threads) throws SQLException, InterruptedException {
        database.execute("drop table if exists scheduled_tasks");
        database.execute("""
                create table scheduled_tasks (
                  task_name text not null, task_instance text not null, task_data bytea, execution_time timestamptz not null, picked boolean not null, picked_by text,
                  last_success timestamptz, last_failure timestamptz, consecutive_failures int, last_heartbeat timestamptz, version bigint not null, priority smallint,
                  primary key (task_name, task_instance))""");
        database.execute("create index on scheduled_tasks (execution_time)");
        database.execute("create index on scheduled_tasks (last_heartbeat)");
        CountDownLatch left = new CountDownLatch(tasks);
        OneTimeTask<Void> task = Tasks.oneTime("empty").execute((instance, context) -> left.countDown());
        DataSource source = database.database().dataSource();
        SchedulerClient client = SchedulerClient.Builder.create(source, task).build();
        Instant now = Instant.now();
        for (int i = 0; i < tasks; i++) {
            client.scheduleIfNotExists(task.instance(String.valueOf(i)), now);
        }
        database.execute("analyze scheduled_tasks");
        Scheduler scheduler = Scheduler.create(source, task)
                .threads(threads)
                .pollUsingLockAndFetch(0.5, 1.0)
                .pollingInterval(Duration.ofMillis(10))
                .registerShutdownHook()
                .build();
        long begin = System.nanoTime();
        scheduler.start();
        boolean all = left.await(2, TimeUnit.MINUTES);
        double seconds = (System.nanoTime() - begin) / 1e9;
        scheduler.stop();
        if (!all) {
            throw new IllegalStateException(
                    "db-scheduler left " + left.getCount() + " of " + tasks + " tasks; its numbers are void.");
        }
        return tasks / seconds;
    }
}
