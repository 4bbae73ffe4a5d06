package io.caravan.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.Incident;
import io.caravan.alert.answer.Answerer;
import io.caravan.alert.answer.Answers;
import io.caravan.alert.chat.ChatBoard;
import io.caravan.alert.chat.ChatMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The chat as HTML: the page, and one message as it is sent to pages that are open; knows no HTTP. */
final class ChatPages {
    private static final int SHOWN = 50;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final ChatBoard board;
    private final AlertDesk desk;
    private final Answers answers;
    private final Buttons buttons;
    private final Templates templates;

    ChatPages(ChatBoard board, AlertDesk desk, Answers answers, Buttons buttons, Templates templates) {
        this.board = board;
        this.desk = desk;
        this.answers = answers;
        this.buttons = buttons;
        this.templates = templates;
    }

    /** The newest messages first; the page goes on from their version. */
    Page page() {
        List<ChatMessage> messages = board.newest(SHOWN);
        long version = messages.stream().mapToLong(ChatMessage::version).max().orElse(0);
        return Page.html(
                200,
                templates.fill(
                        "chat.ftlh",
                        Map.of(
                                "root",
                                "",
                                "version",
                                version,
                                "messages",
                                messages.stream().map(this::model).toList())));
    }

    /** One message, as a part of the page. */
    String card(ChatMessage message) {
        return templates.fill("message.ftlh", Map.of("root", "", "message", model(message)));
    }

    private Map<String, Object> model(ChatMessage shown) {
        Map<String, Object> model = new HashMap<>(read(shown.message()));
        model.put("id", shown.id().toString());
        model.put("shownAt", shown.shownAt().toString());
        model.put("changedAt", shown.changedAt().toString());
        Optional<Answerer> reader = answers.receiver(shown.receiver());
        if (model.get("incidents") instanceof List<?> incidents) {
            incidents.forEach(incident -> complete(incident, reader));
        }
        return model;
    }

    /** What an incident's message doesn't know: how it stands now, and what can be done about it. */
    @SuppressWarnings("unchecked") // JSON objects are such maps
    private void complete(Object told, Optional<Answerer> reader) {
        if (!(told instanceof Map<?, ?> map) || !(map.get("number") instanceof Number number)) {
            return;
        }
        Map<String, Object> incident = (Map<String, Object>) map;
        Optional<Incident> now = desk.incidents().find(number.longValue());
        incident.put(
                "buttons", now.isPresent() && reader.isPresent() ? buttons.of(now.get(), reader.get()) : List.of());
        now.flatMap(found -> desk.incidents().silencedUntil(found))
                .ifPresent(until -> incident.put("silencedUntil", Buttons.time(until, reader)));
    }

    private static Map<String, Object> read(String message) {
        try {
            return JSON.readValue(message, OBJECT);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("This is no message: " + message, e);
        }
    }
}
