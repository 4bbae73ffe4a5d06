package io.caravan.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    @Test
    void itIsTheBeginningOfTheSha256OfTheCanonicalBytes() {
        Fingerprint fingerprint = Fingerprint.of(CanonicalForm.EXACT, value("{ }"), List.of());

        // printf '{}' | sha256sum
        assertThat(fingerprint.hash()).hasToString("44136fa3-55b3-678a-1146-ad16f7e8649e");
        assertThat(fingerprint.version()).isEqualTo((short) 1);
    }

    @Test
    void onlyTheNamedFieldsCountInWhateverOrderTheyAreNamed() {
        JsonNode one = value("{\"car\":1,\"seen\":\"12:00\",\"gps\":{\"lat\":52.0,\"lon\":4}}");
        JsonNode other = value("{\"seen\":\"12:30\",\"gps\":{\"lat\":52,\"lon\":5},\"car\":1.0}");

        assertThat(of(one, "car", "/gps/lat")).isEqualTo(of(other, "/gps/lat", "car"));
        assertThat(of(one, "car", "gps")).isNotEqualTo(of(other, "car", "gps"));
    }

    @Test
    void anAbsentMemberDiffersFromNull() {
        assertThat(of(value("{\"a\":1}"), "a", "b")).isNotEqualTo(of(value("{\"a\":1,\"b\":null}"), "a", "b"));
        assertThat(of(value("{\"a\":1}"), "b")).isEqualTo(of(value("{}"), "b"));
    }

    @Test
    void aNameWithASlashInsideIsJustAName() {
        assertThat(new String(
                        new Fingerprinter(CanonicalForm.EXACT, List.of("a/b~c")).canonical(value("{\"a/b~c\":1}")),
                        StandardCharsets.UTF_8))
                .isEqualTo("{\"a/b~c\":1}");
    }

    @Test
    void aFieldWithoutANameIsRefused() {
        assertThatThrownBy(() -> new Fingerprinter(CanonicalForm.EXACT, List.of("a", " ")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyFormHasItsOwnVersion() {
        Set<Short> versions = new HashSet<>();
        for (CanonicalForm form : CanonicalForm.values()) {
            versions.add(form.version());
        }

        assertThat(versions).hasSameSizeAs(CanonicalForm.values());
    }

    @Test
    void shufflingKeysNeverChangesItAndChangingAnyDigitAlwaysDoes() {
        Random random = new Random(42);
        Fingerprinter fingerprinter = new Fingerprinter(CanonicalForm.EXACT, List.of());
        for (int i = 0; i < 2_000; i++) {
            ObjectNode record = RandomJson.object(random, 3);
            Fingerprint fingerprint = fingerprinter.of(value(record.toString()));

            assertThat(fingerprinter.of(value(shuffled(record, random).toPrettyString())))
                    .isEqualTo(fingerprint);
            assertThat(fingerprinter.of(value(withOneDigitChanged(record.toString(), random))))
                    .isNotEqualTo(fingerprint);
        }
    }

    private static ObjectNode shuffled(ObjectNode object, Random random) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        Collections.shuffle(names, random);
        ObjectNode shuffled = JsonNodeFactory.instance.objectNode();
        for (String name : names) {
            JsonNode member = object.get(name);
            shuffled.set(name, member instanceof ObjectNode nested ? shuffled(nested, random) : member);
        }
        return shuffled;
    }

    /** Replaces one digit after a colon or in a text by another that is neither zero nor the same. */
    private static String withOneDigitChanged(String json, Random random) {
        List<Integer> digits = new ArrayList<>();
        for (int at = 0; at < json.length(); at++) {
            if (Character.isDigit(json.charAt(at))) {
                digits.add(at);
            }
        }
        int at = digits.get(random.nextInt(digits.size()));
        char other = json.charAt(at) == '7' ? '3' : '7';
        return json.substring(0, at) + other + json.substring(at + 1);
    }

    private static Fingerprint of(JsonNode record, String... fields) {
        return Fingerprint.of(CanonicalForm.EXACT, record, List.of(fields));
    }

    private static JsonNode value(String json) {
        return RawRecord.of(json).value();
    }
}
