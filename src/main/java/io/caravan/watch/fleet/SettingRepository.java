package io.caravan.watch.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What people set by the API or a command, table {@code caravan.watch_setting}; joins the transaction of this thread. */
public final class SettingRepository {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SELECT = """
            select kind, name, settings, changed_at, changed_by
            from caravan.watch_setting join caravan.watch_series on id = series_id
            """;
    private static final Query CHANGED = Query.of(SELECT + "where changed_at >= :since");
    private static final Query FIND = Query.of(SELECT + "where series_id = :id");
    private static final Query SAVE = Query.of("""
            insert into caravan.watch_setting (series_id, settings, changed_at, changed_by)
            values (:id, :settings::jsonb, :at, :by)
            on conflict (series_id) do update set
                settings = excluded.settings, changed_at = excluded.changed_at, changed_by = excluded.changed_by
            """);

    private final Database database;

    public SettingRepository(Database database) {
        this.database = database;
    }

    /**
     * What is set of one series.
     *
     * @param settings as {@link SettingsJson} reads them; an empty object when all was taken back
     */
    public record Setting(String kind, String name, JsonNode settings, Instant changedAt, String changedBy) {}

    /** Those that were changed since. */
    List<Setting> changedSince(Instant since) {
        return CHANGED.on(database).set("since", since).list(SettingRepository::setting);
    }

    /** What is set of a series. */
    public Optional<Setting> find(long series) {
        return FIND.on(database).set("id", series).first(SettingRepository::setting);
    }

    /** Replaces what is set of a series; nodes take it over within two seconds. */
    public void save(long series, FleetSettings settings, Instant at, String by) {
        SAVE.on(database)
                .set("id", series)
                .set("settings", SettingsJson.write(settings).toString())
                .set("at", at)
                .set("by", by)
                .update();
    }

    private static Setting setting(ResultSet row) throws SQLException {
        return new Setting(
                row.getString("kind"),
                row.getString("name"),
                json(row.getString("settings")),
                Query.requiredInstant(row, "changed_at"),
                row.getString("changed_by"));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL gave a jsonb that is no JSON: " + text, e);
        }
    }
}
