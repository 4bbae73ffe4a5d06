package io.caravan.database;

import java.sql.SQLException;

/** One test class's database; JUnit closes it after the class, which drops it. */
record FreshDatabase(TestServer server, String name, DatabaseSettings settings, Database database)
        implements AutoCloseable {
    @Override
    public void close() throws SQLException {
        database.close();
        server.execute("drop database if exists " + name + " with (force)");
    }
}
