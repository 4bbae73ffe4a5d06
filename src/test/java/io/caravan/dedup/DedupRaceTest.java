package io.caravan.dedup;

import static io.caravan.dedup.Repositories.NOON;
import static io.caravan.dedup.Repositories.batch;
import static io.caravan.dedup.Repositories.deduplicator;
import static io.caravan.dedup.Repositories.fresh;
import static io.caravan.dedup.Repositories.settings;
import static io.caravan.dedup.Repositories.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes on one database, eight threads, the same records. */
@ExtendWith(PostgresExtension.class)
class DedupRaceTest {
    private static final int THREADS = 8;

    private final HandClock clock = new HandClock(NOON);
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Map<String, Integer> passes = new ConcurrentHashMap<>();
    private final Database here;
    private final Database there;

    DedupRaceTest(Database here, DatabaseSettings settings) {
        this.here = here;
        this.there = Database.open(settings);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        there.close();
    }

    @Test
    void eachRecordPassesOnceWhoeverBringsItAndInWhichOrder() throws Exception {
        List<Deduplicator> nodes = nodes(clock, settings(fresh(), "30m"));
        List<String> records = records(0, 400);
        together(thread -> {
            Random random = new Random(thread);
            for (List<String> page : pages(shuffled(records, random), 50)) {
                filter(nodes, thread, page);
            }
        });
        assertThat(passes)
                .hasSize(400)
                .allSatisfy((record, times) -> assertThat(times).isEqualTo(1));
    }

    @Test
    void eachRecordPassesOnceWhileBucketsAreOpened() throws Exception {
        List<Deduplicator> nodes = nodes(clock, settings(fresh(), "30m"));
        CyclicBarrier round = new CyclicBarrier(THREADS, () -> clock.pass(Duration.ofMinutes(11)));
        together(thread -> {
            Random random = new Random(thread);
            for (int number = 0; number < 20; number++) {
                round.await();
                filter(nodes, thread, shuffled(records(number * 25, 75), random));
            }
        });
        assertThat(buckets()).as("buckets opened").isGreaterThan(6);
        assertThat(passes)
                .hasSize(19 * 25 + 75)
                .allSatisfy((record, times) -> assertThat(times).isEqualTo(1));
    }

    @Test
    void aSecondBatchWaitsForTheFirstAndTakesWhatItGivesBack() throws Exception {
        List<Deduplicator> nodes = nodes(clock, settings(fresh(), "30m"));
        CountDownLatch admitted = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        Future<?> first = threads.submit(() -> here.inTransaction(connection -> {
            nodes.get(0).filter(batch("{\"a\":1}"));
            admitted.countDown();
            fail.await();
            throw new IllegalStateException("load failed");
        }));
        admitted.await();
        Future<List<String>> second = threads.submit(() ->
                texts(there.inTransaction(connection -> nodes.get(1).filter(batch("{\"a\":1}")))
                        .passed()));
        await().until(this::somebodyWaits);
        fail.countDown();
        assertThat(second.get(10, TimeUnit.SECONDS)).containsExactly("{\"a\":1}");
        assertThat(first).failsWithin(Duration.ofSeconds(10));
    }

    @Test
    void aLongBatchDelaysTheNextBucketAndNobodyElse() throws Exception {
        List<Deduplicator> nodes = nodes(clock, settings(fresh(), "30m"));
        CountDownLatch done = new CountDownLatch(1);
        CountDownLatch admitted = new CountDownLatch(1);
        Future<?> slow = threads.submit(() -> here.inTransaction(connection -> {
            nodes.get(0).filter(batch("{\"slow\":1}"));
            admitted.countDown();
            return done.await(30, TimeUnit.SECONDS);
        }));
        admitted.await();
        clock.pass(Duration.ofMinutes(31));
        assertThat(filter(nodes, 1, List.of("{\"b\":1}"))).isEqualTo(1);
        assertThat(filter(nodes, 1, List.of("{\"b\":1}"))).isZero();
        done.countDown();
        slow.get(10, TimeUnit.SECONDS);
        clock.pass(Duration.ofMinutes(29));
        assertThat(filter(nodes, 1, List.of("{\"b\":1}"))).isZero();
        assertThat(filter(nodes, 1, List.of("{\"slow\":1}"))).isEqualTo(1);
        clock.pass(Duration.ofMinutes(1));
        assertThat(filter(nodes, 1, List.of("{\"b\":1}"))).isEqualTo(1);
    }

    private List<Deduplicator> nodes(Clock time, DedupSettings settings) {
        return List.of(deduplicator(here, time, settings), deduplicator(there, time, settings));
    }

    private int filter(List<Deduplicator> nodes, int thread, List<String> records) {
        Database database = thread % 2 == 0 ? here : there;
        List<String> passed =
                texts(database.inTransaction(connection -> nodes.get(thread % 2).filter(batch(records)))
                        .passed());
        passed.forEach(record -> passes.merge(record, 1, Integer::sum));
        return passed.size();
    }

    private void together(Work work) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Callable<Void>> jobs = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            jobs.add(() -> {
                start.await();
                work.run(thread);
                return null;
            });
        }
        List<Future<Void>> running = jobs.stream().map(threads::submit).collect(Collectors.toList());
        start.countDown();
        for (Future<Void> job : running) {
            job.get(60, TimeUnit.SECONDS);
        }
    }

    private interface Work {
        void run(int thread) throws Exception;
    }

    private boolean somebodyWaits() {
        return count(
                        "select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())"
                                + " or not granted and locktype = 'transactionid'")
                > 0;
    }

    private int buckets() {
        return count("select max(id) from caravan.dedup_bucket");
    }

    private int count(String sql) {
        return here.separately(connection -> {
            try (var rows = connection.createStatement().executeQuery(sql)) {
                rows.next();
                return rows.getInt(1);
            }
        });
    }

    private static List<String> records(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj("{\"n\":%d}"::formatted)
                .toList();
    }

    private static List<String> shuffled(List<String> records, Random random) {
        List<String> shuffled = new ArrayList<>(records);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    private static List<List<String>> pages(List<String> records, int size) {
        return IntStream.range(0, records.size() / size)
                .mapToObj(page -> records.subList(page * size, (page + 1) * size))
                .toList();
    }
}
