package io.caravan.database;

import java.sql.Connection;

/** Work on a transaction's connection that gives a result; the caller of it commits or rolls back. */
@FunctionalInterface
public interface TransactionWork<T> {
    T run(Connection connection) throws Exception;
}
