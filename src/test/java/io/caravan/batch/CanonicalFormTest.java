package io.caravan.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalFormTest {
    @Test
    void theStandardsVectorsComeOutByteForByte() throws Exception {
        for (Path input : SharedData.files("rfc8785-jcs/input")) {
            Path output = input.resolveSibling("../output").resolve(input.getFileName());
            JsonNode value = RecordParser.STRICT.value(Files.readAllBytes(input));

            assertThat(CanonicalForm.RFC8785.canonical(value))
                    .as(input.toString())
                    .isEqualTo(Files.readAllBytes(output));
        }
    }

    /** The samples of RFC 8785, appendix B, given as the bits of the double. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0",
        "8000000000000000, 0",
        "0000000000000001, 5e-324",
        "8000000000000001, -5e-324",
        "7fefffffffffffff, 1.7976931348623157e+308",
        "ffefffffffffffff, -1.7976931348623157e+308",
        "4340000000000000, 9007199254740992",
        "c340000000000000, -9007199254740992",
        "4430000000000000, 295147905179352830000",
        "44b52d02c7e14af5, 9.999999999999997e+22",
        "44b52d02c7e14af6, 1e+23",
        "44b52d02c7e14af7, 1.0000000000000001e+23",
        "444b1ae4d6e2ef4e, 999999999999999700000",
        "444b1ae4d6e2ef4f, 999999999999999900000",
        "444b1ae4d6e2ef50, 1e+21",
        "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
        "3eb0c6f7a0b5ed8d, 0.000001",
        "41b3de4355555553, 333333333.3333332",
        "41b3de4355555554, 333333333.33333325",
        "41b3de4355555555, 333333333.3333333",
        "41b3de4355555556, 333333333.3333334",
        "41b3de4355555557, 333333333.33333343",
        "becbf647612f3696, -0.0000033333333333333333",
        "43143ff3c1cb0959, 1424953923781206.2",
    })
    void numbersAreWrittenAsEcmaScriptDoes(String bits, String written) {
        double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));

        assertThat(EcmaScriptNumber.format(new BigDecimal(value))).isEqualTo(written);
    }

    @Test
    void anyDoubleGetsTheFewestDigitsThatGiveItBack() {
        Random random = new Random(8785);
        for (int i = 0; i < 5_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value) && value != 0) {
                String written = EcmaScriptNumber.format(new BigDecimal(value));

                assertThat(new BigDecimal(written)).isEqualByComparingTo(shortestBySearch(value));
            }
        }
    }

    /** By the letter of ECMA-262: the smallest number of digits, then the nearest decimal of so many (the even one of two) that is read as the same double. */
    private static BigDecimal shortestBySearch(double value) {
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; ; digits++) {
            BigDecimal below = exact.round(new MathContext(digits, RoundingMode.FLOOR));
            BigDecimal above = exact.round(new MathContext(digits, RoundingMode.CEILING));
            BigDecimal near = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            BigDecimal far = near.compareTo(below) == 0 ? above : below;
            if (near.doubleValue() == value) {
                return near;
            }
            if (far.doubleValue() == value) {
                return far;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1.0, 1",
        "1e0, 1",
        "10E-1, 1",
        "100, 100",
        "1e2, 100",
        "-0, 0",
        "-0.0, 0",
        "0e5, 0",
        "0.00, 0",
        "1.50, 1.5",
        "-12.3400, -12.34",
        "1e-7, 0.0000001",
        "2147483647, 2147483647",
        "-2147483648, -2147483648",
        "999999999, 999999999",
        "1000000000, 1000000000",
        "9007199254740993, 9007199254740993",
        "9007199254740992.0, 9007199254740992",
        "12345678901234567890.10, 12345678901234567890.1",
        "0.1000000000000000055511151231257827, 0.1000000000000000055511151231257827",
    })
    void exactNumbersAreTheSameWhenTheirValueIs(String sent, String canonical) throws Exception {
        assertThat(canonical(CanonicalForm.EXACT, sent)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "9007199254740993, 9007199254740992",
        "1.0, 1",
        "1e2, 100",
        "-0, 0",
        "1e21, 1e+21",
        "1e-7, 1e-7",
        "0.1000000000000000055511151231257827, 0.1",
        "1e-400, 0",
        "2.4e-324, 0",
        "9.9e-324, 1e-323",
    })
    void theStandardRoundsToDoubles(String sent, String canonical) throws Exception {
        assertThat(canonical(CanonicalForm.RFC8785, sent)).isEqualTo(canonical);
    }

    @Test
    void aNumberBeyondAnyDoubleIsWrittenInFull() throws Exception {
        assertThat(canonical(CanonicalForm.RFC8785, "1.0e309")).isEqualTo("1" + "0".repeat(309));
        assertThat(canonical(CanonicalForm.EXACT, "1.0e309")).isEqualTo("1" + "0".repeat(309));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1.0, 1.0",
        "1e0, 1e0",
        "1E+2, 1E+2",
        "-0, -0",
        "-0.0, -0.0",
        "0.10, 0.10",
        "0.00000001, 0.00000001",
        "9007199254740993, 9007199254740993"
    })
    void textKeepsNumbersAsSent(String sent, String canonical) throws Exception {
        assertThat(canonical(CanonicalForm.TEXT, sent)).isEqualTo(canonical);
    }

    @Test
    void membersAreSortedByUtf16CodeUnits() throws Exception {
        String sent = "{\"\uD83D\uDE00\":1, \"\uFB33\":2, \"z\":3, \"\":4, \"Z\":5, \"\u00e9\":{\"b\":1,\"a\":[3,1]}}";

        assertThat(canonical(CanonicalForm.EXACT, sent))
                .isEqualTo("{\"\":4,\"Z\":5,\"z\":3,\"\u00e9\":{\"a\":[3,1],\"b\":1},\"\uD83D\uDE00\":1,\"\uFB33\":2}");
    }

    @Test
    void textsAreEscapedOnlyWhereTheyMustBe() throws Exception {
        String sent = "\"\\u0008\\t\\n\\f\\r\\u001f\\u007f\\\"\\\\\\/\\u20ac\\ud83d\\ude00é\"";

        assertThat(canonical(CanonicalForm.EXACT, sent))
                .isEqualTo("\"\\b\\t\\n\\f\\r\\u001f\u007f\\\"\\\\/\u20ac\uD83D\uDE00é\"");
    }

    @Test
    void longValuesGrowTheBuffer() throws Exception {
        String sent = "[\"" + "x".repeat(1_000_000) + "\"," + "1,".repeat(10_000) + "\"é\"]";

        assertThat(canonical(CanonicalForm.EXACT, sent)).isEqualTo(sent);
    }

    @Test
    void whatIsNoJsonHasNoCanonicalForm() {
        assertRefused(TextNode.valueOf("\uD800"), "\\ud800");
        assertRefused(DoubleNode.valueOf(Double.NaN), "NaN");
        assertRefused(JsonNodeFactory.instance.numberNode(new BigDecimal("1e999999")), "too far");
        assertRefused(JsonNodeFactory.instance.pojoNode(new Object()), "POJONode");
    }

    private static void assertRefused(JsonNode value, String reason) {
        assertThatThrownBy(() -> CanonicalForm.EXACT.canonical(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    private static String canonical(CanonicalForm form, String sent) throws Exception {
        return new String(form.canonical(RecordParser.STRICT.value(sent.getBytes(UTF_8))), UTF_8);
    }
}
