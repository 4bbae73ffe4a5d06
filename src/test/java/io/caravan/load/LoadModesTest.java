package io.caravan.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import io.caravan.database.TemporaryDatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class LoadModesTest {
    private final Database database;
    private final DatabaseSettings settings;
    private final LoadFixture fixture;
    private final LoadOptions options = LoadOptions.of("m.state");

    LoadModesTest(Database database, DatabaseSettings settings) {
        this.database = database;
        this.settings = settings;
        this.fixture = new LoadFixture(database);
    }

    @BeforeEach
    void freshTables() {
        fixture.sql("""
                DROP SCHEMA IF EXISTS m CASCADE;
                CREATE SCHEMA m;
                CREATE TABLE m.state (car int PRIMARY KEY, speed int, note text DEFAULT 'new');
                INSERT INTO m.state VALUES (1, 10, 'old');
                TRUNCATE caravan.rejected, caravan.duplicate, caravan.load_batch""");
    }

    private List<String> states() {
        return fixture.column("SELECT concat_ws(' ', car, speed, note) FROM m.state ORDER BY car");
    }

    @Test
    void upsertChangesWhatTheRecordHasAndLeavesTheRest() {
        LoadReport report = fixture.load(
                options.withMode(LoadMode.upsert),
                "{\"car\": 1, \"speed\": 20}",
                "{\"car\": 2, \"speed\": 30, \"note\": \"given\"}",
                "{\"car\": 3, \"speed\": 40}");

        assertThat(report.summary()).contains("validated=3 duplicate=0 rejected=0");
        assertThat(states()).containsExactly("1 20 old", "2 30 given", "3 40 new");
    }

    @Test
    void ofSeveralRecordsOfOneKeyTheLastOneIsUpserted() {
        LoadReport report = fixture.load(
                options.withMode(LoadMode.upsert),
                "{\"car\": 2, \"speed\": 1}",
                "{\"car\": 2, \"speed\": 2}",
                "{\"car\": 2, \"speed\": 3}");

        assertThat(report.summary()).contains("validated=1 duplicate=2 rejected=0");
        assertThat(states()).containsExactly("1 10 old", "2 3 new");
    }

    @Test
    void upsertNeedsAKeyThatFindsRows() {
        fixture.sql("CREATE TABLE m.log (note text)");

        assertThatThrownBy(() -> fixture.load(LoadOptions.of("m.log").withMode(LoadMode.upsert), "{}"))
                .hasMessageContaining("mode=upsert can't find rows of m.log: it has no unique key");
        assertThatThrownBy(() -> fixture.load(options.withMode(LoadMode.upsert).withKey(List.of("note")), "{}"))
                .hasMessageContaining("key=note is no unique key of it");
    }

    @Test
    void replaceLeavesOnlyThisLoadAndAnEmptyBatchChangesNothing() {
        fixture.load(options.withMode(LoadMode.replace), "{\"car\": 7, \"speed\": 1}", "{\"car\": 7, \"speed\": 2}");
        fixture.load(options.withMode(LoadMode.replace));

        assertThat(states()).containsExactly("7 1 new");
    }

    @Test
    void appendRejectsARepeat() {
        LoadReport report = fixture.load(options.withMode(LoadMode.append), "{\"car\": 1}", "{\"car\": 2}");

        assertThat(report.summary()).contains("validated=1 duplicate=0 rejected=1");
        assertThat(fixture.rejects("m.state"))
                .containsExactly("unique|the key {\"car\": 1} is taken, and mode=append takes no repeats");
    }

    @Test
    void whatFailsAfterALoadInTheSameTransactionUndoesIt() {
        assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    fixture.load(options, "{\"car\": 5}", "{\"car\": \"x\"}");
                    throw new IllegalStateException("the next step failed");
                }))
                .hasMessage("the next step failed");

        assertThat(states()).containsExactly("1 10 old");
        assertThat(fixture.column("SELECT count(*) FROM caravan.rejected")).containsExactly("0");
    }

    @RepeatedTest(5)
    void twoNodesThatLoadTheSameRecordsInDifferentOrderMakeOneRowEach() throws Exception {
        List<RawRecord> records = new ArrayList<>(IntStream.range(100, 2100)
                .mapToObj(car -> RawRecord.of("{\"car\": " + car + "}"))
                .toList());
        Batch forwards = Batch.of("one", LoadFixture.RECEIVED, records);
        Collections.reverse(records);
        Batch backwards = Batch.of("two", LoadFixture.RECEIVED, records);
        try (Database other = Database.open(settings)) {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            CountDownLatch start = new CountDownLatch(1);
            Future<LoadReport> one = threads.submit(load(database, forwards, start));
            Future<LoadReport> two = threads.submit(load(other, backwards, start));
            start.countDown();
            assertThat(one.get().validated() + two.get().validated()).isEqualTo(2000);
            assertThat(one.get().duplicate() + two.get().duplicate()).isEqualTo(2000);
            threads.shutdown();
        }
        assertThat(fixture.column("SELECT count(*) FROM m.state")).containsExactly("2001");
    }

    private Callable<LoadReport> load(Database node, Batch batch, CountDownLatch start) {
        Loader loader = new Loader(node, Clock.systemUTC(), new LoadEvents() {}, options);
        return () -> {
            start.await();
            return loader.load(batch);
        };
    }

    @Test
    void aLoadInTwoStepsWaitsForAnotherOneOfTheTableAndGivesUpInTheEnd() {
        Loader loader = fixture.loader(options.withLockTimeout(Duration.ofMillis(100)));
        StagedRuns runs = new StagedRuns(database, Clock.systemUTC(), new LoadEvents() {}, loader);
        try (Database other = Database.open(settings)) {
            other.runInTransaction(connection -> {
                new StagingLock(other, Clock.systemUTC(), new LoadEvents() {})
                        .acquire(connection, "m.state", Duration.ofSeconds(1));
                assertThatThrownBy(() -> runs.stage(LoadFixture.batch("{\"car\": 4}"), false, "r1"))
                        .isInstanceOf(TemporaryDatabaseException.class);
            });
        }
        assertThat(runs.stage(LoadFixture.batch("{\"car\": 4}"), false, "r1")).isEqualTo(1);
        assertThat(runs.promote("r1").validated()).isEqualTo(1);
    }
}
