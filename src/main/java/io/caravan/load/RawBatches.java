package io.caravan.load;

import io.caravan.batch.RawRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** Records as received, packed to be kept: the length before each (a record may hold any byte), deflated at the fastest level. */
final class RawBatches {
    private RawBatches() {}

    static byte[] pack(List<RawRecord> records) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(64 * records.size() + 64);
        Deflater fastest = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(packed, fastest, 8192))) {
            for (RawRecord record : records) {
                out.writeInt(record.text().length);
                out.write(record.text());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A byte array can't be written; this can't be", e);
        } finally {
            fastest.end();
        }
        return packed.toByteArray();
    }

    static List<byte[]> unpack(byte[] packed, int count) {
        List<byte[]> records = new ArrayList<>(count);
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(packed)))) {
            for (int i = 0; i < count; i++) {
                byte[] record = new byte[in.readInt()];
                in.readFully(record);
                records.add(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The kept records of a batch are damaged", e);
        }
        return records;
    }
}
