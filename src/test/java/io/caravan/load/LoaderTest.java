package io.caravan.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class LoaderTest {
    private final LoadFixture fixture;

    LoaderTest(Database database) {
        this.fixture = new LoadFixture(database);
    }

    @BeforeEach
    void freshTables() {
        fixture.sql("""
                DROP SCHEMA IF EXISTS telematics CASCADE;
                CREATE SCHEMA telematics;
                CREATE TABLE telematics.packet (
                    id bigint GENERATED ALWAYS AS IDENTITY,
                    car_id int NOT NULL CHECK (car_id > 0),
                    rtc_time bigint NOT NULL,
                    created_at timestamptz NOT NULL DEFAULT now(),
                    data jsonb NOT NULL,
                    UNIQUE (rtc_time, car_id, data));
                TRUNCATE caravan.rejected, caravan.duplicate, caravan.load_batch""");
    }

    @Test
    void whatIsValidBecomesARow() {
        LoadReport report = fixture.load("telematics.packet", """
                {"car_id": 7, "rtc_time": 1700000000, "data": {"speed": 50}}""", """
                {"carId": 8, "rtcTime": 1700000001, "data": {"speed": 51.50}}""");

        assertThat(report.validated()).isEqualTo(2);
        assertThat(fixture.column("SELECT car_id || ' ' || data FROM telematics.packet ORDER BY 1"))
                .containsExactly("7 {\"speed\": 50}", "8 {\"speed\": 51.50}");
    }

    @Test
    void aFieldThatAColumnLooksIntoStillGoesWholeToTheColumnOfItsName() {
        LoadReport report = fixture.load(LoadOptions.of("telematics.packet").withMap("rtc_time:/data/at"), """
                {"car_id": 7, "data": {"at": 1700000000, "speed": 50}}""");

        assertThat(report.validated()).isEqualTo(1);
        assertThat(fixture.column("SELECT rtc_time || ' ' || data FROM telematics.packet"))
                .containsExactly("1700000000 {\"at\": 1700000000, \"speed\": 50}");
    }

    @Test
    void batchesBeforeAndAfterOneWithABadValueAreAccountedForAlike() {
        Loader loader = fixture.loader(LoadOptions.of("telematics.packet"));
        for (int batch = 0; batch < 30; batch++) {
            String second = batch % 7 == 3 ? "\"late\"" : "2";
            LoadReport report = loader.load(LoadFixture.batch(
                    """
                    {"car_id": %d, "rtc_time": 1, "data": {}}""".formatted(batch + 1), """
                    {"car_id": %d, "rtc_time": %s, "data": {}}""".formatted(batch + 1, second), """
                    {"car_id": 0, "rtc_time": 3, "data": {}}""", """
                    {"car_id": %d, "rtc_time": 1, "data": {}}""".formatted(batch + 1)));
            assertThat(report.validated()).as("batch " + batch).isEqualTo(batch % 7 == 3 ? 1 : 2);
            assertThat(report.rejected()).isEqualTo(batch % 7 == 3 ? 2 : 1);
            assertThat(report.duplicate()).isEqualTo(1);
        }
    }

    @Test
    void onlyTypesWhoseCastCutsNothingAreTakenOnTrust() {
        assertThat(List.of("integer", "numeric(10,2)", "text", "timestamp(3) with time zone", "jsonb"))
                .allMatch(type -> column(type).isCastAsItIsRead());
        assertThat(List.of("character varying(3)", "bit(3)", "character(2)", "integer[]", "telematics.grade"))
                .noneMatch(type -> column(type).isCastAsItIsRead());
    }

    private static Column column(String type) {
        return new Column(1, "c", type, ColumnKind.TEXT, ColumnKind.TEXT, false, null, false);
    }

    @Test
    void oneBadRecordIsKeptWithItsReasonAndTheOthersLoad() {
        LoadReport report = fixture.load("telematics.packet", """
                {"car_id": 1, "rtc_time": 1, "data": {}}""", """
                {"car_id": "x7", "rtc_time": 2, "data": {}}""", """
                {"car_id": -3, "rtc_time": 3, "data": {}}""", """
                {"rtc_time": 4, "data": {}}""", "{\"car_id\": 5,");

        assertThat(report.validated()).isEqualTo(1);
        assertThat(report.rejected()).isEqualTo(4);
        assertThat(fixture.rejects("telematics.packet"))
                .satisfiesExactlyInAnyOrder(
                        reject -> assertThat(reject).startsWith("defect|not JSON"),
                        reject -> assertThat(reject)
                                .isEqualTo("type|car_id|car_id: invalid input syntax for type integer: \"x7\""),
                        reject -> assertThat(reject).startsWith("check|car_id|the check packet_car_id_check is false"),
                        reject -> assertThat(reject).startsWith("not_null|car_id|car_id is missing or null"));
    }

    @Test
    void whatIsThereAlreadyIsLoggedWithItsKeyAndHowLateItCame() {
        String packet = """
                {"car_id": 7, "rtc_time": 1700000000, "data": {"speed": 50}}""";
        fixture.load("telematics.packet", packet);

        LoadReport report = fixture.load("telematics.packet", packet, packet);

        assertThat(report.duplicate()).isEqualTo(2);
        assertThat(fixture.rows("SELECT key->>'car_id' AS car, raw, late >= '0 s' AS late FROM caravan.duplicate"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row)
                        .containsEntry("car", "7")
                        .containsEntry("raw", packet)
                        .containsEntry("late", "t"));
    }

    @Test
    void theFirstOfTwoEqualKeysInABatchIsTheRow() {
        fixture.sql("CREATE TABLE telematics.state (car_id int PRIMARY KEY, note text)");

        LoadReport report = fixture.load(
                "telematics.state",
                "{\"car_id\": 2, \"note\": \"a\"}",
                "{\"car_id\": 1, \"note\": \"b\"}",
                "{\"car_id\": 1, \"note\": \"c\"}",
                "{\"car_id\": 2, \"note\": \"d\"}");

        assertThat(report.validated()).isEqualTo(2);
        assertThat(fixture.column("SELECT note FROM telematics.state ORDER BY 1"))
                .containsExactly("a", "b");
        assertThat(fixture.column("SELECT raw FROM caravan.duplicate ORDER BY 1"))
                .containsExactly("{\"car_id\": 1, \"note\": \"c\"}", "{\"car_id\": 2, \"note\": \"d\"}");
    }

    @Test
    void theReportIsKeptWithTheBatch() {
        LoadReport report = fixture.load("telematics.packet", "{\"car_id\": 1, \"rtc_time\": 1, \"data\": {}}", "{}");

        assertThat(fixture.column("SELECT concat_ws(' ', table_name, source, staged, validated, duplicate, rejected)"
                        + " FROM caravan.load_batch WHERE batch = '" + report.batch() + "'"))
                .containsExactly("telematics.packet test 2 1 0 1");
    }

    @Test
    void aMissingTableIsToldWithTheNamesThatComeNear() {
        assertThatThrownBy(() -> fixture.load("telematics.packets", "{}"))
                .isInstanceOf(LoadException.class)
                .hasMessage(
                        "There is no table telematics.packets, so nothing was loaded. Did you mean telematics.packet? "
                                + "Create it with a migration in sql/<system>/, or mend the name in the route");
    }
}
