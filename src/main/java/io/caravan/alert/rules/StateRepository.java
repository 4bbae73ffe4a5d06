package io.caravan.alert.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.rules.condition.Facts.Earlier;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What rules know of assets. Joins the transaction of its caller. */
final class StateRepository {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};
    private static final int DUE_AT_ONCE = 500;

    private static final String COLUMNS =
            "dataset, asset, rule, phase, meaning, since, times::text, told_at, due_at, record::text, labels::text";

    private static final Query LOAD = Query.of("select " + COLUMNS + """
             from caravan.alert_rule_state
            where dataset = :dataset and asset = any(:assets)
            order by asset, rule
              for update""");

    private static final Query DUE = Query.of("select " + COLUMNS + """
             from caravan.alert_rule_state
            where due_at <= :now
            order by due_at
            limit :limit
              for update skip locked""");

    private static final Query LOAD_MEMORY = Query.of("""
            select asset, field, value::text, at
              from caravan.alert_rule_memory
             where dataset = :dataset and asset = any(:assets)""");

    private static final Query WRITE = Query.of("""
            insert into caravan.alert_rule_state as s (dataset, asset, rule, phase, meaning, since, times, told_at, due_at, record, labels)
            select dataset, asset, rule, phase, meaning, since, times, told_at, due_at, record, labels
              from jsonb_to_recordset(:rows::jsonb)
                as r (dataset text, asset text, rule text, phase text, meaning text, since timestamptz, times jsonb, told_at timestamptz, due_at timestamptz, record jsonb, labels jsonb)
            on conflict (dataset, asset, rule) do update
               set phase = excluded.phase, meaning = excluded.meaning, since = excluded.since, times = excluded.times,
                   told_at = excluded.told_at, due_at = excluded.due_at, record = excluded.record, labels = excluded.labels""");

    private static final Query DELETE = Query.of("""
            delete from caravan.alert_rule_state as s
             using unnest(:assets::text[], :rules::text[]) as gone (asset, rule)
             where s.dataset = :dataset and s.asset = gone.asset and s.rule = gone.rule""");

    private static final Query REMEMBER = Query.of("""
            insert into caravan.alert_rule_memory as m (dataset, asset, field, value, at)
            select :dataset, asset, field, value, at
              from jsonb_to_recordset(:rows::jsonb) as r (asset text, field text, value jsonb, at timestamptz)
            on conflict (dataset, asset, field) do update set value = excluded.value, at = excluded.at where m.at <= excluded.at""");

    private static final Query FIRING = Query.of("""
            select asset from caravan.alert_rule_state where rule = :rule and phase = 'FIRING' order by asset""");

    private static final Query DROP = Query.of("delete from caravan.alert_rule_state where rule = :rule");

    private static final Query FORGET = Query.of("delete from caravan.alert_rule_memory where at < :before");

    private static final Query STANDING = Query.of("""
            select rule, count(*) filter (where phase = 'PENDING') as pending, count(*) filter (where phase = 'FIRING') as firing
              from caravan.alert_rule_state
             group by rule""");

    private final Database database;

    StateRepository(Database database) {
        this.database = database;
    }

    /** A state with whose it is. */
    record Row(String dataset, String asset, String rule, RuleState state) {}

    /** For how many assets a rule is how. */
    record Standing(String rule, long pending, long firing) {}

    /** What is known of these assets; nobody else changes it before the transaction ends. */
    Map<String, AssetState> load(String dataset, Collection<String> assets, boolean withMemory) {
        Map<String, AssetState> known = new HashMap<>();
        assets.forEach(asset -> known.put(asset, new AssetState()));
        LOAD.on(database)
                .set("dataset", dataset)
                .set("assets", assets)
                .list(StateRepository::row)
                .forEach(row -> Objects.requireNonNull(known.get(row.asset())).loadState(row.rule(), row.state()));
        if (withMemory) {
            LOAD_MEMORY
                    .on(database)
                    .set("dataset", dataset)
                    .set("assets", assets)
                    .list(row -> {
                        Objects.requireNonNull(known.get(row.getString("asset")))
                                .loadMemory(
                                        row.getString("field"),
                                        new Earlier(tree(row.getString("value")), Query.requiredInstant(row, "at")));
                        return row;
                    });
        }
        return known;
    }

    /** States that are due, locked; those that another node is at are left to it. */
    List<Row> due(Instant now) {
        return DUE.on(database).set("now", now).set("limit", DUE_AT_ONCE).list(StateRepository::row);
    }

    /** Writes what has changed, in an order that is the same for all, so that no two batches wait for each other. */
    void write(String dataset, Map<String, AssetState> known) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        ArrayNode memory = JsonNodeFactory.instance.arrayNode();
        List<String> goneAssets = new ArrayList<>();
        List<String> goneRules = new ArrayList<>();
        new TreeMap<>(known).forEach((asset, state) -> {
            state.changedStates().stream().sorted().forEach(rule -> {
                RuleState now = state.state(rule);
                if (now == null) {
                    goneAssets.add(asset);
                    goneRules.add(rule);
                } else {
                    rows.add(object(dataset, asset, rule, now));
                }
            });
            state.changedFields().stream().sorted().forEach(field -> {
                Earlier value = Objects.requireNonNull(state.memory().get(field));
                memory.addObject()
                        .put("asset", asset)
                        .put("field", field)
                        .put("at", value.at().toString())
                        .set("value", value.value());
            });
        });
        write(rows);
        if (!goneAssets.isEmpty()) {
            DELETE.on(database)
                    .set("dataset", dataset)
                    .set("assets", goneAssets)
                    .set("rules", goneRules)
                    .update();
        }
        if (!memory.isEmpty()) {
            REMEMBER.on(database)
                    .set("dataset", dataset)
                    .set("rows", memory.toString())
                    .update();
        }
    }

    /** Writes one state; null: there is none any more. */
    void write(Row row, @Nullable RuleState state) {
        if (state == null) {
            DELETE.on(database)
                    .set("dataset", row.dataset())
                    .set("assets", List.of(row.asset()))
                    .set("rules", List.of(row.rule()))
                    .update();
        } else {
            write(JsonNodeFactory.instance.arrayNode().add(object(row.dataset(), row.asset(), row.rule(), state)));
        }
    }

    private void write(ArrayNode rows) {
        if (!rows.isEmpty()) {
            WRITE.on(database).set("rows", rows.toString()).update();
        }
    }

    /** The assets for which a rule fires. */
    List<String> firing(String rule) {
        return FIRING.on(database).set("rule", rule).list(row -> row.getString("asset"));
    }

    void drop(String rule) {
        DROP.on(database).set("rule", rule).update();
    }

    /** Lets go of what fields said last; the answer is of how many. */
    int forget(Instant before) {
        return FORGET.on(database).set("before", before).update();
    }

    List<Standing> standing() {
        return STANDING.on(database)
                .list(row -> new Standing(row.getString("rule"), row.getLong("pending"), row.getLong("firing")));
    }

    private static ObjectNode object(String dataset, String asset, String rule, RuleState state) {
        ObjectNode row = JsonNodeFactory.instance
                .objectNode()
                .put("dataset", dataset)
                .put("asset", asset)
                .put("rule", rule)
                .put("phase", state.phase().name())
                .put("meaning", state.meaning())
                .put("since", state.since().toString())
                .put("told_at", text(state.toldAt()))
                .put("due_at", text(state.dueAt()));
        ArrayNode times = row.putArray("times");
        state.times().forEach(time -> times.add(time.toString()));
        row.set("record", tree(state.record()));
        ObjectNode labels = row.putObject("labels");
        state.labels().forEach(labels::put);
        return row;
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getString("dataset"),
                row.getString("asset"),
                row.getString("rule"),
                new RuleState(
                        Phase.valueOf(row.getString("phase")),
                        row.getString("meaning"),
                        Query.requiredInstant(row, "since"),
                        StreamSupport.stream(tree(row.getString("times")).spliterator(), false)
                                .map(time -> Instant.parse(time.asText()))
                                .toList(),
                        Query.instant(row, "told_at"),
                        Query.instant(row, "due_at"),
                        row.getString("record"),
                        JSON.convertValue(tree(row.getString("labels")), LABELS)));
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("This is no JSON: " + json, e);
        }
    }
}
