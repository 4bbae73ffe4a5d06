package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class QueryTest {
    private final Database database;

    QueryTest(Database database) {
        this.database = database;
    }

    @Test
    void parametersAreNamedAndMayStandTwice() {
        assertThat(Query.of("select :a || :b || :a, ':a', '2026-01-01 10:30'::text -- :c")
                        .on(database)
                        .set("a", "x")
                        .set("b", "y")
                        .list(row -> row.getString(1) + row.getString(2) + row.getString(3)))
                .containsExactly("xyx:a2026-01-01 10:30");
    }

    @Test
    void anEmptyListIsAnArrayOfWhatItIsComparedWith() {
        assertThat(Query.of("select 1 from (values (gen_random_uuid())) as t (id) where id = any(:ids)")
                        .on(database)
                        .set("ids", List.of())
                        .list(row -> 1))
                .isEmpty();
        assertThat(Query.of("select count(*) from unnest(:numbers::int[])")
                        .on(database)
                        .set("numbers", List.of())
                        .first(row -> row.getInt(1)))
                .contains(0);
    }

    @Test
    void listsBecomeColumnsNullsIncluded() {
        UUID id = UUID.randomUUID();
        Instant at = Instant.parse("2026-03-29T01:00:00.123456Z");
        assertThat(Query.of(
                                "select id, at, name from unnest(:ids::uuid[], :ats::timestamptz[], :names::text[]) as t (id, at, name)")
                        .on(database)
                        .set("ids", List.of(id, id))
                        .set("ats", Arrays.asList(null, at))
                        .set("names", Arrays.asList("a", null))
                        .list(row ->
                                Query.uuid(row, "id") + " " + Query.instant(row, "at") + " " + row.getString("name")))
                .containsExactly(id + " null a", id + " 2026-03-29T01:00:00.123456Z null");
    }

    @Test
    void aDurationIsItsMicroseconds() {
        assertThat(Query.of("select extract(epoch from :lease * interval '1 microsecond')::text")
                        .on(database)
                        .set("lease", Duration.ofMillis(1_500))
                        .first(row -> row.getString(1)))
                .contains("1.500000");
    }

    @Test
    void whatIsMissingOrTooMuchIsNamed() {
        Query query = Query.of("select :a");
        assertThatThrownBy(() -> query.on(database).set("b", 1)).hasMessageContaining("no parameter :b");
        assertThatThrownBy(() -> query.on(database).list(row -> 1))
                .hasMessageContaining("Parameters [a] are wanted, [] are set");
    }
}
