package io.caravan.database;

import org.jspecify.annotations.Nullable;

/**
 * A failure that another try may overcome: connection lost (class 08), serialization failure or deadlock (40001, 40P01),
 * lock not available (55P03), insufficient resources (class 53), operator intervention (57P).
 *
 * <p>Source of the codes: PostgreSQL manual, appendix A.
 */
public class TemporaryDatabaseException extends DatabaseException {
    private static final long serialVersionUID = 1L;

    public TemporaryDatabaseException(String message, Throwable cause) {
        super(message, cause);
    }

    static boolean isTemporary(@Nullable String sqlState) {
        return sqlState != null
                && (sqlState.startsWith("08")
                        || sqlState.startsWith("53")
                        || sqlState.startsWith("57P")
                        || sqlState.equals("40001")
                        || sqlState.equals("40P01")
                        || sqlState.equals("55P03"));
    }
}
