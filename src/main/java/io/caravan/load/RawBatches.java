package io.caravan.load;

import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Records as received, packed to be kept, deflated at the fastest level: of each its length (a record may hold any byte) and its text. A defective record has the complement of
 * its length, which is negative, and behind its text the length and text of its defect: only who read it first could tell what is wrong with it.
 */
final class RawBatches {
    private RawBatches() {}

    static byte[] pack(List<RawRecord> records) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(64 * records.size() + 64);
        Deflater fastest = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(packed, fastest, 8192))) {
            for (RawRecord record : records) {
                write(out, record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A byte array can't be written; this can't be", e);
        } finally {
            fastest.end();
        }
        return packed.toByteArray();
    }

    private static void write(DataOutputStream out, RawRecord record) throws IOException {
        int length = record.text().length;
        out.writeInt(record.isGood() ? length : ~length);
        out.write(record.text());
        if (!record.isGood()) {
            byte[] defect = record.defect().orElse("").getBytes(StandardCharsets.UTF_8);
            out.writeInt(defect.length);
            out.write(defect);
        }
    }

    /** The records as they were: good, or defective for the same reason. Their numbers are their places, from 1. */
    static List<RawRecord> unpack(byte[] packed, int count) {
        List<RawRecord> records = new ArrayList<>(count);
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(packed)))) {
            for (int number = 1; number <= count; number++) {
                records.add(read(in, number));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The kept records of a batch are damaged", e);
        }
        return records;
    }

    private static RawRecord read(DataInputStream in, int number) throws IOException {
        int length = in.readInt();
        return length >= 0
                ? RecordParser.STRICT.parse(bytes(in, length), number)
                : RawRecord.defective(
                        bytes(in, ~length), number, new String(bytes(in, in.readInt()), StandardCharsets.UTF_8));
    }

    private static byte[] bytes(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
