package io.caravan.watch.cause;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.watch.cause.Evidence.FieldDrift;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.InflaterInputStream;

/** Compares the fields of records: names of members, and of the members of these. */
final class FieldSets {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_SHOWN = 300;
    private static final int LONGEST_RECORD = 1 << 20;

    private FieldSets() {}

    /** How a rejected record differs from a good one; where none is known, or one is no object, only the rejected one is told. */
    static FieldDrift drift(Optional<byte[]> good, byte[] rejected) {
        Optional<Set<String>> before = good.flatMap(FieldSets::fields);
        Optional<Set<String>> now = fields(rejected);
        if (before.isEmpty() || now.isEmpty()) {
            return new FieldDrift(Set.of(), Set.of(), shown(rejected));
        }
        return new FieldDrift(without(before.get(), now.get()), without(now.get(), before.get()), shown(rejected));
    }

    /** The first record of a batch as {@code caravan.load_batch.records} keeps it: deflated, its length before each. */
    static Optional<byte[]> firstOfKept(byte[] kept) {
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(kept)))) {
            int length = in.readInt();
            if (length < 0 || length > LONGEST_RECORD) {
                return Optional.empty();
            }
            byte[] record = new byte[length];
            in.readFully(record);
            return Optional.of(record);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Set<String>> fields(byte[] record) {
        try {
            JsonNode node = JSON.readTree(record);
            if (node == null || !node.isObject()) {
                return Optional.empty();
            }
            Set<String> fields = new TreeSet<>();
            node.properties().forEach(member -> {
                fields.add(member.getKey());
                member.getValue().properties().forEach(inner -> fields.add(member.getKey() + "." + inner.getKey()));
            });
            return Optional.of(fields);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        Set<String> left = new TreeSet<>(some);
        left.removeAll(others);
        return left;
    }

    private static String shown(byte[] record) {
        String text = new String(record, 0, Math.min(record.length, MOST_SHOWN), StandardCharsets.UTF_8)
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .strip();
        return record.length > MOST_SHOWN ? text + "…" : text;
    }
}
