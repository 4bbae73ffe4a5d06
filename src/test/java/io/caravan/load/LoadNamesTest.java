package io.caravan.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadNamesTest {
    @ParameterizedTest
    @CsvSource({
        "carId, car_id",
        "car_id, car_id",
        "CarID, car_id",
        "HTTPPort, http_port",
        "car-id, car_id",
        "Car Id, car_id",
        "speed2Max, speed2_max",
        "x, x",
        "ÄrgerId, ärger_id"
    })
    void fieldNamesMeetColumnNamesInSnakeCase(String field, String column) {
        assertThat(FieldNames.snake(field)).isEqualTo(column);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Telematics.Packet | \"telematics\".\"packet\"",
                "packet | \"packet\"",
                "\"My Fleet\".\"a.b\" | \"My Fleet\".\"a.b\"",
                "\"a\"\"; DROP TABLE x; --\" | \"a\"\"; DROP TABLE x; --\""
            })
    void tableNamesAreReadAndQuotedAsSqlDoes(String text, String sql) {
        assertThat(TableName.parse(text).sql()).isEqualTo(sql);
    }

    @Test
    void aNameOfThreePartsNamesNoTable() {
        assertThatThrownBy(() -> TableName.parse("a.b.c"))
                .hasMessageStartingWith("'a.b.c' names no table. Write schema.table");
    }

    @Test
    void aQuestionMarkIsDoubledOnlyWhereJdbcWouldTakeItForAParameter() {
        assertThat(Sql.expression("(d ? 'a?''?'::text) AND (\"x?\" ?| e)"))
                .isEqualTo("(d ?? 'a?''?'::text) AND (\"x?\" ??| e)");
    }

    @Test
    void aReportThatDoesNotAddUpFailsTheBatch() {
        assertThatThrownBy(() ->
                        new LoadReport("t", new java.util.UUID(0, 1), "s", null, 3, 1, 1, 0, java.time.Duration.ZERO))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining(
                        "3 staged, but 1 validated + 1 duplicate + 0 rejected. Nothing of it was committed");
    }
}
