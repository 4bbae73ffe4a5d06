package io.caravan.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
    private static final ReaderOptions OPTIONS = ReaderOptions.DEFAULT.withClock(Clock.fixed(NOON, ZoneOffset.UTC));

    @Test
    void aRowIsAnObjectOfTextsByTheHeadersNames() throws Exception {
        List<RawRecord> rows = csv("\uFEFFtimestamp,direction\r\n2018-02-01,-1\r\n\r\n\"a \"\"b\"\"\r\n,c\",\r\n");

        assertThat(rows)
                .extracting(RawRecord::printable)
                .containsExactly(
                        "{\"timestamp\":\"2018-02-01\",\"direction\":\"-1\"}",
                        "{\"timestamp\":\"a \\\"b\\\"\\r\\n,c\",\"direction\":\"\"}");
        assertThat(rows).extracting(RawRecord::number).containsExactly(2L, 4L);
        assertThat(RecordParser.STRICT.parse(rows.get(1).text()).value())
                .isEqualTo(rows.get(1).value());
    }

    @Test
    void theSpectrumOfCsvIsReadAsExpected() throws Exception {
        for (Path file : SharedData.files("csv-spectrum/csvs")) {
            String name = file.getFileName().toString().replace(".csv", ".json");
            JsonNode expected = RecordParser.STRICT.value(
                    Files.readAllBytes(file.resolveSibling("../json").resolve(name)));
            try (InputStream in = Files.newInputStream(file)) {
                assertThat(read(RecordReader.csv(in, name, OPTIONS)))
                        .as(name)
                        .extracting(record -> (JsonNode) record.value())
                        .containsExactlyElementsOf(expected);
            }
        }
    }

    @Test
    void aMalformedRowIsSetAsideWithItsTextAndLine() throws Exception {
        List<RawRecord> rows = csv("a,b\n1,2\n3\n4,5,6\na,b\n\"x\"y,7\n8,9\n");

        assertThat(rows)
                .extracting(RecordReaderTest::outcome)
                .containsExactly(
                        "2 {\"a\":\"1\",\"b\":\"2\"}",
                        "3 '3' 1 fields where the header names 2",
                        "4 '4,5,6' 3 fields where the header names 2",
                        "5 {\"a\":\"a\",\"b\":\"b\"}",
                        "6 '\"x\"y,7' text follows the closing quote of field 1",
                        "7 {\"a\":\"8\",\"b\":\"9\"}");
    }

    @Test
    void aQuoteThatIsNeverClosedCostsOneLineNotTheRestOfTheFile() throws Exception {
        assertThat(csv("a,b\n1,\"2\n3,4\n5,6"))
                .extracting(RecordReaderTest::outcome)
                .containsExactly(
                        "2 '1,\"2' the quote opened in field 2 is never closed",
                        "3 {\"a\":\"3\",\"b\":\"4\"}",
                        "4 {\"a\":\"5\",\"b\":\"6\"}");
    }

    @Test
    void rowsBetweenTwoStrayQuotesAreSetAsideTogetherRatherThanGuessedAt() throws Exception {
        assertThat(csv("a,b\n1,\"2\n3,4\n5,\"6\"\n7,8\n"))
                .extracting(RecordReaderTest::outcome)
                .containsExactly(
                        "2 '1,\"2\n3,4\n5,\"6\"' text follows the closing quote of field 2",
                        "5 {\"a\":\"7\",\"b\":\"8\"}");
    }

    @Test
    void bytesThatAreNoUtf8AndNulMakeOneRowDefective() throws Exception {
        byte[] file = "a\n1\n?\n\0\n2\n".getBytes(UTF_8);
        file[4] = (byte) 0xFC;

        assertThat(read(RecordReader.csv(new ByteArrayInputStream(file), "f", OPTIONS)))
                .extracting(RecordReaderTest::outcome)
                .containsExactly(
                        "2 {\"a\":\"1\"}",
                        "3 '\uFFFD' not valid UTF-8 at byte 1",
                        "4 '\uFFFD' \\u0000 at byte 1",
                        "5 {\"a\":\"2\"}");
    }

    @Test
    void aHeaderThatCannotServeIsRefusedForTheWholeFile() {
        assertThatThrownBy(() -> csv("a,b,a\n1,2,3\n"))
                .isInstanceOf(BadPageException.class)
                .hasMessage("the header of the CSV file names column 'a' twice");
        assertThatThrownBy(() -> csv("a,\"b\n1,2\n"))
                .isInstanceOf(BadPageException.class)
                .hasMessageContaining("the quote opened in field 2 is never closed");
    }

    @Test
    void columnsAndDelimiterMayBeGiven() throws Exception {
        ReaderOptions options = OPTIONS.withColumns(List.of("a", "b")).withDelimiter(';');

        assertThat(read(RecordReader.csv(stream("1,0;2\n"), "f", options)))
                .extracting(RawRecord::printable)
                .containsExactly("{\"a\":\"1,0\",\"b\":\"2\"}");
    }

    @Test
    void linesOfJsonAreRecords() throws Exception {
        List<RawRecord> records =
                read(RecordReader.ndjson(stream("\uFEFF{\"a\":1}\r\n\n  {\"a\":\n[]\n{\"a\":1.0}"), "f", OPTIONS));

        assertThat(records).extracting(RawRecord::number).containsExactly(1L, 3L, 4L, 5L);
        assertThat(records).extracting(RawRecord::isGood).containsExactly(true, false, false, true);
        assertThat(records.get(3).printable()).isEqualTo("{\"a\":1.0}");
    }

    @Test
    void batchesEndByRecordsOrBytesAndAreNumbered() throws Exception {
        RecordReader reader = RecordReader.csv(stream("a\n1\n2\n3\n"), "file:inbox/a.csv", OPTIONS.withBatchRecords(2));

        Batch first = reader.next();
        assertThat(first.size()).isEqualTo(2);
        assertThat(first.source()).isEqualTo("file:inbox/a.csv#1");
        assertThat(first.receivedAt()).isEqualTo(NOON);
        assertThat(reader.bytesRead()).isEqualTo(6);
        assertThat(reader.next().source()).isEqualTo("file:inbox/a.csv#2");
        assertThat(reader.hasNext()).isFalse();
        assertThat(reader.bytesRead()).isEqualTo(8);
        assertThat(reader.recordsRead()).isEqualTo(3);

        RecordReader byBytes = RecordReader.csv(stream("a\n111\n222\n333\n"), "f", OPTIONS.withBatchBytes(10));
        assertThat(byBytes).toIterable().extracting(Batch::size).containsExactly(2, 1);
    }

    @Test
    void filesWithoutRecordsGiveNoBatches() throws Exception {
        assertThat(csv("")).isEmpty();
        assertThat(csv("a,b\n")).isEmpty();
        assertThat(csv("\n\n")).isEmpty();
        assertThat(read(RecordReader.ndjson(stream(" \n"), "f", OPTIONS))).isEmpty();
    }

    @Test
    void aFieldOfAMegabyteIsAFieldAndARecordBeyondTheLimitIsADefect() throws Exception {
        String million = "x".repeat(1_000_000);
        assertThat(csv("a,b\n\"" + million + "\n\",1\n").get(0).value().get("a").textValue())
                .isEqualTo(million + "\n");

        ReaderOptions small = OPTIONS.withLongestRecord(10);
        String tooLong = "longer than 10 bytes; only its first 10 are kept";
        assertThat(read(RecordReader.csv(stream("a,b\n" + million + ",1\n2,3\n"), "f", small)))
                .extracting(RecordReaderTest::outcome)
                .containsExactly("2 'xxxxxxxxxx' " + tooLong, "3 {\"a\":\"2\",\"b\":\"3\"}");
        assertThat(read(RecordReader.ndjson(stream(million + "\n{\"a\":1}\n"), "f", small)))
                .extracting(RecordReaderTest::outcome)
                .containsExactly("1 'xxxxxxxxxx' " + tooLong, "2 {\"a\":1}");
        assertThat(read(RecordReader.csv(stream("a,b\n\"1\n2,3\n4,5\n6,7\n"), "f", small)))
                .extracting(RecordReaderTest::outcome)
                .startsWith("2 '\"1' the quote opened in field 1 is not closed within 10 bytes");
    }

    @Test
    void aStreamThatBreaksSaysHowFarItCame() throws Exception {
        InputStream broken = new SequenceInputStream(stream("a\n1\n2\n"), new BrokenStream());
        RecordReader reader = RecordReader.csv(broken, "file:a.csv", OPTIONS.withBatchRecords(10));

        assertThatThrownBy(reader::next)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("file:a.csv")
                .hasRootCauseMessage("connection reset");
    }

    @Test
    void wellFormedFilesAreReadAsFastCsvReadsThem() throws Exception {
        Random random = new Random(4180);
        String[] pieces = {"a", "7", ",", "\"\"", "\n", "\r\n", "é", " ", "\uD83D\uDE00", ";"};
        for (int i = 0; i < 2_000; i++) {
            StringBuilder file = new StringBuilder("a,b,c\n");
            for (int row = random.nextInt(5); row > 0; row--) {
                for (int field = 0; field < 3; field++) {
                    file.append(field == 0 ? "\"" : ",\"");
                    for (int piece = random.nextInt(5); piece > 0; piece--) {
                        file.append(pieces[random.nextInt(pieces.length)]);
                    }
                    file.append('"');
                }
                file.append(random.nextBoolean() ? "\n" : "\r\n");
            }
            List<ObjectNode> theirs = new ArrayList<>();
            try (var reader = CsvReader.builder().ofNamedCsvRecord(file.toString())) {
                for (var record : reader) {
                    ObjectNode object = JsonNodeFactory.instance.objectNode();
                    record.getFieldsAsMap().forEach(object::put);
                    theirs.add(object);
                }
            }

            assertThat(csv(file.toString())).extracting(RawRecord::value).isEqualTo(theirs);
        }
    }

    @Test
    void whateverTheBytesEveryFileIsReadToItsEnd() throws Exception {
        Random random = new Random(7111);
        byte[] alphabet = "a,\"\n\r;{}[]:1\\ ".getBytes(UTF_8);
        for (int i = 0; i < 5_000; i++) {
            byte[] file = new byte[random.nextInt(60)];
            for (int at = 0; at < file.length; at++) {
                file[at] =
                        random.nextInt(20) == 0 ? (byte) random.nextInt() : alphabet[random.nextInt(alphabet.length)];
            }
            ReaderOptions options =
                    OPTIONS.withLongestRecord(1 + random.nextInt(40)).withColumns(List.of("x", "y"));
            RecordReader csv = RecordReader.csv(new ByteArrayInputStream(file), "f", options);
            RecordReader ndjson = RecordReader.ndjson(new ByteArrayInputStream(file), "f", options);
            read(csv);
            read(ndjson);
            if (csv.recordsRead() > 0) {
                assertThat(csv.bytesRead()).isEqualTo(file.length);
            }
            if (ndjson.recordsRead() > 0) {
                assertThat(ndjson.bytesRead()).isEqualTo(file.length);
            }
        }
    }

    private static String outcome(RawRecord record) {
        return record.defect()
                .map(defect -> "%d '%s' %s".formatted(record.number(), record.printable(), defect))
                .orElseGet(() -> record.number() + " " + record.printable());
    }

    private static List<RawRecord> csv(String file) throws Exception {
        return read(RecordReader.csv(stream(file), "file:a.csv", OPTIONS));
    }

    private static List<RawRecord> read(RecordReader reader) {
        List<RawRecord> records = new ArrayList<>();
        reader.forEachRemaining(batch -> records.addAll(batch.records()));
        return records;
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private static final class BrokenStream extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return read();
        }
    }
}
