package io.caravan.alert.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lengths: 3GPP TS 23.038 (alphabets) and 23.040 (parts). */
class SmsTest {
    private static final String LINK = "Acknowledge #1: https://caravan.example.org/answer/AWEAAAAAAAAAAWmm";

    @ParameterizedTest
    @CsvSource({
        "a, 160, 1",
        "a, 161, 2",
        "a, 306, 2",
        "a, 307, 3",
        "a, 459, 3",
        "a, 460, 4",
        "é, 160, 1",
        "€, 80, 1",
        "€, 81, 2",
        "[, 152, 2",
        "[, 153, 3",
        "ê, 70, 1",
        "ê, 71, 2",
        "ê, 134, 2",
        "ê, 135, 3",
        "ê, 201, 3",
        "ê, 202, 4",
        "🚚, 35, 1",
        "🚚, 36, 2",
        "🚚, 66, 2",
        "🚚, 67, 3"
    })
    void partsAreCountedByTheUnitsOfTheirAlphabet(String character, int times, int parts) {
        assertThat(Sms.parts(character.repeat(times))).isEqualTo(parts);
    }

    @Test
    void aLongTextIsCutAndItsEndIsNot() {
        String gsm = Sms.fit("Silent. ".repeat(200), LINK, 3);
        assertThat(gsm).startsWith("Silent. ").endsWith("...\n" + LINK).hasSizeBetween(455, 459);
        String ucs = Sms.fit("🚚".repeat(200), LINK, 3);
        assertThat(ucs).endsWith("🚚...\n" + LINK).hasSizeBetween(198, 201);
        assertThat(Sms.parts(ucs)).isEqualTo(3);
    }

    @Test
    void whatIsOnlyTypographyMakesNoTextLonger() {
        assertThat(Sms.fit("Anna’s “fleet” — 3–4 cars…", "", 3)).isEqualTo("Anna's \"fleet\" - 3-4 cars...");
    }
}
