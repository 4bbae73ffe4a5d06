package io.caravan.load;

import io.caravan.load.TableContract.UniqueKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a batch's report, its duplicates and its rejects, in the batch's transaction. Holds nothing; safe for all threads. */
final class LoadLogRepository {
    private static final String REPORT = """
            INSERT INTO caravan.load_batch
                (table_name, batch, source, run, received_at, staged, validated, duplicate, rejected, milliseconds, records, textual)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String DUPLICATES = """
            INSERT INTO caravan.duplicate (table_name, key, batch, source, run, first_seen, late, raw)
            SELECT ?, d.key, ?, ?, ?, %s, now() - %s, d.raw
            FROM unnest(?::jsonb[], ?::text[]) AS d(key, raw) %s""";

    private static final String REJECTED = """
            INSERT INTO caravan.rejected (table_name, batch, source, run, textual, reason, column_name, message, place, raw)
            SELECT ?, ?, ?, ?, ?, r.* FROM unnest(?::text[], ?::text[], ?::text[], ?::int4[], ?::bytea[]) AS r
            RETURNING id, at, place""";

    void report(
            Connection connection, LoadReport report, Instant receivedAt, byte @Nullable [] records, boolean textual)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(REPORT)) {
            insert.setString(1, report.table());
            insert.setObject(2, report.batch());
            insert.setString(3, report.source());
            insert.setString(4, report.run());
            insert.setTimestamp(5, Timestamp.from(receivedAt));
            insert.setLong(6, report.staged());
            insert.setLong(7, report.validated());
            insert.setLong(8, report.duplicate());
            insert.setLong(9, report.rejected());
            insert.setInt(
                    10,
                    Math.toIntExact(Math.min(Integer.MAX_VALUE, report.took().toMillis())));
            insert.setBytes(11, records);
            insert.setBoolean(12, textual);
            insert.executeUpdate();
        }
    }

    /** Logs what was there already; the row that is there tells since when, if its table fills a time of arrival. */
    void duplicates(
            Connection connection, LoadReport report, TableContract contract, List<Outcome.Duplicate> duplicates)
            throws SQLException {
        if (duplicates.isEmpty()) {
            return;
        }
        Set<String> brought = broughtColumns(contract, duplicates);
        try (PreparedStatement insert = connection.prepareStatement(duplicatesSql(contract, brought))) {
            insert.setString(1, report.table());
            insert.setObject(2, report.batch());
            insert.setString(3, report.source());
            insert.setString(4, report.run());
            insert.setArray(
                    5,
                    connection.createArrayOf(
                            "text",
                            duplicates.stream().map(Outcome.Duplicate::key).toArray(String[]::new)));
            insert.setArray(
                    6,
                    connection.createArrayOf(
                            "text",
                            duplicates.stream()
                                    .map(duplicate -> duplicate.record().raw().printable())
                                    .toArray(String[]::new)));
            insert.executeUpdate();
        }
    }

    private static Set<String> broughtColumns(TableContract contract, List<Outcome.Duplicate> duplicates) {
        boolean[] present = duplicates.get(0).record().present();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < present.length; i++) {
            if (present[i]) {
                names.add(contract.columns().get(i).name());
            }
        }
        return Set.copyOf(names);
    }

    private static String duplicatesSql(TableContract contract, Set<String> brought) {
        List<UniqueKey> keys = contract.keysWithin(brought);
        String arrival = contract.arrival();
        if (arrival == null || brought.contains(arrival) || keys.isEmpty()) {
            return DUPLICATES.formatted("NULL::timestamptz", "NULL::timestamptz", "");
        }
        StringBuilder joins = new StringBuilder();
        List<String> firsts = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            joins.append(rowThatIsThere(contract, keys.get(i), arrival, "e" + i));
            firsts.add("e" + i + ".arrived");
        }
        String first = "coalesce(" + String.join(", ", firsts) + ")";
        return DUPLICATES.formatted(first, first, joins);
    }

    private static String rowThatIsThere(TableContract contract, UniqueKey key, String arrival, String alias) {
        String typed = key.columns().stream()
                .map(name -> Sql.name(name) + " "
                        + contract.column(name).orElseThrow().type())
                .collect(Collectors.joining(", "));
        String same = key.columns().stream()
                .map(name -> "t." + Sql.name(name) + " = k." + Sql.name(name))
                .collect(Collectors.joining(" AND "));
        return " LEFT JOIN LATERAL (SELECT t.%s AS arrived FROM jsonb_to_record(d.key) AS k(%s), %s AS t WHERE %s LIMIT 1) AS %s ON true"
                .formatted(Sql.name(arrival), typed, contract.name().sql(), same, alias);
    }

    /** Keeps what the table can't take, and tells under which ids. */
    List<RejectedRecord> rejected(Connection connection, LoadReport report, List<Rejection> rejections, boolean textual)
            throws SQLException {
        if (rejections.isEmpty()) {
            return List.of();
        }
        List<RejectedRecord> kept = new ArrayList<>();
        try (PreparedStatement insert = connection.prepareStatement(REJECTED)) {
            insert.setString(1, report.table());
            insert.setObject(2, report.batch());
            insert.setString(3, report.source());
            insert.setString(4, report.run());
            insert.setBoolean(5, textual);
            insert.setArray(
                    6, texts(connection, rejections.stream().map(r -> r.reason().name())));
            insert.setArray(7, texts(connection, rejections.stream().map(Rejection::column)));
            insert.setArray(
                    8,
                    texts(connection, rejections.stream().map(r -> r.message().replace('\0', '\uFFFD'))));
            insert.setArray(
                    9,
                    connection.createArrayOf(
                            "int4", rejections.stream().map(Rejection::place).toArray(Integer[]::new)));
            insert.setArray(
                    10,
                    connection.createArrayOf(
                            "bytea",
                            rejections.stream().map(r -> r.record().text()).toArray(byte[][]::new)));
            try (ResultSet row = insert.executeQuery()) {
                for (int i = 0; row.next(); i++) {
                    Rejection rejection = rejections.get(i);
                    kept.add(new RejectedRecord(
                            row.getLong("id"),
                            row.getTimestamp("at").toInstant(),
                            report.table(),
                            rejection.reason(),
                            rejection.column(),
                            rejection.message(),
                            report.batch(),
                            report.source(),
                            report.run(),
                            rejection.record().text(),
                            null,
                            textual,
                            RejectStatus.open));
                }
            }
        }
        return kept;
    }

    private static java.sql.Array texts(Connection connection, java.util.stream.Stream<@Nullable String> texts)
            throws SQLException {
        return connection.createArrayOf("text", texts.toArray(String[]::new));
    }
}
