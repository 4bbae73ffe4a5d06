package io.caravan.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Of a message what a customer is to know: what it is about, since when and how it stands, in the words that were drafted for them where there are some. No causes, evidence, names of others or links. */
final class CustomerView {
    private static final List<String> DRAFTS = List.of("draft", "customerDraft");
    private static final List<String> KEPT_LABELS = List.of("fleet", "tenant", "severity");
    private static final List<String> INTERNAL = List.of("hides", "ending", "acknowledgedBy");

    private CustomerView() {}

    static void reduce(ObjectNode message) {
        message.path("incidents").forEach(CustomerView::reduceIncident);
        message.path("ended").forEach(CustomerView::reduceIncident);
        message.remove("others");
        JsonNode first = message.path("incidents").isEmpty() ? message.at("/ended/0") : message.at("/incidents/0");
        int others = message.path("incidents").size() + message.path("ended").size() - 1;
        message.put("summary", first.path("summary").asText() + (others > 0 ? " (and " + others + " more)" : ""));
    }

    private static void reduceIncident(JsonNode node) {
        ObjectNode incident = (ObjectNode) node;
        JsonNode detail = incident.path("detail");
        boolean isOpen = !incident.path("state").asText().equals("resolved");
        DRAFTS.stream()
                .map(name -> detail.path(name).asText())
                .filter(draft -> isOpen && !draft.isBlank())
                .findFirst()
                .ifPresent(draft -> incident.put("summary", draft));
        incident.putObject("detail");
        ((ObjectNode) incident.path("labels")).retain(KEPT_LABELS);
        INTERNAL.forEach(incident::putNull);
    }
}
