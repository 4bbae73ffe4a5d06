package io.caravan.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import org.junit.jupiter.api.Test;

class JsonPageTest {
    @Test
    void recordsKeepTheirExactBytesAndTheRestIsTheEnvelope() throws Exception {
        JsonPage page =
                read("{\"next\":\"abc\", \"data\" : [ {\"a\": 1.0} , {\"b\":\"],[\"}\n], \"more\":true}", "/data");

        assertThat(page.records()).extracting(RawRecord::printable).containsExactly("{\"a\": 1.0}", "{\"b\":\"],[\"}");
        assertThat(page.records()).extracting(RawRecord::number).containsExactly(1L, 2L);
        assertThat(page.envelope()).hasToString("{\"next\":\"abc\",\"data\":[],\"more\":true}");
    }

    @Test
    void theBodyMayBeTheArrayItself() throws Exception {
        JsonPage page = read("\uFEFF [{\"a\":1},{\"a\":2}] ", "");

        assertThat(page.records()).hasSize(2);
        assertThat(page.envelope()).hasToString("[]");
    }

    @Test
    void thePointerGoesThroughObjectsArraysAndEscapedNames() throws Exception {
        String body = "{\"x\":[1,{\"a/b\":{\"\\u0064ata\":[{\"id\":7}]}}]}";

        assertThat(read(body, "/x/1/a~1b/data").records()).hasSize(1);
    }

    @Test
    void anEmptyPageIsAPage() throws Exception {
        assertThat(read("{\"data\":[ ]}", "/data").records()).isEmpty();
    }

    @Test
    void aBadRecordStaysAmongGoodOnes() throws Exception {
        JsonPage page = read(
                "{\"data\":[{\"a\":1},{\"a\":NaN},{\"a\":1,\"a\":2},{\"a\":\"\\ud800\"},{\"a\":\"\\u0000\"},{\"a\":1e999},7,{\"a\":2}]}",
                "/data");

        assertThat(page.records())
                .extracting(record -> record.defect().orElse("good"))
                .satisfiesExactly(
                        one -> assertThat(one).isEqualTo("good"),
                        two -> assertThat(two).isEqualTo("not JSON: Non-standard token 'NaN' near byte 8"),
                        three -> assertThat(three).isEqualTo("member name 'a' stands twice"),
                        four -> assertThat(four).isEqualTo("lone surrogate \\ud800 at /a"),
                        five -> assertThat(five).isEqualTo("\\u0000 at /a"),
                        six -> assertThat(six).isEqualTo("number 1e999 is beyond 1e±400, at /a"),
                        seven -> assertThat(seven).isEqualTo("a record must be an object, this is a number"),
                        eight -> assertThat(eight).isEqualTo("good"));
        assertThat(page.records().get(1).printable()).isEqualTo("{\"a\":NaN}");
    }

    @Test
    void aBodyThatIsNoPageSaysWhy() {
        assertBad("", "/data", "the page is not JSON: it ends too early, after 0 bytes");
        assertBad("<html>", "/data", "not JSON", "'<'");
        assertBad("{\"data\":[{\"a\":1},", "/data", "ends too early");
        assertBad("{\"data\":[{\"a\":1]]}", "/data", "']' at byte 16");
        assertBad("{\"data\":[{\"a\":1} {\"a\":2}]}", "/data", "'{' at byte 18 where ','");
        assertBad("{\"data\":[{\"a\":1}]} x", "/data", "not JSON");
        assertBad("{\"data\":[{\"a\":1},]}", "/data", "where a value should be");
        assertBad(
                "{\"items\":[],\"next\":null}",
                "/data",
                "no array of records at /data: found nothing; the body has items, next");
        assertBad("{\"data\":null}", "/data", "no array of records at /data: found a value of type null");
        assertBad("{\"data\":{}}", "", "no array of records as the whole body: found a value of type object");
        assertBad("{\"data\":[],\"data\":[]}", "/data", "member name 'data' stands twice");
    }

    @Test
    void linesAreRecordsToo() {
        JsonPage page = JsonPage.readLines("{\"a\":1}\r\n\n{\"a\":\n{\"a\":3}".getBytes(UTF_8), RecordParser.STRICT);

        assertThat(page.records()).extracting(RawRecord::number).containsExactly(1L, 3L, 4L);
        assertThat(page.records()).extracting(RawRecord::isGood).containsExactly(true, false, true);
    }

    private static void assertBad(String body, String pointer, String... reason) {
        assertThatThrownBy(() -> read(body, pointer))
                .isInstanceOf(BadPageException.class)
                .hasMessageContainingAll(reason);
    }

    private static JsonPage read(String body, String pointer) throws BadPageException {
        return JsonPage.read(body.getBytes(UTF_8), JsonPointer.compile(pointer), RecordParser.STRICT);
    }
}
