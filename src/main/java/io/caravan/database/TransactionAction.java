package io.caravan.database;

import java.sql.Connection;

/** Work on a transaction's connection that gives no result; the caller of it commits or rolls back. */
@FunctionalInterface
public interface TransactionAction {
    void run(Connection connection) throws Exception;
}
