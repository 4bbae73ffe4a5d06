package io.caravan.load;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the partitions of a table take, as conditions on a row. */
final class PartitionBounds {
    private static final String BOUNDS = """
            SELECT pg_get_partition_constraintdef(i.inhrelid) AS bound,
                   ARRAY(SELECT a.attname::text FROM pg_attribute a
                         WHERE a.attrelid = i.inhparent AND a.attnum = ANY (p.partattrs::int2[])) AS columns,
                   0 = ANY (p.partattrs::int2[]) AS by_expression, p.partdefid <> 0 AS takes_all
            FROM pg_inherits i JOIN pg_partitioned_table p ON p.partrelid = i.inhparent
            WHERE i.inhparent = ?::bigint::oid""";

    private PartitionBounds() {}

    /** The bounds of now; none where they don't tell (partitions by expression, or by columns that the table fills). */
    static List<String> of(Connection connection, TableContract contract, List<Integer> used) throws SQLException {
        Set<String> known =
                used.stream().map(place -> contract.columns().get(place).name()).collect(Collectors.toSet());
        List<String> bounds = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(BOUNDS)) {
            query.setLong(1, contract.oid());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    List<String> columns =
                            List.of((String[]) row.getArray("columns").getArray());
                    if (row.getBoolean("by_expression") || row.getBoolean("takes_all") || !known.containsAll(columns)) {
                        return List.of();
                    }
                    bounds.add(Sql.expression(row.getString("bound")));
                }
            }
        }
        return bounds;
    }
}
