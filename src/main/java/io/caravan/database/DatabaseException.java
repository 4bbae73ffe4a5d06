package io.caravan.database;

import java.sql.SQLException;
import java.util.Optional;

/** PostgreSQL refused or could not be reached; permanent unless it is a {@link TemporaryDatabaseException}. */
public class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }

    public DatabaseException(String message) {
        super(message);
    }

    /** The matching exception for the SQLState of {@code cause}: temporary where a later try may succeed. */
    public static DatabaseException of(SQLException cause) {
        String message = String.valueOf(cause.getMessage());
        return TemporaryDatabaseException.isTemporary(cause.getSQLState())
                ? new TemporaryDatabaseException(message, cause)
                : new DatabaseException(message, cause);
    }

    /** The five-character SQLState that PostgreSQL answered, where there is one. */
    public Optional<String> sqlState() {
        return getCause() instanceof SQLException sql ? Optional.ofNullable(sql.getSQLState()) : Optional.empty();
    }
}
