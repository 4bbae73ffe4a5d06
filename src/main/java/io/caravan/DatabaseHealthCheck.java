package io.caravan;

import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * DOWN, and the service not ready, while PostgreSQL doesn't answer. It takes no part in liveness: a restart of the service heals nothing that the service doesn't heal
 * by itself.
 */
final class DatabaseHealthCheck extends AbstractHealthCheck {
    private final Database database;

    DatabaseHealthCheck(Database database) {
        super("caravan", "database");
        this.database = database;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        try {
            database.runInTransaction(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.execute("SELECT 1");
                }
            });
            builder.up();
        } catch (DatabaseException e) {
            builder.message(String.valueOf(e.getMessage())).error(e).down();
        }
    }
}
