package io.caravan.load;

import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Brings mapped records into the table of one contract: one statement for up to {@value #SLICE_RECORDS} of them; where PostgreSQL
 * refuses the whole for the sake of a record that no check foresaw, halves it until that record stands alone and rejects it with the
 * server's words. Holds a memo of statements; safe for all threads.
 */
final class Promotion {
    static final int SLICE_RECORDS = 10_000;

    private static final int MANY = 1_000;

    /** After a value that is none of its type: a source that brings one brings more, and each trust that was wrong costs a slice's work. */
    private static final int SLICES_WITH_CARE = 20;

    /** An array parameter must stay below PostgreSQL's 1 GB, and a batch within our memory. */
    static final long SLICE_BYTES = 32L << 20;

    private final Database database;
    private final TableContract contract;
    private final LoadOptions options;
    private final boolean textual;
    private final List<String> upsertKey;
    private final Map<BitSet, PromotionSql> statements = new ConcurrentHashMap<>();
    private final Map<BitSet, PromotionSql> trusting = new ConcurrentHashMap<>();

    /** How many slices are still taken with care, because one wasn't what its types say. */
    private final AtomicInteger careful = new AtomicInteger();

    Promotion(Database database, TableContract contract, LoadOptions options, boolean textual) {
        this.database = database;
        this.contract = contract;
        this.options = options;
        this.textual = textual;
        this.upsertKey = options.mode() == LoadMode.upsert ? UpsertKey.of(contract, options.key()) : List.of();
    }

    /** Promotes all records, in the transaction of this thread. */
    Outcome promote(List<StagedRecord> records) {
        Outcome outcome = new Outcome();
        for (List<StagedRecord> slice : slices(records)) {
            BitSet used = used(slice);
            if (!trust(slice, used, outcome)) {
                promote(slice, statement(used), outcome);
            }
        }
        return outcome;
    }

    /**
     * Promotes the slice in the belief that each value is of its column's type, as nearly all are, which saves a fifth of PostgreSQL's work. False, and nothing is done, where
     * that is wrong; for some slices from then on nobody tries.
     */
    private boolean trust(List<StagedRecord> records, BitSet used, Outcome outcome) {
        if (!used.stream().mapToObj(contract.columns()::get).allMatch(Column::isCastAsItIsRead)
                || careful.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return false;
        }
        PromotionSql sql = trusting.computeIfAbsent(used, key -> sql(key, List.of(), true));
        try {
            outcome.add(database.inTransaction(connection -> run(connection, sql, records)));
            return true;
        } catch (DatabaseException failure) {
            if (!RecordFault.isOne(failure)) {
                throw failure;
            }
            careful.set(SLICES_WITH_CARE);
            return false;
        }
    }

    /** Deletes all rows of the table, for a load that replaces them. */
    void clear(Connection connection) throws SQLException {
        try (Statement delete = connection.createStatement()) {
            delete.executeUpdate("DELETE FROM " + contract.name().sql());
        }
    }

    private static List<List<StagedRecord>> slices(List<StagedRecord> records) {
        List<List<StagedRecord>> slices = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        for (int at = 0; at < records.size(); at++) {
            long weight = records.get(at).weight();
            if (at > from && (at - from >= SLICE_RECORDS || bytes + weight > SLICE_BYTES)) {
                slices.add(records.subList(from, at));
                from = at;
                bytes = 0;
            }
            bytes += weight;
        }
        if (from < records.size()) {
            slices.add(records.subList(from, records.size()));
        }
        return slices;
    }

    private void promote(List<StagedRecord> records, PromotionSql sql, Outcome outcome) {
        try {
            outcome.add(database.inTransaction(connection -> run(connection, sql, records)));
        } catch (DatabaseException failure) {
            if (!RecordFault.isOne(failure)) {
                throw failure;
            }
            if (records.size() == 1) {
                settle(records.get(0), failure, outcome);
            } else {
                divide(records, isWithoutPartition(failure) ? askingPartitions(sql) : sql, sql, outcome);
            }
        }
    }

    /** Tries with the question that was not asked before; without a new one, halves. */
    private void divide(List<StagedRecord> records, PromotionSql next, PromotionSql tried, Outcome outcome) {
        if (next.asksPartitions() && !tried.asksPartitions()) {
            promote(records, next, outcome);
        } else {
            int half = records.size() / 2;
            promote(records.subList(0, half), tried, outcome);
            promote(records.subList(half, records.size()), tried, outcome);
        }
    }

    /** A deferrable or expression key tells of a repeat by an error only. */
    private void settle(StagedRecord record, DatabaseException failure, Outcome outcome) {
        if (RecordFault.isRepeat(failure) && options.mode() != LoadMode.append) {
            outcome.duplicate(new Outcome.Duplicate(record, null));
        } else {
            outcome.rejected(ServerRefusal.of(record, failure));
        }
    }

    private static boolean isWithoutPartition(DatabaseException failure) {
        return failure.sqlState().filter("23514"::equals).isPresent()
                && ServerRefusal.constraint(failure).isEmpty();
    }

    private PromotionSql statement(BitSet used) {
        return statements.computeIfAbsent(used, key -> sql(key, List.of(), false));
    }

    /** The columns, by their places in the contract, that these records bring or the table requires. */
    private BitSet used(List<StagedRecord> records) {
        BitSet used = new BitSet();
        for (StagedRecord record : records) {
            boolean[] present = record.present();
            for (int i = 0; i < present.length; i++) {
                if (present[i]) {
                    used.set(i);
                }
            }
        }
        List<Column> columns = contract.columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).isRequired()) {
                used.set(i);
            }
        }
        if (used.isEmpty()) { // nothing but defaults: one column must stand for the row
            used.set(firstSettable());
        }
        return used;
    }

    private int firstSettable() {
        for (int i = 0; i < contract.columns().size(); i++) {
            if (!contract.columns().get(i).generated()) {
                return i;
            }
        }
        throw new LoadException(contract.name() + " has no column that a record could set; nothing was loaded");
    }

    private PromotionSql sql(BitSet used, List<String> partitionBounds, boolean trusts) {
        return new PromotionSql(
                contract, options.mode(), used.stream().boxed().toList(), upsertKey, partitionBounds, textual, trusts);
    }

    /** Reads the bounds anew each time: partitions come and go, and a stale list would reject what has a place by now. */
    private PromotionSql askingPartitions(PromotionSql sql) {
        BitSet used = new BitSet();
        sql.used().forEach(used::set);
        List<String> bounds =
                database.inTransaction(connection -> PartitionBounds.of(connection, contract, sql.used()));
        return sql(used, bounds, false);
    }

    private Outcome run(Connection connection, PromotionSql sql, List<StagedRecord> records) throws SQLException {
        Outcome outcome = new Outcome();
        if (records.size() > MANY) {
            giveMemory(connection);
        }
        SessionZone zone = SessionZone.of(connection, options.timezone());
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            bind(connection, statement, sql, records);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    read(row, sql, records, outcome);
                }
            }
        }
        zone.restore();
        if (contract.defers()) {
            enforceNow(connection);
        }
        return SilentDrops.told(connection, contract, sql.keys(), outcome);
    }

    /** Thousands of records don't fit in the default 4 MB, and steps in temporary files take longer than the insert. */
    private static void giveMemory(Connection connection) throws SQLException {
        try (Statement memory = connection.createStatement()) {
            memory.execute("SET LOCAL work_mem = '64MB'");
        }
    }

    /** A constraint that waits for the commit would fail the whole batch there. */
    private static void enforceNow(Connection connection) throws SQLException {
        try (Statement now = connection.createStatement()) {
            now.execute("SET CONSTRAINTS ALL IMMEDIATE");
            now.execute("SET CONSTRAINTS ALL DEFERRED");
        }
    }

    private static void bind(
            Connection connection, PreparedStatement statement, PromotionSql sql, List<StagedRecord> records)
            throws SQLException {
        int size = records.size();
        Integer[] places = new Integer[size];
        Arrays.setAll(places, i -> i);
        statement.setArray(1, connection.createArrayOf("int4", places));
        int parameter = 2;
        for (int i = 0; i < sql.used().size(); i++) {
            int column = sql.used().get(i);
            @Nullable String[] values = new @Nullable String[size];
            for (int at = 0; at < size; at++) {
                values[at] = records.get(at).values()[column];
            }
            statement.setArray(parameter++, connection.createArrayOf("text", values));
            if (sql.asksWhetherMissing(i)) {
                Boolean[] missing = new Boolean[size];
                Arrays.setAll(missing, at -> !records.get(at).present()[column]);
                statement.setArray(parameter++, connection.createArrayOf("bool", missing));
            }
        }
    }

    private void read(ResultSet row, PromotionSql sql, List<StagedRecord> records, Outcome outcome)
            throws SQLException {
        int place = row.getInt(1);
        int fault = row.getInt(2);
        if (fault == PromotionSql.TOTAL) {
            if (!contract.stamp().equals(row.getString(3))) {
                throw new StaleContractException(contract.name().toString());
            }
            outcome.validated(place);
            return;
        }
        StagedRecord record = records.get(place);
        if (fault != PromotionSql.NOT_INSERTED) {
            outcome.rejected(rejection(record, sql.fault(fault), row.getString(3)));
        } else if (options.mode() == LoadMode.append) {
            outcome.rejected(new Rejection(
                    record.place(),
                    record.raw(),
                    Reason.unique,
                    null,
                    "the key " + row.getString(4) + " is taken, and mode=append takes no repeats"));
        } else {
            outcome.duplicate(new Outcome.Duplicate(record, row.getString(4)));
        }
    }

    private static Rejection rejection(StagedRecord record, Fault fault, @Nullable String detail) {
        String message = detail == null ? fault.message() : fault.message() + detail;
        return new Rejection(record.place(), record.raw(), fault.reason(), fault.column(), message);
    }
}
