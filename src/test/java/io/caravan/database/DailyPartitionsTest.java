package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DailyPartitionsTest {
    private static final Instant NOW = Instant.parse("2026-03-28T23:59:59Z");

    private final Database database;
    private final Sql sql;

    DailyPartitionsTest(Database database) {
        this.database = database;
        this.sql = new Sql(database);
    }

    @BeforeEach
    void anEmptyLog() {
        sql.execute("""
                drop table if exists caravan.log;
                create table caravan.log (
                    id bigint generated always as identity,
                    at timestamptz not null,
                    what text not null default 'nothing' check (what <> ''),
                    primary key (at, id)
                ) partition by range (at);
                create index on caravan.log (what);
                """);
    }

    @Test
    void daysStandReadyFromYesterdayOn() {
        maintain(NOW);
        assertThat(partitions()).containsExactly("20260327", "20260328", "20260329", "20260330");
        sql.execute("insert into caravan.log (at) values ('2026-03-27Z'), ('2026-03-30 23:59:59.999999Z')");
        assertThat(sql.ask("select string_agg(relname || ' ' || id, ', ' order by at)"
                        + " from caravan.log l join pg_class c on c.oid = l.tableoid"))
                .isEqualTo("log_p20260327 1, log_p20260330 2");
        assertThat(sql.ask("select count(*) from pg_indexes where tablename like 'log\\_p%'"))
                .isEqualTo("8");
    }

    @Test
    void aDayPastItsRetentionIsDropped() {
        maintain(NOW);
        sql.execute("insert into caravan.log (at) values ('2026-03-27Z'), ('2026-03-28Z')");
        maintain(NOW.plusSeconds(3 * 86_400));
        assertThat(partitions()).startsWith("20260328").doesNotContain("20260327");
        assertThat(sql.ask("select count(*) from caravan.log")).isEqualTo("1");
    }

    @Test
    void maintainingTwiceChangesNothing() {
        maintain(NOW);
        maintain(NOW);
        assertThat(partitions()).hasSize(4);
    }

    @Test
    void manyNodesMaintainAtTheSameTime() {
        var nodes = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> maintain(NOW)))
                .toList();
        nodes.forEach(CompletableFuture::join);
        assertThat(partitions()).hasSize(4);
    }

    @Test
    void aWriterDoesNotHoldUpNewDays() {
        maintain(NOW);
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("insert into caravan.log (at) values ('2026-03-28Z')");
            }
            maintain(NOW.plusSeconds(86_400));
        });
        assertThat(partitions()).contains("20260331");
    }

    @Test
    void anOldDayInUseStaysUntilTheNextTime() {
        maintain(NOW);
        var later = NOW.plusSeconds(3 * 86_400);
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("select * from caravan.log_p20260327");
            }
            maintain(later);
        });
        assertThat(partitions()).contains("20260327");
        maintain(later);
        assertThat(partitions()).doesNotContain("20260327");
    }

    @Test
    void aDayWhoseRowsLieInTheDefaultPartitionDoesNotKeepTheOthersFromTheirs() {
        sql.execute("create table caravan.log_default partition of caravan.log default;"
                + " insert into caravan.log (at) values ('2026-03-28 12:00Z')");
        maintain(NOW);
        assertThat(sql.ask("select count(*) from pg_inherits where inhparent = 'caravan.log'::regclass"))
                .isEqualTo("4");
        assertThat(sql.ask("select count(*) from caravan.log_default")).isEqualTo("1");
    }

    @Test
    void anUnqualifiedNameIsRefused() {
        assertThatThrownBy(() -> new DailyPartitions(database, Clock.systemUTC(), "log; drop table x", 1, 1))
                .hasMessageContaining("schema.table");
    }

    private void maintain(Instant now) {
        new DailyPartitions(database, Clock.fixed(now, ZoneOffset.UTC), "caravan.log", 2, 3).maintain();
    }

    private List<String> partitions() {
        return List.of(sql.ask("select string_agg(right(inhrelid::regclass::text, 8), ',' order by 1) from pg_inherits"
                        + " where inhparent = 'caravan.log'::regclass")
                .split(","));
    }
}
