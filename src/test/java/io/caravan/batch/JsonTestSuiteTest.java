package io.caravan.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The files of nst/JSONTestSuite: y_ is JSON, n_ is not, i_ is for the implementation to decide. Ours decides strictly: whatever could be stored as something other
 * than what was sent is a defect with a reason.
 */
class JsonTestSuiteTest {
    /** JSON, but refused because it is ambiguous or because PostgreSQL cannot store it. */
    private static final Map<String, String> REFUSED_ALTHOUGH_JSON = Map.of(
            "y_object_duplicated_key.json", "member name 'a' stands twice",
            "y_object_duplicated_key_and_value.json", "member name 'a' stands twice",
            "y_object_escaped_null_in_key.json", "\\u0000 at /foo\uFFFDbar",
            "y_string_null_escape.json", "\\u0000 at /0");

    /** Of what is for us to decide, only exact integers of any usual size are taken. */
    private static final Set<String> ACCEPTED_OF_EITHER = Set.of(
            "i_number_too_big_neg_int.json", "i_number_too_big_pos_int.json", "i_number_very_big_negative_int.json");

    @Test
    void everyFileIsAValueOrHasAReason() throws Exception {
        for (Path file : SharedData.files("json-test-suite/test_parsing")) {
            String name = file.getFileName().toString();
            Optional<String> defect = defectOfValue(Files.readAllBytes(file));

            if (accepted(name)) {
                assertThat(defect).as(name).isEmpty();
            } else if (REFUSED_ALTHOUGH_JSON.containsKey(name)) {
                assertThat(defect).as(name).contains(REFUSED_ALTHOUGH_JSON.get(name));
            } else if (name.startsWith("n_")) {
                assertThat(defect.orElse(""))
                        .as(name)
                        .matches("(?s)(not JSON: |not valid UTF-8 at byte |nested deeper than ).+");
            } else {
                assertThat(defect.orElse("")).as(name).isNotBlank();
            }
        }
    }

    @Test
    void aFileIsAGoodRecordExactlyWhenItIsAnAcceptedObject() throws Exception {
        for (Path file : SharedData.files("json-test-suite/test_parsing")) {
            String name = file.getFileName().toString();
            byte[] text = Files.readAllBytes(file);
            RawRecord record = RecordParser.STRICT.parse(text);

            assertThat(record.isGood())
                    .as(name)
                    .isEqualTo(
                            accepted(name) && new ObjectMapper().readTree(text).isObject());
            assertThat(record.text()).isSameAs(text);
        }
    }

    /** The file stands as a member's value in the first of two records. */
    @Test
    void insideAPageAFileHarmsItsOwnRecordOrThePageIsRefused() throws Exception {
        for (Path file : SharedData.files("json-test-suite/test_parsing")) {
            String name = file.getFileName().toString();
            byte[] body = around("{\"next\":7,\"data\":[{\"v\":", Files.readAllBytes(file), "},{\"ok\":1}]}");
            Optional<JsonPage> page = page(body, "/data");

            if (accepted(name)) {
                assertThat(page.orElseThrow().records())
                        .as(name)
                        .allMatch(RawRecord::isGood)
                        .hasSize(2);
            } else {
                page.ifPresent(read -> {
                    assertThat(read.records())
                            .as(name)
                            .extracting(RawRecord::isGood)
                            .containsExactly(false, true);
                    assertThat(read.envelope()).hasToString("{\"next\":7,\"data\":[]}");
                });
            }
        }
    }

    @Test
    void asAPageAFileIsAnArrayOrRefused() throws Exception {
        for (Path file : SharedData.files("json-test-suite/test_parsing")) {
            String name = file.getFileName().toString();
            byte[] body = Files.readAllBytes(file);
            Optional<JsonPage> page = page(body, "");

            if (name.startsWith("y_")) {
                JsonNode whole = new ObjectMapper().readTree(body);
                assertThat(page.isPresent()).as(name).isEqualTo(whole.isArray());
                page.ifPresent(read -> assertThat(read.records()).as(name).hasSize(whole.size()));
            } else {
                page.ifPresent(read -> assertThat(read.records()).as(name).noneMatch(RawRecord::isGood));
            }
        }
    }

    @Test
    void asLinesAndAsCsvEveryFileIsReadToItsEnd() throws Exception {
        for (Path file : SharedData.files("json-test-suite/test_parsing")) {
            byte[] body = Files.readAllBytes(file);
            List<RawRecord> lines =
                    JsonPage.readLines(body, RecordParser.STRICT).records();

            assertThat(lines)
                    .allMatch(record -> record.isGood() || record.defect().isPresent());
            try (RecordReader reader = RecordReader.csv(
                    Files.newInputStream(file), "f", ReaderOptions.DEFAULT.withColumns(List.of("a")))) {
                reader.forEachRemaining(batch -> assertThat(batch.size()).isPositive());
                assertThat(reader.bytesRead()).isIn(0L, (long) body.length);
            }
        }
    }

    @Test
    void whereParsersDifferWeKeepWhatWasSentOrRefuse() throws Exception {
        for (Path file : SharedData.files("json-test-suite/test_transform")) {
            String name = file.getFileName().toString();
            byte[] text = Files.readAllBytes(file);
            boolean refused = name.contains("invalid_codepoint")
                    || name.contains("same_key")
                    || name.contains("NULL")
                    || name.contains("1e-999");

            assertThat(defectOfValue(text).isPresent()).as(name).isEqualTo(refused);
            if (name.startsWith("number_") && !refused) {
                String sent = new String(text, UTF_8).replaceAll("[\\[\\]\\s]", "");
                assertThat(CanonicalForm.TEXT.canonical(RecordParser.STRICT.value(text)))
                        .as(name)
                        .isEqualTo(("[" + sent + "]").getBytes(UTF_8));
            }
        }
    }

    private static boolean accepted(String name) {
        return ACCEPTED_OF_EITHER.contains(name) || (name.startsWith("y_") && !REFUSED_ALTHOUGH_JSON.containsKey(name));
    }

    private static Optional<String> defectOfValue(byte[] text) {
        try {
            RecordParser.STRICT.value(text);
            return Optional.empty();
        } catch (DefectException e) {
            return Optional.of(e.reason());
        }
    }

    private static Optional<JsonPage> page(byte[] body, String records) {
        try {
            return Optional.of(JsonPage.read(body, JsonPointer.compile(records), RecordParser.STRICT));
        } catch (BadPageException e) {
            assertThat(e.reason()).isNotBlank();
            return Optional.empty();
        }
    }

    private static byte[] around(String before, byte[] middle, String after) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(before.getBytes(UTF_8));
        all.write(middle);
        all.write(after.getBytes(UTF_8));
        return all.toByteArray();
    }
}
