package io.caravan.database;

import java.sql.SQLException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/** Lets unqualified names in a pipeline's migrations mean the schema of its system. */
record SearchPath(String schema) implements Callback {
    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        try (var statement = context.getConnection().createStatement()) {
            statement.execute("set search_path to " + schema + ", public");
        } catch (SQLException e) {
            throw DatabaseException.of(e);
        }
    }

    @Override
    public String getCallbackName() {
        return "search path";
    }
}
