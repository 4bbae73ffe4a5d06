package io.caravan.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.batch.CanonicalForm;
import io.caravan.batch.Fingerprint;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How one table is loaded; the endpoint's options as plain Java. Immutable.
 *
 * @param table {@code schema.table}
 * @param map {@code column:/json/pointer,column:field}; empty: columns take the fields of their own name
 * @param rest the json column that takes the fields which no other column took; absent: none
 * @param key for upsert: the columns of the unique key; empty: the primary key, or the only unique key
 * @param timezone of timestamps that say none themselves
 * @param keepRaw whether the batches' records are kept as received, for replay
 * @param chunkSize records of a file that make one transaction
 * @param lockTimeout how long to wait for another load of the same table
 */
public record LoadOptions(
        String table,
        LoadMode mode,
        String map,
        @Nullable String rest,
        Epoch epoch,
        UnknownFields unknown,
        List<String> key,
        ZoneId timezone,
        boolean keepRaw,
        int chunkSize,
        Duration lockTimeout) {
    public static final int DEFAULT_CHUNK_SIZE = 10_000;
    public static final Duration DEFAULT_LOCK_TIMEOUT = Duration.ofMinutes(10);

    public LoadOptions {
        TableName.parse(table);
        key = List.copyOf(key);
        if (chunkSize < 1) {
            throw new IllegalArgumentException("chunkSize is " + chunkSize + "; give 1 or more records");
        }
    }

    /** All defaults. */
    public static LoadOptions of(String table) {
        return new LoadOptions(
                table,
                LoadMode.insert,
                "",
                null,
                Epoch.none,
                UnknownFields.ignore,
                List.of(),
                ZoneId.of("UTC"),
                false,
                DEFAULT_CHUNK_SIZE,
                DEFAULT_LOCK_TIMEOUT);
    }

    public LoadOptions withMode(LoadMode other) {
        return new LoadOptions(table, other, map, rest, epoch, unknown, key, timezone, keepRaw, chunkSize, lockTimeout);
    }

    public LoadOptions withMap(String other) {
        return new LoadOptions(
                table, mode, other, rest, epoch, unknown, key, timezone, keepRaw, chunkSize, lockTimeout);
    }

    public LoadOptions withRest(@Nullable String other) {
        return new LoadOptions(table, mode, map, other, epoch, unknown, key, timezone, keepRaw, chunkSize, lockTimeout);
    }

    public LoadOptions withEpoch(Epoch other) {
        return new LoadOptions(table, mode, map, rest, other, unknown, key, timezone, keepRaw, chunkSize, lockTimeout);
    }

    public LoadOptions withUnknown(UnknownFields other) {
        return new LoadOptions(table, mode, map, rest, epoch, other, key, timezone, keepRaw, chunkSize, lockTimeout);
    }

    public LoadOptions withKey(List<String> other) {
        return new LoadOptions(
                table, mode, map, rest, epoch, unknown, other, timezone, keepRaw, chunkSize, lockTimeout);
    }

    public LoadOptions withTimezone(ZoneId other) {
        return new LoadOptions(table, mode, map, rest, epoch, unknown, key, other, keepRaw, chunkSize, lockTimeout);
    }

    public LoadOptions withKeepRaw(boolean other) {
        return new LoadOptions(table, mode, map, rest, epoch, unknown, key, timezone, other, chunkSize, lockTimeout);
    }

    public LoadOptions withChunkSize(int other) {
        return new LoadOptions(table, mode, map, rest, epoch, unknown, key, timezone, keepRaw, other, lockTimeout);
    }

    public LoadOptions withLockTimeout(Duration other) {
        return new LoadOptions(table, mode, map, rest, epoch, unknown, key, timezone, keepRaw, chunkSize, other);
    }

    /** Known by the options that decide which rows come out of a file, in any order and spacing; chunks, timeouts and what is kept besides don't matter. */
    UUID fingerprint() {
        ObjectNode deciding = JsonNodeFactory.instance.objectNode();
        ArrayNode mapped = deciding.putArray("map");
        MapEntry.parse(map).stream().map(MapEntry::written).sorted().forEach(mapped::add);
        ArrayNode keys = deciding.putArray("key");
        key.stream().sorted().forEach(keys::add);
        deciding.put("mode", mode.name())
                .put("rest", rest)
                .put("epoch", epoch.name())
                .put("unknown", unknown.name())
                .put("timezone", timezone.getId());
        return Fingerprint.of(CanonicalForm.EXACT, deciding, List.of()).hash();
    }

    TableName tableName() {
        return TableName.parse(table);
    }
}
