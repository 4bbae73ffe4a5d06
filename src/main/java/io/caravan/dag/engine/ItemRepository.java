package io.caravan.dag.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.dag.run.DagRun;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** Reads the items that a task is mapped over from tables. */
final class ItemRepository {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Database database;

    ItemRepository(Database database) {
        this.database = database;
    }

    /**
     * The rows of a workflow author's query, each as an object. It may use {@code :intervalStart}, {@code :intervalEnd} and {@code :logicalTime}.
     *
     * @param limit no more are read
     */
    List<JsonNode> of(String sql, DagRun run, int limit) {
        String query = sql.strip().replaceFirst(";$", "");
        return database.inTransaction(connection -> {
            try (PreparedStatement readOnly = connection.prepareStatement("set local transaction read only")) {
                readOnly.execute();
            }
            Query rows =
                    Query.of("select to_jsonb(item)::text as item from (" + query + "\n) as item limit :itemLimit");
            Query.Call call = rows.on(database).set("itemLimit", limit);
            call.setIfNamed("intervalStart", run.intervalStart());
            call.setIfNamed("intervalEnd", run.intervalEnd());
            call.setIfNamed("logicalTime", run.logicalTime());
            return new ArrayList<>(call.list(ItemRepository::item));
        });
    }

    private static JsonNode item(ResultSet row) throws java.sql.SQLException {
        try {
            return JSON.readTree(row.getString("item"));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL gave what is no JSON", e);
        }
    }
}
