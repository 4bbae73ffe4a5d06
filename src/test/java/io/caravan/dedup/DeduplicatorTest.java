package io.caravan.dedup;

import static io.caravan.dedup.Repositories.HALF_AN_HOUR;
import static io.caravan.dedup.Repositories.NOON;
import static io.caravan.dedup.Repositories.batch;
import static io.caravan.dedup.Repositories.deduplicator;
import static io.caravan.dedup.Repositories.fresh;
import static io.caravan.dedup.Repositories.settings;
import static io.caravan.dedup.Repositories.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.batch.Batch;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.dedup.DedupEvents.FilteredBatch;
import io.caravan.dedup.Deduplicator.Filtered;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DeduplicatorTest {
    private static final String ONE = "{\"car\":1,\"at\":7}";
    private static final Duration MICROSECOND = Duration.ofNanos(1000);

    private final HandClock clock = new HandClock(NOON);
    private final Database database;

    DeduplicatorTest(Database database) {
        this.database = database;
    }

    @Test
    void aRecordPassesOnceWhateverTheOrderOfItsMembers() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m"));
        assertThat(passed(packets, ONE)).containsExactly(ONE);
        assertThat(passed(packets, "{ \"at\": 7.0, \"car\": 1 }", "{\"car\":2}"))
                .containsExactly("{\"car\":2}");
    }

    @Test
    void theWindowEndsExactlyOneWindowAfterTheFirstSight() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m"));
        assertThat(passed(packets, ONE)).hasSize(1);
        clock.set(NOON.plus(HALF_AN_HOUR).minus(MICROSECOND));
        assertThat(passed(packets, ONE)).isEmpty();
        clock.set(NOON.plus(HALF_AN_HOUR));
        assertThat(passed(packets, ONE)).hasSize(1);
        clock.set(NOON.plus(HALF_AN_HOUR).plus(MICROSECOND));
        assertThat(passed(packets, ONE)).isEmpty();
    }

    @Test
    void theWindowIsExactAcrossBuckets() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m"));
        Instant late = NOON.plus(Duration.ofMinutes(29));
        clock.set(late);
        assertThat(passed(packets, ONE)).hasSize(1);
        at(packets, NOON.plus(Duration.ofMinutes(31)), "{\"other\":1}");
        clock.set(late.plus(HALF_AN_HOUR).minus(MICROSECOND));
        assertThat(passed(packets, ONE)).isEmpty();
        clock.set(late.plus(HALF_AN_HOUR));
        assertThat(passed(packets, ONE)).hasSize(1);
        at(packets, NOON.plus(Duration.ofMinutes(62)), "{\"other\":2}");
        clock.set(late.plus(HALF_AN_HOUR).plus(HALF_AN_HOUR).minus(MICROSECOND));
        assertThat(passed(packets, ONE)).isEmpty();
        clock.set(late.plus(HALF_AN_HOUR).plus(HALF_AN_HOUR));
        assertThat(passed(packets, ONE)).hasSize(1);
    }

    @Test
    void theFirstSightCountsNotTheLast() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m"));
        assertThat(passed(packets, ONE)).hasSize(1);
        clock.set(NOON.plus(Duration.ofMinutes(20)));
        assertThat(passed(packets, ONE)).isEmpty();
        clock.set(NOON.plus(Duration.ofMinutes(30)));
        assertThat(passed(packets, ONE)).hasSize(1);
    }

    @Test
    void foreverRemembersAfterTenYears() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "forever"));
        assertThat(passed(packets, ONE)).hasSize(1);
        clock.pass(Duration.ofDays(3650));
        assertThat(passed(packets, ONE)).isEmpty();
    }

    @Test
    void ofEqualRecordsInOneBatchTheFirstPasses() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m", "car"));
        Batch batch = batch("{\"car\":1,\"n\":1}", "{\"car\":2,\"n\":2}", "{\"n\":3,\"car\":1}");
        Filtered filtered = database.inTransaction(connection -> packets.filter(batch));
        assertThat(texts(filtered.passed())).containsExactly("{\"car\":1,\"n\":1}", "{\"car\":2,\"n\":2}");
        assertThat(filtered.dropped())
                .singleElement()
                .satisfies(duplicate -> assertThat(duplicate.late()).isZero());
        assertThat(filtered.passed().id()).isEqualTo(batch.id());
    }

    @Test
    void aRolledBackBatchIsForgotten() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m"));
        assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    packets.filter(batch(ONE));
                    throw new IllegalStateException("load failed");
                }))
                .hasMessage("load failed");
        assertThat(passed(packets, ONE)).containsExactly(ONE);
    }

    @Test
    void aDefectiveRecordPassesUntouchedAndUncompared() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m"));
        assertThat(passed(packets, "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}")).hasSize(2);
    }

    @Test
    void anAbsentMemberOfTheKeyDiffersFromNull() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m", "/gps/lat", "car"));
        assertThat(passed(packets, "{\"car\":1}", "{\"car\":1,\"gps\":{\"lat\":null}}", "{\"car\":1,\"gps\":{}}"))
                .containsExactly("{\"car\":1}", "{\"car\":1,\"gps\":{\"lat\":null}}");
    }

    @Test
    void recordsWithoutAnyMemberOfTheKeyAllPassAndAreCounted() {
        List<FilteredBatch> facts = new ArrayList<>();
        DedupEvents listener = new DedupEvents() {
            @Override
            public void filtered(FilteredBatch batch) {
                facts.add(batch);
            }
        };
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m", "carid"), listener);
        assertThat(passed(packets, "{\"car\":1}", "{\"car\":2}")).hasSize(2);
        assertThat(facts).singleElement().satisfies(fact -> {
            assertThat(fact.passed()).isEqualTo(2);
            assertThat(fact.keyless()).isEqualTo(2);
        });
    }

    @Test
    void aChangedKeyNeverTakesNewRecordsForOldOnes() {
        String name = fresh();
        assertThat(passed(deduplicator(database, clock, settings(name, "30m", "a")), "{\"a\":1,\"b\":2}"))
                .hasSize(1);
        assertThat(passed(deduplicator(database, clock, settings(name, "30m", "a", "b")), "{\"a\":1}"))
                .hasSize(1);
    }

    @Test
    void aWindowThatIsMadeShorterHoldsAtOnce() {
        String name = fresh();
        assertThat(passed(deduplicator(database, clock, settings(name, "30m")), ONE))
                .hasSize(1);
        clock.pass(Duration.ofMinutes(10));
        assertThat(passed(deduplicator(database, clock, settings(name, "10m")), ONE))
                .hasSize(1);
    }

    @Test
    void tenThousandRecordsAreOneBatch() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m", "car", "at"));
        List<String> records = new ArrayList<>(IntStream.range(0, 10_000)
                .mapToObj(i -> "{\"car\":%d,\"at\":%d}".formatted(i % 97, i))
                .toList());
        assertThat(passed(packets, records)).hasSize(10_000);
        Collections.shuffle(records, new Random(1));
        records.add("{\"car\":1,\"at\":10001}");
        assertThat(passed(packets, records)).containsExactly("{\"car\":1,\"at\":10001}");
    }

    @Test
    void everyDroppedRecordIsLogged() {
        String name = fresh();
        Deduplicator packets = deduplicator(database, clock, settings(name, "30m", "car"));
        passed(packets, "{\"car\":1,\"text\":\"a, \\\"b\\\" {c} \\\\ ü\"}");
        clock.pass(Duration.ofMinutes(12));
        Batch again = batch("{\"text\":\"a, \\\"b\\\" {c} \\\\ ü\",\"car\":1}");
        packets.filter(again).claim().orElseThrow().confirm();
        database.runInTransaction(connection -> {
            var rows = connection
                    .createStatement()
                    .executeQuery(
                            "select *, extract(epoch from late) as seconds from caravan.dedup_dropped where repository = '"
                                    + name + "'");
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString("key")).isEqualTo("{\"car\":1}");
            assertThat(rows.getInt("seconds")).isEqualTo(720);
            assertThat(rows.getObject("batch")).isEqualTo(again.id());
            assertThat(rows.getString("record")).isEqualTo(texts(again).get(0));
            assertThat(rows.next()).isFalse();
        });
    }

    @Test
    void outsideOfATransactionAKeyIsTakenUntilItIsConfirmed() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m", "car"));
        Filtered first = packets.filter(batch("{\"car\":1}"));
        assertThatThrownBy(() -> packets.filter(batch("{\"car\":1}")))
                .isInstanceOf(KeyInProgressException.class)
                .hasMessageContaining("{\"car\":1}");
        first.claim().orElseThrow().giveBack();
        Filtered second = packets.filter(batch("{\"car\":1}"));
        assertThat(second.passed().size()).isEqualTo(1);
        second.claim().orElseThrow().confirm();
        assertThat(packets.filter(batch("{\"car\":1}")).passed().size()).isZero();
    }

    @Test
    void whatAKilledProcessHadTakenIsFreeAfterTheLease() {
        Deduplicator packets = deduplicator(database, clock, settings(fresh(), "30m"));
        Filtered lost = packets.filter(batch(ONE));
        clock.pass(Duration.ofMinutes(5));
        Filtered again = packets.filter(batch(ONE));
        assertThat(again.passed().size()).isEqualTo(1);
        lost.claim().orElseThrow().giveBack();
        again.claim().orElseThrow().confirm();
        assertThat(packets.filter(batch(ONE)).passed().size()).isZero();
    }

    private void at(Deduplicator deduplicator, Instant time, String record) {
        clock.set(time);
        assertThat(passed(deduplicator, record)).hasSize(1);
    }

    private List<String> passed(Deduplicator deduplicator, String... records) {
        return passed(deduplicator, List.of(records));
    }

    private List<String> passed(Deduplicator deduplicator, List<String> records) {
        return texts(database.inTransaction(connection -> deduplicator.filter(batch(records)))
                .passed());
    }
}
