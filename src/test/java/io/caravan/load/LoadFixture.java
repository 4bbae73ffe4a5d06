package io.caravan.load;

import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tables, batches and questions for the tests of this room. */
final class LoadFixture {
    static final Instant RECEIVED = Instant.parse("2026-03-01T12:00:00Z");

    private final Database database;

    LoadFixture(Database database) {
        this.database = database;
    }

    void sql(String statements) {
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(statements);
            }
        });
    }

    Loader loader(LoadOptions options) {
        return new Loader(database, Clock.systemUTC(), new LoadEvents() {}, options);
    }

    LoadReport load(String table, String... records) {
        return load(LoadOptions.of(table), records);
    }

    LoadReport load(LoadOptions options, String... records) {
        return loader(options).load(batch(records));
    }

    static Batch batch(String... records) {
        return Batch.of(
                "test", RECEIVED, Arrays.stream(records).map(RawRecord::of).toList());
    }

    /** The rows of a query as maps of text. */
    List<Map<String, String>> rows(String query) {
        return database.inTransaction(connection -> {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery(query)) {
                List<Map<String, String>> rows = new ArrayList<>();
                while (row.next()) {
                    Map<String, String> columns = new TreeMap<>();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        columns.put(row.getMetaData().getColumnLabel(i), String.valueOf(row.getString(i)));
                    }
                    rows.add(columns);
                }
                return rows;
            }
        });
    }

    /** The first column of a query as text. */
    List<String> column(String query) {
        return database.inTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("SET LOCAL TIME ZONE 'UTC'");
                List<String> values = new ArrayList<>();
                try (var row = statement.executeQuery(query)) {
                    while (row.next()) {
                        values.add(String.valueOf(row.getString(1)));
                    }
                }
                return values;
            }
        });
    }

    /** Reason, column and message of the open rejects of a table, in order. */
    List<String> rejects(String table) {
        return column("SELECT concat_ws('|', reason, column_name, message) FROM caravan.rejected WHERE table_name = '"
                + table + "' AND status = 'open' ORDER BY id");
    }
}
