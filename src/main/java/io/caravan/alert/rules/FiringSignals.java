package io.caravan.alert.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.Signal;
import io.caravan.alert.rules.condition.Field;
import io.caravan.alert.text.BrokenTemplateException;
import io.caravan.alert.text.InlineText;
import io.caravan.batch.RawRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Makes the signal of a rule that fires: what its templates say of the record, or the plain words where one of them is broken. */
final class FiringSignals {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
    private static final int MOST_EVIDENCE = 8;
    private static final int LONGEST_VALUE = 100;

    private final BiConsumer<String, String> broken;

    /** @param broken told which template is broken, and how */
    FiringSignals(BiConsumer<String, String> broken) {
        this.broken = broken;
    }

    Signal of(Firing firing, Instant now) {
        Rule rule = firing.rule();
        ObjectNode record = RawRecord.of(firing.record()).value();
        Map<String, Object> values = values(firing, record);
        String asset = text(firing, "asset", rule.texts().asset(), values).orElse(firing.asset());
        values.put("assetName", asset);
        ObjectNode detail = JSON.createObjectNode()
                .put("rule", rule.name())
                .put("dataset", rule.dataset())
                .put("asset", asset)
                .put("cause", rule.when().strip());
        detail.set("evidence", evidence(firing, record));
        text(firing, "action", rule.texts().action(), values).ifPresent(action -> detail.put("action", action));
        text(firing, "customerDraft", rule.texts().customerDraft(), values)
                .ifPresent(draft -> detail.put("customerDraft", draft));
        detail.set("record", record);
        return new Signal(
                rule.key(firing.asset()),
                rule.severity(),
                labels(firing, values),
                text(firing, "summary", rule.texts().summary(), values)
                        .orElse(rule.name() + ": " + asset + " (" + rule.when().strip() + ")"),
                detail.toString(),
                now,
                1);
    }

    /** The record's fields, and ours, which go before. */
    private static Map<String, Object> values(Firing firing, ObjectNode record) {
        Map<String, Object> fields = JSON.convertValue(record, MAP);
        Map<String, Object> values = new HashMap<>(fields);
        values.put("record", fields);
        values.put("rule", firing.rule().name());
        values.put("dataset", firing.rule().dataset());
        values.put("asset", firing.asset());
        values.put("since", firing.since().toString());
        values.put("severity", firing.rule().severity().word());
        return values;
    }

    private static ArrayNode evidence(Firing firing, ObjectNode record) {
        ArrayNode evidence = JSON.createArrayNode();
        evidence.addObject().put("label", "since").put("value", firing.since().toString());
        for (Field field : firing.fields()) {
            JsonNode value = field.in(record);
            if (evidence.size() <= MOST_EVIDENCE && !value.isMissingNode()) {
                String text = value.isValueNode() ? value.asText() : value.toString();
                evidence.addObject()
                        .put("label", field.name())
                        .put("value", text.substring(0, Math.min(text.length(), LONGEST_VALUE)));
            }
        }
        return evidence;
    }

    private Map<String, String> labels(Firing firing, Map<String, Object> values) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("kind", "rule");
        labels.put("cause", firing.rule().name());
        labels.put("asset", firing.asset());
        labels.put("dataset", firing.rule().dataset());
        labels.putAll(firing.labels());
        firing.rule()
                .texts()
                .labels()
                .forEach((label, template) -> text(firing, "label " + label, Optional.of(template), values)
                        .filter(text -> !text.isEmpty())
                        .ifPresent(text -> labels.put(label, text)));
        labels.put("rule", firing.rule().name());
        return labels;
    }

    private Optional<String> text(
            Firing firing, String what, Optional<InlineText> template, Map<String, Object> values) {
        if (template.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(template.get().fill(values));
        } catch (BrokenTemplateException e) {
            broken.accept("rule " + firing.rule().name() + ", " + what, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
