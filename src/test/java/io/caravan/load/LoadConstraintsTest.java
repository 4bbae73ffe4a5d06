package io.caravan.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the constraints of a table do to records: each rejects only those that violate it, and keys tell repeats. */
@ExtendWith(PostgresExtension.class)
class LoadConstraintsTest {
    private final LoadFixture fixture;

    LoadConstraintsTest(Database database) {
        this.fixture = new LoadFixture(database);
    }

    @BeforeEach
    void freshTables() {
        fixture.sql("""
                SET client_min_messages = warning;
                DROP SCHEMA IF EXISTS c CASCADE;
                CREATE SCHEMA c;
                TRUNCATE caravan.rejected, caravan.duplicate, caravan.load_batch""");
    }

    private static String[] numbers(String pattern, int count) {
        return IntStream.range(0, count).mapToObj(i -> pattern.formatted(i)).toArray(String[]::new);
    }

    @Test
    void aForeignKeyRejectsWhatPointsAtNothing() {
        fixture.sql("""
                CREATE TABLE c.car (fleet int, id int, PRIMARY KEY (fleet, id));
                INSERT INTO c.car VALUES (1, 7);
                CREATE TABLE c.trip (fleet int, car int, FOREIGN KEY (fleet, car) REFERENCES c.car)""");

        LoadReport report =
                fixture.load("c.trip", "{\"fleet\": 1, \"car\": 7}", "{\"fleet\": 1, \"car\": 8}", "{\"fleet\": 2}");

        assertThat(report.validated()).isEqualTo(2);
        assertThat(fixture.rejects("c.trip"))
                .containsExactly(
                        "foreign_key|fleet, car has no row in c.car (foreign key trip_fleet_car_fkey); load that one first, then replay");
    }

    @Test
    void aCheckOverSeveralColumnsMayUseOperatorsThatLookLikeParameters() {
        fixture.sql("CREATE TABLE c.t (a int, b int, d jsonb CHECK (d ? 'it''s?'), CHECK (a < b))");

        LoadReport report = fixture.load(
                "c.t",
                "{\"a\": 1, \"b\": 2, \"d\": {\"it's?\": 1}}",
                "{\"a\": 2, \"b\": 2, \"d\": {\"it's?\": 1}}",
                "{\"a\": 1, \"b\": 2, \"d\": {}}",
                "{\"a\": 5}");

        assertThat(report.validated()).isEqualTo(2);
        assertThat(fixture.column("SELECT reason FROM caravan.rejected")).containsExactly("check", "check");
    }

    @Test
    void anErrorInsideOfACheckRejectsOnlyItsRecord() {
        fixture.sql("CREATE TABLE c.t (a int CHECK (100 / a > 1))");

        LoadReport report = fixture.load("c.t", numbers("{\"a\": %d}", 20));

        assertThat(report.validated()).isEqualTo(19);
        assertThat(fixture.rejects("c.t"))
                .containsExactly("database|PostgreSQL refused it: division by zero (SQLState 22012)");
    }

    @Test
    void aTriggerThatRaisesRejectsOnlyItsRecords() {
        fixture.sql("""
                CREATE TABLE c.t (a int PRIMARY KEY);
                CREATE FUNCTION c.no() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN IF NEW.a %% 10 = 3 THEN RAISE 'not %', NEW.a USING ERRCODE = 'C4R01'; END IF; RETURN NEW; END $$;
                CREATE TRIGGER no BEFORE INSERT ON c.t FOR EACH ROW EXECUTE FUNCTION c.no()""".replace("%%", "%"));

        LoadReport report = fixture.load("c.t", numbers("{\"a\": %d}", 40));

        assertThat(report.summary()).contains("validated=36 duplicate=0 rejected=4");
        assertThat(fixture.rejects("c.t")).contains("database|PostgreSQL refused it: not 13 (SQLState C4R01)");
    }

    @Test
    void whatATriggerDropsSilentlyIsRejectedNotTakenForARepeat() {
        fixture.sql("""
                CREATE TABLE c.t (a int PRIMARY KEY);
                CREATE FUNCTION c.drop() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN IF NEW.a = 2 THEN RETURN NULL; END IF; RETURN NEW; END $$;
                CREATE TRIGGER drop BEFORE INSERT ON c.t FOR EACH ROW EXECUTE FUNCTION c.drop()""");

        LoadReport report = fixture.load("c.t", "{\"a\": 1}", "{\"a\": 2}", "{\"a\": 1}");

        assertThat(report.summary()).contains("validated=1 duplicate=1 rejected=1");
        assertThat(fixture.rejects("c.t").get(0)).startsWith("database|a trigger or rule of c.t dropped it");
    }

    @Test
    void anExclusionConstraintTellsARepeat() {
        fixture.sql("CREATE TABLE c.t (during int4range, EXCLUDE USING gist (during WITH &&))");

        LoadReport report =
                fixture.load("c.t", "{\"during\": \"[1,5)\"}", "{\"during\": \"[4,6)\"}", "{\"during\": \"[5,6)\"}");

        assertThat(report.summary()).contains("validated=2 duplicate=1 rejected=0");
    }

    @Test
    void keysByExpressionAndDeferredKeysTellRepeatsToo() {
        fixture.sql("""
                CREATE TABLE c.mail (address text);
                CREATE UNIQUE INDEX ON c.mail (lower(address));
                CREATE TABLE c.later (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)""");

        assertThat(fixture.load("c.mail", "{\"address\": \"A@x\"}", "{\"address\": \"a@X\"}")
                        .duplicate())
                .isEqualTo(1);
        assertThat(fixture.load("c.later", "{\"a\": 1}", "{\"a\": 1}", "{\"a\": 2}")
                        .summary())
                .contains("validated=2 duplicate=1 rejected=0");
    }

    @Test
    void withSeveralKeysARecordIsARepeatByAnyOfThem() {
        fixture.sql("CREATE TABLE c.t (a int UNIQUE, b int UNIQUE, note text); INSERT INTO c.t VALUES (9, 1, 'old')");

        LoadReport report = fixture.load(
                "c.t",
                "{\"a\": 1, \"b\": 1, \"note\": \"b is taken\"}",
                "{\"a\": 1, \"b\": 2, \"note\": \"new\"}",
                "{\"a\": 1, \"b\": 3, \"note\": \"a is taken\"}");

        assertThat(report.validated()).isEqualTo(1);
        assertThat(fixture.column("SELECT note FROM c.t ORDER BY note")).containsExactly("new", "old");
        assertThat(fixture.column("SELECT key FROM caravan.duplicate ORDER BY key->>'b'"))
                .containsExactly("{\"a\": 1, \"b\": 1}", "{\"a\": 1, \"b\": 3}");
    }

    @Test
    void nullsInAKeyCollideOnlyWhereTheTableSaysSo() {
        fixture.sql("""
                CREATE TABLE c.apart (a int, b int, UNIQUE (a, b));
                CREATE TABLE c.same (a int, b int, UNIQUE NULLS NOT DISTINCT (a, b))""");

        assertThat(fixture.load("c.apart", "{\"a\": 1}", "{\"a\": 1}").validated())
                .isEqualTo(2);
        assertThat(fixture.load("c.same", "{\"a\": 1}", "{\"a\": 1}").summary()).contains("validated=1 duplicate=1");
        assertThat(fixture.load("c.same", "{\"a\": 1, \"b\": null}").duplicate())
                .isEqualTo(1);
    }

    @Test
    void aPartitionedTableRejectsWhatNoPartitionTakes() {
        fixture.sql("""
                CREATE TABLE c.packet (day int NOT NULL, car int NOT NULL, PRIMARY KEY (day, car)) PARTITION BY RANGE (day);
                CREATE TABLE c.packet_1 PARTITION OF c.packet FOR VALUES FROM (10) TO (20);
                CREATE TABLE c.packet_2 PARTITION OF c.packet FOR VALUES FROM (20) TO (30)""");

        LoadReport report = fixture.load("c.packet", numbers("{\"day\": %d, \"car\": 1}", 40));

        assertThat(report.summary()).contains("validated=20 duplicate=0 rejected=20");
        assertThat(fixture.rejects("c.packet"))
                .hasSize(20)
                .allMatch(reject -> reject.startsWith("partition|no partition of c.packet takes it"));
    }

    @Test
    void aTableThatChangesBetweenTwoBatchesIsReadAgain() {
        fixture.sql("CREATE TABLE c.t (a int)");
        Loader loader = fixture.loader(LoadOptions.of("c.t"));
        loader.load(LoadFixture.batch("{\"a\": 1}"));

        fixture.sql("ALTER TABLE c.t ADD COLUMN b int CHECK (b > 0)");
        assertThat(loader.load(LoadFixture.batch("{\"a\": 1, \"b\": 2}", "{\"a\": 1, \"b\": 0}"))
                        .summary())
                .contains("validated=1 duplicate=0 rejected=1");
        fixture.sql(
                "ALTER TABLE c.t DROP COLUMN a; ALTER TABLE c.t DROP CONSTRAINT t_b_check; ALTER TABLE c.t ALTER COLUMN b TYPE text");
        assertThat(loader.load(LoadFixture.batch("{\"a\": 1, \"b\": \"x\"}")).rejected())
                .isEqualTo(0);
        fixture.sql("DROP TABLE c.t; CREATE TABLE c.t (z int)");
        assertThat(loader.load(LoadFixture.batch("{\"z\": 5}")).validated()).isEqualTo(1);
        assertThat(fixture.column("SELECT z FROM c.t")).containsExactly("5");
    }

    @Test
    void aFieldThatIsIndexedMayBeTooLong() {
        fixture.sql("CREATE TABLE c.t (a text UNIQUE)");
        String random = IntStream.range(0, 4000)
                .mapToObj(i -> Integer.toHexString(Integer.hashCode(i * 2654435)))
                .reduce("", String::concat);

        assertThat(fixture.load("c.t", "{\"a\": \"" + random + "\"}", "{\"a\": \"b\"}")
                        .summary())
                .contains("validated=1 duplicate=0 rejected=1");
    }
}
