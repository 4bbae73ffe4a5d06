package io.caravan.dedup;

import static io.caravan.dedup.Repositories.NOON;
import static io.caravan.dedup.Repositories.batch;
import static io.caravan.dedup.Repositories.deduplicator;
import static io.caravan.dedup.Repositories.fresh;
import static io.caravan.dedup.Repositories.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.dedup.DedupEvents.OpenedBucket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Expiry drops tables: those of keys after two windows, those of the log after its retention. */
@ExtendWith(PostgresExtension.class)
class BucketsTest {
    private final HandClock clock = new HandClock(NOON);
    private final Database database;
    private final String name = fresh();

    BucketsTest(Database database) {
        this.database = database;
    }

    @Test
    void aRepositoryHasNeverMoreThanTwoTables() {
        List<OpenedBucket> opened = new ArrayList<>();
        DedupEvents listener = new DedupEvents() {
            @Override
            public void bucketOpened(OpenedBucket bucket) {
                opened.add(bucket);
            }
        };
        Deduplicator packets = deduplicator(database, clock, settings(name, "30m"), listener);
        for (int n = 0; n < 5; n++) {
            filter(packets, "{\"n\":%d}".formatted(n));
            clock.pass(Duration.ofMinutes(31));
        }
        assertThat(opened)
                .hasSize(4)
                .allSatisfy(bucket -> assertThat(bucket.repository()).isEqualTo(name));
        assertThat(tables())
                .hasSize(2)
                .last()
                .isEqualTo("caravan.dedup_key_" + opened.get(3).bucket());
        assertThat(keys()).isEqualTo(2);
    }

    @Test
    void aBucketThatABackupIsReadingIsDroppedLater() {
        Deduplicator packets = deduplicator(database, clock, settings(name, "30m"));
        filter(packets, "{\"n\":1}");
        database.runInTransaction(backup -> {
            backup.createStatement().execute("lock table caravan.dedup_key in access share mode");
            for (int n = 2; n < 5; n++) {
                clock.pass(Duration.ofMinutes(31));
                String record = "{\"n\":%d}".formatted(n);
                database.separately(connection -> packets.filter(batch(record)));
            }
            assertThat(tables()).hasSizeGreaterThan(2);
        });
        clock.pass(Duration.ofMinutes(31));
        filter(packets, "{\"n\":5}");
        assertThat(tables()).hasSize(2);
    }

    @Test
    void theLogDropsTheDaysThatAreOlderThanItsRetention() {
        Deduplicator packets = deduplicator(database, clock, settings(name, "forever"));
        filter(packets, "{\"n\":1}");
        for (int day = 0; day < 40; day += 10) {
            filter(packets, "{\"n\":1}");
            clock.pass(Duration.ofDays(10));
        }
        filter(packets, "{\"n\":1}");
        assertThat(strings("select distinct seen_again::date::text from caravan.dedup_dropped where repository = '"
                        + name + "' order by 1"))
                .containsExactly("2026-03-11", "2026-03-21", "2026-03-31", "2026-04-10");
    }

    /** A batch of hours, such as a large file, has logged its duplicates and runs past midnight. */
    @Test
    void aLongBatchDoesNotStopTheOthersAtMidnight() {
        Deduplicator packets = deduplicator(database, clock, settings(name, "forever"));
        database.runInTransaction(before -> packets.filter(batch("{\"n\":1}", "{\"n\":1}")));
        Deduplicator others = deduplicator(database, clock, settings(name + "-others", "forever"));
        database.runInTransaction(longBatch -> {
            packets.filter(batch("{\"n\":1}"));
            clock.pass(Duration.ofDays(1));
            database.separately(connection -> others.filter(batch("{\"n\":2}", "{\"n\":2}")));
            assertThat(dropped())
                    .as("the other batch is in before the long one ends")
                    .isEqualTo(2);
        });
        assertThat(dropped()).isEqualTo(3);
    }

    private int dropped() {
        return Integer.parseInt(
                strings("select count(*) from caravan.dedup_dropped where repository like '" + name + "%'")
                        .get(0));
    }

    @Test
    void aWindowIsADurationOrForever() {
        assertThat(Window.parse("1h 30m")).isEqualTo(Window.of(Duration.ofMinutes(90)));
        assertThat(Window.parse("PT30M")).isEqualTo(Window.parse("30m"));
        assertThat(Window.parse("Forever")).isEqualTo(Window.FOREVER);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Window.parse("30 minutes"))
                .withMessageContaining("30m");
        assertThatIllegalArgumentException().isThrownBy(() -> Window.parse("0s"));
    }

    private void filter(Deduplicator deduplicator, String record) {
        database.inTransaction(connection -> deduplicator.filter(batch(record)));
    }

    private List<String> tables() {
        return strings("select 'caravan.dedup_key_' || b.id from caravan.dedup_bucket b join caravan.dedup_repository r"
                + " on r.id = b.repository join pg_inherits i on i.inhrelid = to_regclass('caravan.dedup_key_' || b.id)"
                + " where r.name = '" + name + "' order by b.id");
    }

    private int keys() {
        return Integer.parseInt(strings("select count(*) from caravan.dedup_key k join caravan.dedup_bucket b"
                        + " on b.id = k.bucket join caravan.dedup_repository r on r.id = b.repository where r.name = '"
                        + name + "'")
                .get(0));
    }

    private List<String> strings(String sql) {
        return database.separately(
                connection -> strings(connection.createStatement().executeQuery(sql)));
    }

    private static List<String> strings(java.sql.ResultSet rows) throws SQLException {
        List<String> found = new ArrayList<>();
        while (rows.next()) {
            found.add(rows.getString(1));
        }
        return found;
    }
}
