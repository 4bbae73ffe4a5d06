package io.caravan.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pages made by chance from fixed seeds, whole and spoilt. */
class JsonFuzzTest {
    private static final JsonPointer DATA = JsonPointer.compile("/page/data");
    private static final byte[] LIKELY = "{}[]\",:\\ 0e-.tn\n".getBytes(UTF_8);
    private static final JsonMapper JACKSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    @Test
    void aPageGivesTheRecordsThatWereSent() throws Exception {
        Random random = new Random(8259);
        for (int i = 0; i < 1_000; i++) {
            List<String> sent = records(random);
            JsonPage page = JsonPage.read(page(sent).getBytes(UTF_8), DATA, RecordParser.STRICT);

            assertThat(page.records()).extracting(RawRecord::printable).containsExactlyElementsOf(sent);
            for (RawRecord record : page.records()) {
                assertThat(CanonicalForm.EXACT.canonical(record.value()))
                        .isEqualTo(CanonicalForm.EXACT.canonical(JACKSON.readTree(record.text())));
            }
        }
    }

    @Test
    void aSpoiltPageIsRefusedOrItsGoodRecordsAreJson() throws Exception {
        Random random = new Random(7493);
        int refused = 0;
        int defects = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] body = spoil(page(records(random)).getBytes(UTF_8), random);
            try {
                for (RawRecord record :
                        JsonPage.read(body, DATA, RecordParser.STRICT).records()) {
                    if (record.isGood()) {
                        assertThat(CanonicalForm.EXACT.canonical(record.value()))
                                .isEqualTo(CanonicalForm.EXACT.canonical(JACKSON.readTree(record.text())));
                    } else {
                        defects++;
                    }
                }
            } catch (BadPageException e) {
                refused++;
            }
        }

        assertThat(refused).isBetween(1_000, 19_000);
        assertThat(defects).isGreaterThan(1_000);
    }

    @Test
    void noiseIsNeverMoreThanABadPageOrADefect() {
        Random random = new Random(404);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            for (int at = 0; at < noise.length; at++) {
                if (random.nextInt(3) > 0) {
                    noise[at] = LIKELY[random.nextInt(LIKELY.length)];
                }
            }

            assertThat(RecordParser.STRICT.parse(noise).text()).isSameAs(noise);
            try {
                JsonPage.read(
                        noise,
                        random.nextBoolean() ? JsonPointer.empty() : JsonPointer.compile("/0/a"),
                        RecordParser.STRICT);
            } catch (BadPageException e) {
                assertThat(e.reason()).isNotBlank();
            }
        }
    }

    private static List<String> records(Random random) {
        List<String> records = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            ObjectNode object = RandomJson.object(random, 2);
            records.add(random.nextBoolean() ? object.toString() : object.toPrettyString());
        }
        return records;
    }

    private static String page(List<String> records) {
        return "{\"next\": \"a]\",\"page\":{\"data\":[ " + String.join(" ,", records) + "\n]}, \"more\":[{}]}";
    }

    /** Changes, drops or doubles a few bytes. */
    private static byte[] spoil(byte[] page, Random random) {
        byte[] spoilt = page;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(spoilt.length);
            byte other = random.nextInt(4) == 0 ? (byte) random.nextInt() : LIKELY[random.nextInt(LIKELY.length)];
            switch (random.nextInt(3)) {
                case 0 -> spoilt[at] = other;
                case 1 -> System.arraycopy(spoilt.clone(), at, spoilt, at + 1, spoilt.length - at - 1);
                default -> {
                    byte[] shorter = Arrays.copyOf(spoilt, spoilt.length - 1);
                    System.arraycopy(spoilt, at + 1, shorter, at, shorter.length - at);
                    spoilt = shorter;
                }
            }
        }
        return spoilt;
    }
}
