package io.caravan.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A statement with named parameters, {@code :since}, read once and used by any thread:
 *
 * <pre>{@code
 * private static final Query DUE = Query.of("select dag from caravan.dag_workflow where next_due <= :now");
 * List<String> due = DUE.on(database).set("now", now).list(row -> row.getString("dag"));
 * }</pre>
 *
 * A list, {@code long[]} or {@code int[]} becomes an array: write {@code = any(:ids)} or {@code unnest(:ids::uuid[])}. A Duration becomes its microseconds: write {@code :lease * interval '1 microsecond'}.
 */
public final class Query {
    /** A name after a single colon, neither in a quoted text nor in a comment. */
    private static final Pattern PARAMETER = Pattern.compile("'[^']*'|--[^\n]*|::|:([a-zA-Z]\\w*)");

    private final String sql;
    private final Map<String, List<Integer>> positions = new HashMap<>();

    private Query(String text) {
        Matcher matcher = PARAMETER.matcher(text);
        StringBuilder plain = new StringBuilder();
        int count = 0;
        while (matcher.find()) {
            String name = matcher.group(1);
            matcher.appendReplacement(plain, Matcher.quoteReplacement(name == null ? matcher.group() : "?"));
            if (name != null) {
                count++;
                positions.computeIfAbsent(name, key -> new ArrayList<>()).add(count);
            }
        }
        this.sql = matcher.appendTail(plain).toString();
    }

    public static Query of(String sql) {
        return new Query(sql);
    }

    /** The same statement for one execution, in the transaction of this thread, or in one of its own where there is none. */
    public Call on(Database database) {
        return new Call(database);
    }

    /** Reads one row. */
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** One execution: {@link #set} each parameter, then ask. Belongs to one thread. */
    public final class Call {
        private final Database database;
        private final Map<String, @Nullable Object> values = new HashMap<>();

        private Call(Database database) {
            this.database = database;
        }

        /**
         * Gives a parameter its value.
         *
         * @throws IllegalArgumentException when the statement has no such parameter
         */
        public Call set(String name, @Nullable Object value) {
            if (!positions.containsKey(name)) {
                throw new IllegalArgumentException("The statement has no parameter :" + name + ": " + sql);
            }
            values.put(name, value);
            return this;
        }

        /** Sets the parameter where the statement has it: for statements that others write. */
        public Call setIfNamed(String name, @Nullable Object value) {
            return positions.containsKey(name) ? set(name, value) : this;
        }

        /** Changes rows; the answer is how many. */
        public int update() {
            return database.joinTransaction(connection -> {
                try (PreparedStatement statement = prepared(connection)) {
                    return statement.executeUpdate();
                }
            });
        }

        /** All rows. */
        public <T> List<T> list(RowReader<T> reader) {
            return database.joinTransaction(connection -> {
                try (PreparedStatement statement = prepared(connection);
                        ResultSet rows = statement.executeQuery()) {
                    List<T> list = new ArrayList<>();
                    while (rows.next()) {
                        list.add(reader.read(rows));
                    }
                    return list;
                }
            });
        }

        /** The first row. */
        public <T> Optional<T> first(RowReader<T> reader) {
            return database.joinTransaction(connection -> {
                try (PreparedStatement statement = prepared(connection);
                        ResultSet rows = statement.executeQuery()) {
                    return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
                }
            });
        }

        private PreparedStatement prepared(Connection connection) throws SQLException {
            if (!values.keySet().equals(positions.keySet())) {
                throw new IllegalStateException(
                        "Parameters " + positions.keySet() + " are wanted, " + values.keySet() + " are set: " + sql);
            }
            PreparedStatement statement = connection.prepareStatement(sql);
            try {
                for (Map.Entry<String, @Nullable Object> value : values.entrySet()) {
                    for (int position : positions.getOrDefault(value.getKey(), List.of())) {
                        set(connection, statement, position, value.getValue());
                    }
                }
                return statement;
            } catch (SQLException | RuntimeException e) {
                statement.close();
                throw e;
            }
        }

        private static void set(
                Connection connection, PreparedStatement statement, int position, @Nullable Object value)
                throws SQLException {
            if (value == null) {
                statement.setNull(position, Types.NULL);
            } else if (value instanceof Instant instant) {
                statement.setObject(position, instant.atOffset(ZoneOffset.UTC));
            } else if (value instanceof Duration duration) {
                statement.setLong(position, duration.toNanos() / 1_000);
            } else if (value instanceof Enum<?> constant) {
                statement.setString(position, constant.name());
            } else if (value instanceof long[]) {
                statement.setArray(
                        position, connection.unwrap(PGConnection.class).createArrayOf("int8", value));
            } else if (value instanceof int[]) {
                statement.setArray(
                        position, connection.unwrap(PGConnection.class).createArrayOf("int4", value));
            } else if (value instanceof Collection<?> list && list.isEmpty()) {
                // Of no type, so that PostgreSQL takes it for an array of what it is compared with
                statement.setObject(position, "{}", Types.OTHER);
            } else if (value instanceof Collection<?> list) {
                statement.setArray(position, connection.createArrayOf(elementType(list), elements(list)));
            } else {
                statement.setObject(position, value);
            }
        }

        private static @Nullable Object[] elements(Collection<?> list) {
            return list.stream()
                    .map(each -> each instanceof Enum<?> || each instanceof Instant ? each.toString() : each)
                    .toArray();
        }

        private static String elementType(Collection<?> list) {
            Object first = list.stream()
                    .filter(Objects::nonNull)
                    .map(Object.class::cast)
                    .findFirst()
                    .orElse("");
            if (first instanceof UUID) {
                return "uuid";
            }
            if (first instanceof Instant) {
                return "timestamptz";
            }
            if (first instanceof Integer) {
                return "int4";
            }
            if (first instanceof Long) {
                return "int8";
            }
            return first instanceof Boolean ? "bool" : "text";
        }
    }

    /** The moment in this column; null where it is NULL. */
    public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    /** The moment in this column, which is NOT NULL. */
    public static Instant requiredInstant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** The UUID in this column, which is NOT NULL. */
    public static UUID uuid(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }
}
