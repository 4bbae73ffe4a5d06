package io.caravan.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.answer.Act;
import java.time.Instant;
import java.util.TreeMap;

/** An incident as programs are told of it. */
public final class IncidentJson {
    private IncidentJson() {}

    public static ObjectNode write(Incident incident) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("number", incident.number())
                .put("id", incident.id().toString())
                .put("key", incident.key())
                .put("state", incident.state().name())
                .put("severity", incident.severity().word())
                .put("summary", incident.summary())
                .put("openedAt", incident.openedAt().toString())
                .put("lastAt", incident.lastAt().toString())
                .put("resolvedAt", incident.resolvedAt().map(Instant::toString).orElse(null))
                .put("acknowledgedBy", incident.acknowledgedBy().orElse(null))
                .put("signals", incident.signals())
                .put("reopened", incident.reopened())
                .put("hidden", incident.hiddenBy().isPresent());
        ArrayNode acts = node.putArray("acts");
        incident.acts().stream().map(Act::word).sorted().forEach(acts::add);
        ObjectNode labels = node.putObject("labels");
        new TreeMap<>(incident.labels()).forEach(labels::put);
        return node;
    }
}
