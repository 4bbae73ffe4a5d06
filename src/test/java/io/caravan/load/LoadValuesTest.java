package io.caravan.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each kind of JSON value does in each kind of column. */
@ExtendWith(PostgresExtension.class)
class LoadValuesTest {
    private final LoadFixture fixture;

    LoadValuesTest(Database database) {
        this.fixture = new LoadFixture(database);
    }

    @BeforeEach
    void freshTables() {
        fixture.sql("""
                SET client_min_messages = warning;
                DROP SCHEMA IF EXISTS v CASCADE;
                CREATE SCHEMA v;
                CREATE TYPE v.color AS ENUM ('red', 'blue');
                CREATE DOMAIN v.plate AS text CHECK (value ~ '^[A-Z0-9-]+$');
                CREATE TABLE v.t (
                    small smallint, whole integer, big bigint, exact numeric(6,2), real8 double precision, yes boolean,
                    words text, short varchar(3), fixed char(4), id uuid, at timestamptz, local timestamp, day date, clock time,
                    span interval, doc json, tree jsonb, tags text[], grid int[], trees jsonb[], color v.color, plate v.plate,
                    address inet, raw bytea, range int4range, bits bit(3),
                    made timestamptz DEFAULT '2020-01-01Z', n int GENERATED ALWAYS AS IDENTITY,
                    twice int GENERATED ALWAYS AS (whole * 2) STORED, "weird ""; DROP TABLE v.t; --" text, "a?b" text);
                TRUNCATE caravan.rejected, caravan.duplicate, caravan.load_batch""");
    }

    private String value(String column, String json) {
        return value(LoadOptions.of("v.t"), column, json);
    }

    /** What the column holds afterwards, or "reason: message" of the reject. */
    private String value(LoadOptions options, String column, String json) {
        fixture.sql("TRUNCATE v.t; TRUNCATE caravan.rejected");
        LoadReport report = fixture.load(options, "{\"" + column + "\": " + json + "}");
        return report.validated() == 1
                ? fixture.column("SELECT " + Sql.name(column) + "::text FROM v.t")
                        .get(0)
                : fixture.column("SELECT reason || ': ' || message FROM caravan.rejected")
                        .get(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "small; 7; 7",
                "whole; 1.0; 1",
                "whole; 1e3; 1000",
                "whole; \"12\"; 12",
                "big; 9007199254740993; 9007199254740993",
                "exact; 1.005; 1.01",
                "exact; 1e3; 1000.00",
                "real8; 0.1; 0.1",
                "yes; true; true",
                "yes; 1; true",
                "yes; \"no\"; false",
                "words; 1.50; 1.50",
                "words; true; true",
                "words; \"\"; ``",
                "words; \"héllo 🚚 你好\"; héllo 🚚 你好",
                "id; \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"; a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                "at; \"2026-03-01T12:00:00+02:00\"; 2026-03-01 10:00:00+00",
                "at; \"2026-03-01 12:00\"; 2026-03-01 12:00:00+00",
                "day; \"2026-03-01\"; 2026-03-01",
                "clock; \"23:59\"; 23:59:00",
                "span; \"1 day\"; 1 day",
                "doc; {\"b\":1,\"a\":[1,null]}; {\"b\":1,\"a\":[1,null]}",
                "tree; [1, 2]; [1, 2]",
                "tree; \"text\"; \"text\"",
                "tree; 1.10; 1.10",
                "tags; [\"a\", \"b,\\\"c\\\\\", null, \"NULL\"]; {a,`b,\"c\\`,NULL,\"NULL\"}",
                "grid; [[1, 2], [3, 4]]; {{1,2},{3,4}}",
                "grid; []; {}",
                "grid; \"{1,2}\"; {1,2}",
                "trees; [{\"a\": [1]}]; {\"{\\\"a\\\": [1]}\"}",
                "color; \"blue\"; blue",
                "plate; \"AB-12\"; AB-12",
                "address; \"10.0.0.1\"; 10.0.0.1/32",
                "raw; \"\\\\xdead\"; \\xdead",
                "range; \"[1,5)\"; [1,5)",
                "bits; \"101\"; 101",
                "fixed; \"ab\"; ab",
                "whole; null; null",
                "tree; null; null"
            })
    void aValueOfTheTypeIsKept(String column, String json, String kept) {
        String expected = column.equals("tags") ? "{a,\"b,\\\"c\\\\\",NULL,\"NULL\"}" : kept;
        assertThat(value(column, json).strip()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "small; 40000; type: small: value \"40000\" is out of range for type smallint",
                "whole; 1.5; type: whole is 1.5, which is no integer (integer)",
                "whole; true; type: whole: invalid input syntax for type integer: \"true\"",
                "exact; 12345.6; type: exact: numeric field overflow",
                "short; \"abcd\"; type: short: value too long for type character varying(3)",
                "color; \"green\"; type: color: invalid input value for enum v.color: \"green\"",
                "plate; \"ab 12\"; type: plate: value for domain v.plate violates check constraint \"plate_check\"",
                "bits; \"10\"; type: bits: bit string length 2 does not match type bit(3)",
                "words; {\"a\": 1}; nested: words is an object, which a column of type text can't hold",
                "whole; [1]; nested: whole is an array, which a column of type integer can't hold",
                "tags; 7; type: tags is 7, which is no array (text[])",
                "grid; {\"a\": 1}; nested: grid is {\"a\":1}, which is no array (integer[])",
                "grid; [[1], [2, 3]]; type: grid: malformed array literal: \"{{\"1\"},{\"2\",\"3\"}}\"",
                "at; 1700000000; number_for_time: at is the number 1700000000, which is no timestamp with time zone",
                "day; 20260301; number_for_time: day is the number 20260301, which is no date",
                "at; \"yesterday\"; type: at is 'yesterday', which means another time each time it is read",
                "day; \"Today\"; type: day is 'Today', which means another time each time it is read",
                "at; \"10:00 tomorrow\"; type: at is '10:00 tomorrow', which means another time each time it is read",
                "span; 5; number_for_time: span is the number 5, which is no interval",
                "id; 7; type: id: invalid input syntax for type uuid: \"7\""
            })
    void aValueThatIsNoneOfTheTypeIsRejectedWithTheCause(String column, String json, String reject) {
        assertThat(value(column, json)).startsWith(reject);
    }

    @ParameterizedTest
    @CsvSource({
        "seconds, 1700000000, 2023-11-14 22:13:20+00",
        "seconds, 1700000000.25, 2023-11-14 22:13:20.25+00",
        "seconds, -1.5, 1969-12-31 23:59:58.5+00",
        "millis, 1700000000123, 2023-11-14 22:13:20.123+00",
        "millis, 1.7e12, 2023-11-14 22:13:20+00"
    })
    void aNumberIsAMomentWhereTheUnitIsSaid(Epoch epoch, String number, String moment) {
        assertThat(value(LoadOptions.of("v.t").withEpoch(epoch), "at", number)).isEqualTo(moment);
    }

    @Test
    void theUnitCanBeSaidForOneColumn() {
        fixture.load(
                LoadOptions.of("v.t").withMap("at:/gps/ts@millis,words:/gps/note"),
                "{\"gps\": {\"ts\": 1000, \"note\": \"x\"}}");

        assertThat(fixture.column("SELECT at = '1970-01-01 00:00:01Z' AND words = 'x' FROM v.t"))
                .containsExactly("t");
    }

    @Test
    void aTimestampWithoutAZoneIsOfTheZoneThatTheRouteSays() {
        fixture.load(
                LoadOptions.of("v.t").withTimezone(ZoneId.of("Europe/Amsterdam")), "{\"at\": \"2026-07-01 12:00\"}");

        assertThat(fixture.column("SELECT at = '2026-07-01 10:00Z' FROM v.t")).containsExactly("t");
    }

    @Test
    void aMissingFieldTakesTheDefaultAndANullDoesNot() {
        fixture.load(
                "v.t", "{\"whole\": 1}", "{\"whole\": 2, \"made\": null}", "{\"whole\": 3, \"made\": \"2021-01-01Z\"}");

        assertThat(
                        fixture.column(
                                "SELECT coalesce(extract(year FROM made AT TIME ZONE 'UTC')::text, 'null') FROM v.t ORDER BY whole"))
                .containsExactly("2020", "null", "2021");
    }

    @Test
    void anEmptyRecordIsARowOfDefaults() {
        assertThat(fixture.load("v.t", "{}").validated()).isEqualTo(1);
    }

    @Test
    void aTextOfAMegabyteIsKeptWhole() {
        assertThat(fixture.load("v.t", "{\"words\": \"" + "ü".repeat(1 << 20) + "\"}")
                        .validated())
                .isEqualTo(1);
        assertThat(fixture.column("SELECT length(words) FROM v.t")).containsExactly("1048576");
    }

    @Test
    void theMessageOfALongBadValueIsCut() {
        fixture.load("v.t", "{\"whole\": \"" + "x".repeat(1 << 20) + "\"}");

        assertThat(fixture.column("SELECT length(message) < 400 AND length(raw) > 1000000 FROM caravan.rejected"))
                .containsExactly("t");
    }

    @Test
    void aNulCharacterIsRejectedAndKeptByteForByte() {
        String record = "{\"words\": \"a\\u0000b\"}";
        RawRecord bare = RawRecord.of("{\"words\": \"a\0b\"}");
        fixture.loader(LoadOptions.of("v.t"))
                .load(Batch.of("test", LoadFixture.RECEIVED, List.of(RawRecord.of(record), bare)));

        assertThat(fixture.column("SELECT reason FROM caravan.rejected")).containsExactly("defect", "defect");
        assertThat(
                        fixture.column(
                                "SELECT convert_from(raw, 'UTF8') FROM caravan.rejected WHERE raw NOT LIKE '\\000'::bytea AND position('\\000'::bytea IN raw) = 0"))
                .containsExactly(record);
    }

    @Test
    void columnsThatTheTableMakesIgnoreFieldsOfTheirName() {
        assertThat(fixture.load("v.t", "{\"whole\": 2, \"n\": 99, \"twice\": 99}")
                        .validated())
                .isEqualTo(1);
        assertThat(fixture.column("SELECT n || ' ' || twice FROM v.t")).containsExactly("1 4");
    }

    @Test
    void namesOfColumnsAreDataWhateverTheyContain() {
        assertThat(fixture.load("v.t", "{\"weird \\\"; DROP TABLE v.t; --\": \"x\", \"a?b\": \"y\"}")
                        .validated())
                .isEqualTo(1);
    }

    @Test
    void unknownFieldsAreIgnoredUnlessTheRouteRejectsThem() {
        LoadOptions strict = LoadOptions.of("v.t").withUnknown(UnknownFields.reject);

        assertThat(fixture.load("v.t", "{\"whole\": 1, \"nope\": 2}").validated())
                .isEqualTo(1);
        assertThat(fixture.load(strict, "{\"whole\": 1, \"nope\": 2}").rejected())
                .isEqualTo(1);
        assertThat(fixture.rejects("v.t"))
                .containsExactly(
                        "unknown_field|no column takes the field 'nope'; add the column, map it, or say unknown=ignore");
    }

    @Test
    void whatNoColumnTakesGoesIntoTheRest() {
        fixture.load(
                LoadOptions.of("v.t").withRest("tree").withMap("words:/gps/note"),
                "{\"whole\": 1, \"speed\": 2.50, \"Lane\": null, \"gps\": {\"note\": \"n\"}}");

        assertThat(fixture.column("SELECT words || tree::text FROM v.t"))
                .containsExactly("n{\"Lane\": null, \"speed\": 2.50}");
    }

    @Test
    void aColumnCanTakeTheWholeRecord() {
        fixture.load(LoadOptions.of("v.t").withMap("doc:"), "{\"whole\": 1,  \"b\": 1e2}");

        assertThat(fixture.column("SELECT doc FROM v.t")).containsExactly("{\"whole\": 1,  \"b\": 1e2}");
    }

    @Test
    void twoFieldsForOneColumnAreAmbiguous() {
        fixture.sql("CREATE TABLE v.c (car_id int)");
        fixture.load("v.c", "{\"car_id\": 1, \"carId\": 2}");

        assertThat(fixture.rejects("v.c").get(0))
                .startsWith("ambiguous|car_id|the field 'carId' and another one both claim the column car_id");
    }
}
