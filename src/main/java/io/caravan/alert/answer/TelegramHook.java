package io.caravan.alert.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Buttons of messages in Telegram (updates with a {@code callback_query}). The answer to Telegram's request is what whoever pressed is shown; then the message is changed.
 */
public final class TelegramHook implements Hook {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NOTICE = 200;
    private static final int MOST = 4_096;

    private final String secret;
    private final Answers answers;

    /** @param secret the {@code secret_token} of setWebhook */
    public TelegramHook(String secret, Answers answers) {
        this.secret = secret;
        this.answers = answers;
    }

    @Override
    public HookAnswer receive(HookRequest request) {
        if (!Signatures.areEqual(secret, request.header("x-telegram-bot-api-secret-token"))) {
            return HookAnswer.refused();
        }
        try {
            return pressed(JSON.readTree(request.body()).path("callback_query"));
        } catch (JsonProcessingException e) {
            return HookAnswer.unreadable();
        }
    }

    private HookAnswer pressed(JsonNode query) {
        Optional<Press> press = Press.parse(query.path("data").asText());
        if (press.isEmpty()) {
            return HookAnswer.taken();
        }
        JsonNode from = query.path("from");
        Outcome outcome = answers.press(
                "telegram",
                from.path("id").asText(),
                from.path("username").asText(from.path("first_name").asText()),
                press.get().incident(),
                press.get().act());
        String sentence = outcome.sentence();
        ObjectNode shown = JsonNodeFactory.instance
                .objectNode()
                .put("method", "answerCallbackQuery")
                .put("callback_query_id", query.path("id").asText())
                .put("text", sentence.length() <= NOTICE ? sentence : sentence.substring(0, NOTICE - 1) + "…")
                .put("show_alert", !outcome.isDone());
        return new HookAnswer(
                200,
                shown.toString(),
                outcome.isDone()
                        ? changed(query.path("message"), press.get(), outcome)
                                .map(edit -> new HookAnswer.Next("", edit.toString()))
                        : Optional.empty());
    }

    /** Empty: nothing more fits, or Telegram no longer gives the message. */
    private static Optional<ObjectNode> changed(JsonNode message, Press press, Outcome outcome) {
        String text = message.path("text").asText() + "\n\n✅ " + outcome.sentence();
        if (!message.has("text") || text.length() > MOST) {
            return Optional.empty();
        }
        ObjectNode edit = JsonNodeFactory.instance.objectNode();
        edit.set("chat_id", message.at("/chat/id"));
        edit.set("message_id", message.path("message_id"));
        edit.put("text", text);
        if (message.has("entities")) {
            edit.set("entities", message.path("entities"));
        }
        edit.putObject("link_preview_options").put("is_disabled", true);
        ArrayNode rows = edit.putObject("reply_markup").putArray("inline_keyboard");
        message.at("/reply_markup/inline_keyboard").forEach(row -> {
            ArrayNode rest = JsonNodeFactory.instance.arrayNode();
            row.forEach(button -> {
                if (!isDoneWith(button.path("callback_data").asText(), press)) {
                    rest.add(button);
                }
            });
            if (!rest.isEmpty()) {
                rows.add(rest);
            }
        });
        return Optional.of(edit);
    }

    private static boolean isDoneWith(String data, Press press) {
        return Press.parse(data)
                .filter(other -> other.incident() == press.incident())
                .filter(other -> press.act().ends() || other.act() == press.act())
                .isPresent();
    }
}
