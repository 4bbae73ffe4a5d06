package io.caravan.load;

import io.caravan.load.TableContract.UniqueKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells records that a trigger or rule dropped without a word from those that are there already. Asked only of tables that have such a trigger; where a table's keys can't be
 * looked up (by expression), a record counts as a repeat.
 */
final class SilentDrops {
    private SilentDrops() {}

    /** The outcome with the dropped ones among its duplicates as rejects. */
    static Outcome told(Connection connection, TableContract contract, List<UniqueKey> keys, Outcome outcome)
            throws SQLException {
        if (!contract.dropsRows() || outcome.duplicates().isEmpty()) {
            return outcome;
        }
        Set<Integer> dropped = dropped(connection, contract, keys, outcome.duplicates());
        Outcome told = new Outcome();
        told.validated(outcome.validated());
        outcome.rejections().forEach(told::rejected);
        for (int i = 0; i < outcome.duplicates().size(); i++) {
            Outcome.Duplicate duplicate = outcome.duplicates().get(i);
            if (dropped.contains(i)) {
                told.rejected(new Rejection(
                        duplicate.record().place(),
                        duplicate.record().raw(),
                        Reason.database,
                        null,
                        "a trigger or rule of " + contract.name() + " dropped it without a reason"));
            } else {
                told.duplicate(duplicate);
            }
        }
        return told;
    }

    private static Set<Integer> dropped(
            Connection connection, TableContract contract, List<UniqueKey> keys, List<Outcome.Duplicate> duplicates)
            throws SQLException {
        String there = keys.isEmpty()
                ? "EXISTS (SELECT FROM pg_index WHERE indrelid = " + contract.oid()
                        + "::oid AND (indisunique OR indisexclusion))"
                : keys.stream().map(key -> isThere(contract, key)).collect(Collectors.joining(" OR "));
        Set<Integer> dropped = new HashSet<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT place - 1 FROM unnest(?::jsonb[]) WITH ORDINALITY AS d(key, place) WHERE NOT (" + there
                        + ")")) {
            query.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            duplicates.stream().map(Outcome.Duplicate::key).toArray(String[]::new)));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    dropped.add(row.getInt(1));
                }
            }
        }
        return dropped;
    }

    private static String isThere(TableContract contract, UniqueKey key) {
        String typed = key.columns().stream()
                .map(name -> Sql.name(name) + " "
                        + contract.column(name).orElseThrow().type())
                .collect(Collectors.joining(", "));
        String same = key.columns().stream()
                .map(name -> "t." + Sql.name(name) + " IS NOT DISTINCT FROM k." + Sql.name(name))
                .collect(Collectors.joining(" AND "));
        return "EXISTS (SELECT FROM jsonb_to_record(d.key) AS k(" + typed + "), "
                + contract.name().sql() + " AS t WHERE " + same + ")";
    }
}
