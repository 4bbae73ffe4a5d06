package io.caravan.load;

import io.caravan.load.TableContract.UniqueKey;
import java.util.List;
import java.util.Set;

/** Decides by which unique key {@code mode=upsert} finds a row. */
final class UpsertKey {
    private UpsertKey() {}

    /**
     * The key named, else the only unique key that records can bring, else the primary key.
     *
     * @throws LoadException when there is none, or several and none was named
     */
    static List<String> of(TableContract contract, List<String> named) {
        List<UniqueKey> keys = contract.uniqueKeys();
        if (!named.isEmpty()) {
            return keys.stream()
                    .map(UniqueKey::columns)
                    .filter(columns -> Set.copyOf(columns).equals(Set.copyOf(named)))
                    .findFirst()
                    .orElseThrow(
                            () -> unusable(contract, "key=" + String.join(",", named) + " is no unique key of it"));
        }
        List<UniqueKey> ofRecords =
                keys.stream().filter(key -> isOfRecords(contract, key)).toList();
        if (ofRecords.size() == 1 || (!ofRecords.isEmpty() && ofRecords.get(0).primary())) {
            return ofRecords.get(0).columns();
        }
        throw unusable(
                contract,
                ofRecords.isEmpty() ? "it has no unique key that a record can bring" : "it has several unique keys");
    }

    /** A key that the table fills by itself (a serial number) can't find a row again. */
    private static boolean isOfRecords(TableContract contract, UniqueKey key) {
        return contract.columns().stream()
                .filter(column -> key.columns().contains(column.name()))
                .noneMatch(column -> column.generated()
                        || column.filledBy()
                                .filter(fill -> fill.startsWith("nextval("))
                                .isPresent());
    }

    private static LoadException unusable(TableContract contract, String why) {
        return new LoadException(
                "mode=upsert can't find rows of %s: %s; nothing was loaded. Name the columns of a unique key with key=…; its keys: %s"
                        .formatted(
                                contract.name(),
                                why,
                                contract.uniqueKeys().stream()
                                        .map(key -> String.join(",", key.columns()))
                                        .toList()));
    }
}
