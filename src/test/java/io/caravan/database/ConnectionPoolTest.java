package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@ExtendWith(PostgresExtension.class)
class ConnectionPoolTest {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionPoolTest.class);

    private final DatabaseSettings settings;

    ConnectionPoolTest(DatabaseSettings settings) {
        this.settings = settings;
    }

    private Database open(int connections, Duration patience) {
        return Database.open(
                new DatabaseSettings(settings.url(), settings.user(), settings.password(), connections, patience));
    }

    /** Each batch holds a connection and now and then wants a second one (a new day's partition, a new window). */
    @Test
    void batchesThatAllWantASecondConnectionDontStarveEachOther() throws Exception {
        for (int connections : List.of(2, 4)) {
            try (Database database = open(connections, Duration.ofSeconds(10))) {
                ExecutorService batches = Executors.newFixedThreadPool(8);
                CountDownLatch allHoldOne = new CountDownLatch(connections);
                List<Future<Integer>> results = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    results.add(batches.submit(() -> database.inTransaction(batch -> {
                        allHoldOne.countDown();
                        boolean all = allHoldOne.await(500, TimeUnit.MILLISECONDS);
                        LOG.debug("all connections are taken: {}", all);
                        return database.separately(beside -> 1);
                    })));
                }
                for (Future<Integer> result : results) {
                    assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo(1);
                }
                batches.shutdown();
            }
        }
    }

    @Test
    void aBatchThatGetsNoConnectionInTimeMayTryAgainAndIsToldWhatToDo() {
        try (Database database = open(2, Duration.ofMillis(300))) {
            assertThatThrownBy(() -> database.inTransaction(connection -> inAnotherThread(database)))
                    .isInstanceOf(TemporaryDatabaseException.class)
                    .hasMessageContaining("caravan.database.max-connections");
        }
    }

    private static int inAnotherThread(Database database) throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> waits = other.submit(() -> database.inTransaction(connection -> 1));
            return waits.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw (Exception) e.getCause();
        } finally {
            other.shutdown();
        }
    }
}
