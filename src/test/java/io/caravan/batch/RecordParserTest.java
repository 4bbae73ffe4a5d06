package io.caravan.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordParserTest {
    @Test
    void aGoodRecordHasItsBytesAndItsValue() {
        RawRecord record = parse("{\"speed\": 1.50, \"id\": 9007199254740993, \"on\": true}");

        assertThat(record.printable()).isEqualTo("{\"speed\": 1.50, \"id\": 9007199254740993, \"on\": true}");
        assertThat(record.value().get("speed").decimalValue()).isEqualTo(new BigDecimal("1.50"));
        assertThat(record.value().get("id").longValue()).isEqualTo(9007199254740993L);
        assertThat(record.defect()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1]|a record must be an object, this is an array",
                "null|a record must be an object, this is null",
                "{\"a\":1}{}|not JSON: something follows the value at byte 8",
                "{\"a\":{\"b\":1,\"b\":1}}|member name 'b' stands twice",
                "{\"a\":[\"x\\udc00\"]}|lone surrogate \\udc00 at /a/0",
                "{\"x\\u0000\":1}|\\u0000 at /x\uFFFD",
                "{\"a\":1e401}|number 1e401 is beyond 1e±400, at /a",
                "{\"a\":-1e-401}|number -1e-401 is beyond 1e±400, at /a",
                "{\"a\":0e99999999999}|number 0e99999999999 is beyond 1e±400, at /a",
                "{\"a\":0e-99999}|number 0e-99999 is beyond 1e±400, at /a",
                "{\"a\":01}|not JSON: Invalid numeric value: Leading zeroes not allowed near byte 6",
                "``|not JSON: empty",
            })
    void aDefectSaysWhatAndWhere(String text, String reason) {
        assertThat(parse(text).defect())
                .hasValueSatisfying(defect -> assertThat(defect).startsWith(reason));
    }

    @Test
    void depthAndDigitsHaveLimits() {
        RecordParser parser = new RecordParser(new Limits(3, 5, 10));

        assertThat(parser.parse("{\"a\":[[1]]}".getBytes(UTF_8)).isGood()).isTrue();
        assertThat(parser.parse("{\"a\":[[[1]]]}".getBytes(UTF_8)).defect()).contains("nested deeper than 3");
        assertThat(parser.parse("{\"a\":12345}".getBytes(UTF_8)).isGood()).isTrue();
        assertThat(parser.parse("{\"a\":123456}".getBytes(UTF_8)).defect()).isPresent();
        assertThat(parse("{\"a\":".repeat(100_000)).defect()).contains("nested deeper than 100");
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        byte[] overlong = {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'};
        byte[] surrogate = {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'};
        byte[] utf16 = "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE);

        assertThat(RecordParser.STRICT.parse(overlong).defect()).contains("not valid UTF-8 at byte 3");
        assertThat(RecordParser.STRICT.parse(surrogate).defect()).contains("not valid UTF-8 at byte 3");
        assertThat(RecordParser.STRICT.parse(utf16).defect()).contains("not JSON: NUL byte at byte 2");
    }

    @Test
    void aDefectiveRecordHasNoValue() {
        assertThatThrownBy(() -> parse("[]").value())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must be an object");
    }

    @Test
    void aRecordMadeFromAMapIsJsonLikeAnyOther() {
        RawRecord record = RawRecord.of(Map.of("at", Instant.EPOCH));

        assertThat(record.printable()).isEqualTo("{\"at\":\"1970-01-01T00:00:00Z\"}");
        assertThat(RawRecord.of(Map.of("x", "\0")).defect()).contains("\\u0000 at /x");
    }

    private static RawRecord parse(String text) {
        return RecordParser.STRICT.parse(text.getBytes(UTF_8));
    }
}
