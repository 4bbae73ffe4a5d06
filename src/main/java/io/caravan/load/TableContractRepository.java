package io.caravan.load;

import io.caravan.load.TableContract.Check;
import io.caravan.load.TableContract.ForeignKey;
import io.caravan.load.TableContract.UniqueKey;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a table's contract from PostgreSQL's catalog. Holds nothing; safe for all threads. */
final class TableContractRepository {
    /** The row versions of all catalog rows that a contract is made of; one expression, to stand in any statement. */
    private static final String STAMP = """
            (SELECT concat_ws(' ', to_regclass(%1$s)::oid,
                (SELECT string_agg(xmin::text, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = %2$s AND attnum > 0),
                (SELECT string_agg(xmin::text, ',' ORDER BY oid) FROM pg_attrdef WHERE adrelid = %2$s),
                (SELECT string_agg(xmin::text, ',' ORDER BY oid) FROM pg_constraint WHERE conrelid = %2$s),
                (SELECT string_agg(xmin::text, ',' ORDER BY indexrelid) FROM pg_index WHERE indrelid = %2$s),
                (SELECT string_agg(xmin::text, ',' ORDER BY oid) FROM pg_trigger WHERE tgrelid = %2$s)))""";

    private static final String RELATION = """
            SELECT c.oid::bigint AS oid, n.nspname, c.relname, c.relkind,
                   EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.condeferrable AND k.condeferred) AS defers,
                   EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 7 = 7)
                       OR c.relhasrules AS drops_rows,
                   EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND NOT x.indimmediate
                           AND (x.indisunique OR x.indisexclusion)) AS deferrable_key
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = to_regclass(?)""";

    private static final String COLUMNS = """
            WITH RECURSIVE base AS (
                SELECT t.oid AS origin, t.oid, t.typtype, t.typbasetype, t.typnotnull, t.typname, t.typcategory, t.typelem
                FROM pg_type t WHERE t.oid IN (SELECT atttypid FROM pg_attribute WHERE attrelid = ?::bigint::oid AND attnum > 0)
                UNION ALL
                SELECT b.origin, t.oid, t.typtype, t.typbasetype, t.typnotnull OR b.typnotnull, t.typname, t.typcategory, t.typelem
                FROM base b JOIN pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd'
            )
            SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) AS type,
                   b.typname, b.typcategory, e.typname AS element, e.typcategory AS element_category,
                   a.attnotnull OR b.typnotnull AS not_null,
                   a.attidentity = 'a' OR a.attgenerated <> '' AS generated,
                   CASE WHEN a.attidentity = 'd'
                        THEN format('nextval(%L::regclass)', pg_get_serial_sequence(a.attrelid::regclass::text, a.attname))
                        ELSE coalesce(pg_get_expr(d.adbin, d.adrelid), pg_get_expr(t.typdefaultbin, 0)) END AS fill
            FROM pg_attribute a
            JOIN pg_type t ON t.oid = a.atttypid
            JOIN base b ON b.origin = a.atttypid AND b.typtype <> 'd'
            LEFT JOIN pg_type e ON e.oid = b.typelem AND b.typcategory = 'A'
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = ?::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""";

    private static final String UNIQUE_KEYS = """
            SELECT i.relname, x.indisprimary, NOT x.indnullsnotdistinct AS nulls_distinct,
                   ARRAY(SELECT a.attname::text FROM generate_series(0, x.indnkeyatts - 1) AS k
                         JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k] ORDER BY k) AS columns
            FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
            WHERE x.indrelid = ?::bigint::oid AND x.indisunique AND x.indisvalid AND x.indimmediate
              AND x.indpred IS NULL AND x.indexprs IS NULL
            ORDER BY x.indisprimary DESC, i.relname""";

    private static final String CONSTRAINTS = """
            SELECT c.conname, c.contype, n.nspname, r.relname, pg_get_expr(c.conbin, c.conrelid) AS expression,
                   cardinality(c.conkey) AS key_size,
                   ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k(attnum, place)
                         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum AND a.attnum > 0
                         ORDER BY place) AS columns,
                   ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k(attnum, place)
                         JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum ORDER BY place) AS referenced
            FROM pg_constraint c
            LEFT JOIN pg_class r ON r.oid = c.confrelid
            LEFT JOIN pg_namespace n ON n.oid = r.relnamespace
            WHERE c.conrelid = ?::bigint::oid AND c.contype IN ('c', 'f')
              AND c.confrelid <> c.conrelid AND c.conparentid = 0
              AND coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true)
            ORDER BY c.conname""";

    /** An SQL expression that gives the {@link TableContract#stamp} of now. */
    static String stampOf(TableName name, long oid) {
        return STAMP.formatted(Sql.literal(name.sql()), oid + "::oid");
    }

    /**
     * Reads the contract.
     *
     * @throws LoadException when there is no such table, with the names that come near; or when it is no table
     */
    TableContract read(Connection connection, TableName wanted) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(RELATION)) {
            query.setString(1, wanted.sql());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw missing(connection, wanted);
                }
                TableName name = new TableName(row.getString("nspname"), row.getString("relname"));
                String kind = row.getString("relkind");
                if (!Set.of("r", "p").contains(kind)) {
                    throw new LoadException(name + " is no table, so nothing was loaded. load: writes into a table or a"
                            + " partitioned table; name the table behind it");
                }
                return read(connection, name, row);
            }
        }
    }

    private static TableContract read(Connection connection, TableName name, ResultSet relation) throws SQLException {
        long oid = relation.getLong("oid");
        String stamp = stamp(connection, name, oid);
        List<Column> columns = columns(connection, oid);
        List<Check> checks = new ArrayList<>();
        List<ForeignKey> foreignKeys = new ArrayList<>();
        constraints(connection, oid, checks, foreignKeys);
        return new TableContract(
                oid,
                name,
                columns,
                uniqueKeys(connection, oid),
                checks,
                foreignKeys,
                arrival(columns),
                relation.getString("relkind").equals("p"),
                relation.getBoolean("defers"),
                relation.getBoolean("drops_rows"),
                relation.getBoolean("deferrable_key"),
                stamp);
    }

    private static String stamp(Connection connection, TableName name, long oid) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT " + stampOf(name, oid));
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private static List<Column> columns(Connection connection, long oid) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
            query.setLong(1, oid);
            query.setLong(2, oid);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    ColumnKind kind = kind(row.getString("typname"), row.getString("typcategory"));
                    columns.add(new Column(
                            row.getInt("attnum"),
                            row.getString("attname"),
                            row.getString("type"),
                            kind,
                            kind == ColumnKind.ARRAY
                                    ? kind(row.getString("element"), row.getString("element_category"))
                                    : kind,
                            row.getBoolean("not_null"),
                            row.getString("fill"),
                            row.getBoolean("generated")));
                }
            }
        }
        return columns;
    }

    private static ColumnKind kind(String type, String category) {
        return switch (type) {
            case "json", "jsonb" -> ColumnKind.JSON;
            case "int2", "int4", "int8", "oid" -> ColumnKind.INTEGER;
            case "numeric", "float4", "float8", "money" -> ColumnKind.NUMBER;
            case "timestamptz", "timestamp", "date" -> ColumnKind.MOMENT;
            case "time", "timetz", "interval" -> ColumnKind.DURATION;
            default -> category.equals("A") ? ColumnKind.ARRAY : ColumnKind.TEXT;
        };
    }

    private static List<UniqueKey> uniqueKeys(Connection connection, long oid) throws SQLException {
        List<UniqueKey> keys = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(UNIQUE_KEYS)) {
            query.setLong(1, oid);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    keys.add(new UniqueKey(
                            row.getString("relname"),
                            strings(row.getArray("columns")),
                            row.getBoolean("nulls_distinct"),
                            row.getBoolean("indisprimary")));
                }
            }
        }
        return keys;
    }

    private static void constraints(Connection connection, long oid, List<Check> checks, List<ForeignKey> foreignKeys)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(CONSTRAINTS)) {
            query.setLong(1, oid);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String name = row.getString("conname");
                    List<String> columns = strings(row.getArray("columns"));
                    if (row.getString("contype").equals("f")) {
                        TableName referenced = new TableName(row.getString("nspname"), row.getString("relname"));
                        foreignKeys.add(new ForeignKey(name, columns, referenced, strings(row.getArray("referenced"))));
                    } else if (!columns.isEmpty() && columns.size() == row.getInt("key_size")) {
                        // A check without columns, or on the whole row, is left to the insert itself
                        checks.add(new Check(name, columns, Sql.expression(row.getString("expression"))));
                    }
                }
            }
        }
    }

    private static @Nullable String arrival(List<Column> columns) {
        return columns.stream()
                .filter(column ->
                        column.type().startsWith("timestamp") && column.type().endsWith("with time zone"))
                .filter(column -> column.filledBy()
                        .map(fill -> fill.toLowerCase(Locale.ROOT))
                        .filter(fill -> Set.of(
                                        "now()",
                                        "current_timestamp",
                                        "clock_timestamp()",
                                        "statement_timestamp()",
                                        "transaction_timestamp()")
                                .contains(fill))
                        .isPresent())
                .map(Column::name)
                .findFirst()
                .orElse(null);
    }

    private static LoadException missing(Connection connection, TableName wanted) throws SQLException {
        List<String> known = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("""
                        SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
                          AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'caravan') AND n.nspname NOT LIKE 'pg\\_%'
                        LIMIT 10000""");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                known.add(new TableName(row.getString(1), row.getString(2)).toString());
            }
        }
        return new LoadException("There is no table " + wanted + ", so nothing was loaded. "
                + NearNames.hint(wanted.toString(), known)
                + "Create it with a migration in sql/<system>/, or mend the name in the route");
    }

    private static List<String> strings(Array array) throws SQLException {
        return Arrays.asList((String[]) array.getArray());
    }
}
