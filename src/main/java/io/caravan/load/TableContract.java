package io.caravan.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a target table demands of a record, read from its own catalog: the table is the contract.
 *
 * @param oid the relation's identity: another table of the same name has another
 * @param name schema and table
 * @param columns in the table's order, without dropped ones
 * @param uniqueKeys plain unique keys (no expression, no predicate), primary key first
 * @param checks CHECK constraints of the table (a partitioned table's own; PostgreSQL sees to those of partitions)
 * @param foreignKeys enforced ones that don't point at the table itself
 * @param arrival a timestamptz column that the table fills with the time of insertion; tells how late a duplicate came
 * @param defers whether some constraint waits for the end of the transaction unless told otherwise
 * @param dropsRows whether a BEFORE INSERT trigger could silently drop a row
 * @param hasDeferrableKey whether a key may be deferred, which ON CONFLICT refuses: repeats are told by the error
 * @param stamp changes when anything of this does
 */
record TableContract(
        long oid,
        TableName name,
        List<Column> columns,
        List<UniqueKey> uniqueKeys,
        List<Check> checks,
        List<ForeignKey> foreignKeys,
        @Nullable String arrival,
        boolean partitioned,
        boolean defers,
        boolean dropsRows,
        boolean hasDeferrableKey,
        String stamp) {

    /** A unique key; {@code nullsDistinct}: rows with a NULL in it never collide. */
    record UniqueKey(String name, List<String> columns, boolean nullsDistinct, boolean primary) {}

    /** A CHECK: violated where the expression is false (NULL passes). */
    record Check(String name, List<String> columns, String expression) {}

    /** A foreign key; a NULL in any of its columns satisfies it (MATCH SIMPLE). */
    record ForeignKey(String name, List<String> columns, TableName referenced, List<String> referencedColumns) {}

    TableContract {
        columns = List.copyOf(columns);
        uniqueKeys = List.copyOf(uniqueKeys);
        checks = List.copyOf(checks);
        foreignKeys = List.copyOf(foreignKeys);
    }

    Optional<Column> column(String wanted) {
        return columns.stream().filter(column -> column.name().equals(wanted)).findFirst();
    }

    Map<String, Column> columnsByName() {
        Map<String, Column> byName = new HashMap<>();
        columns.forEach(column -> byName.put(column.name(), column));
        return byName;
    }

    /** The keys that records with these columns can collide on. */
    List<UniqueKey> keysWithin(Set<String> used) {
        return uniqueKeys.stream()
                .filter(key -> used.containsAll(key.columns()))
                .toList();
    }
}
