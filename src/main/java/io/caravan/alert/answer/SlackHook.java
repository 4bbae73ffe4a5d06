package io.caravan.alert.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.Optional;

/**
 * Buttons of messages in Slack (payloads {@code block_actions}). What came of it is sent to the {@code response_url}: the message with a line more and without the buttons that are done with, or a word to
 * whoever pressed alone.
 */
public final class SlackHook implements Hook {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BLOCKS = 50;

    private final String secret;
    private final Answers answers;
    private final Clock clock;

    /** @param secret the app's signing secret */
    public SlackHook(String secret, Answers answers, Clock clock) {
        this.secret = secret;
        this.answers = answers;
        this.clock = clock;
    }

    @Override
    public HookAnswer receive(HookRequest request) {
        String seconds = request.header("x-slack-request-timestamp");
        if (!Signatures.areEqual(Signatures.slack(secret, seconds, request.body()), request.header("x-slack-signature"))
                || !Signatures.isFresh(seconds, clock.instant())) {
            return HookAnswer.refused();
        }
        try {
            return pressed(JSON.readTree(request.form().getOrDefault("payload", "")));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return HookAnswer.unreadable();
        }
    }

    private HookAnswer pressed(JsonNode payload) {
        JsonNode action = payload.path("actions").path(0);
        Optional<Press> press = Press.parse(action.path("value").asText());
        if (!payload.path("type").asText().equals("block_actions") || press.isEmpty()) {
            return HookAnswer.taken();
        }
        JsonNode user = payload.path("user");
        Outcome outcome = answers.press(
                "slack",
                user.path("id").asText(),
                user.path("username").asText(user.path("name").asText()),
                press.get().incident(),
                press.get().act());
        ObjectNode reply = outcome.isDone()
                ? changed(payload.path("message"), action.path("block_id").asText(), press.get(), outcome)
                : alone(outcome);
        return new HookAnswer(
                200,
                "",
                Optional.of(new HookAnswer.Next(payload.path("response_url").asText(), reply.toString())));
    }

    private static ObjectNode alone(Outcome outcome) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("response_type", "ephemeral")
                .put("replace_original", false)
                .put("text", escaped(outcome.sentence()));
    }

    private static ObjectNode changed(JsonNode message, String blockId, Press press, Outcome outcome) {
        ObjectNode reply = JsonNodeFactory.instance
                .objectNode()
                .put("replace_original", true)
                .put("text", message.path("text").asText());
        ArrayNode blocks = reply.putArray("blocks");
        for (JsonNode block : message.path("blocks")) {
            boolean pressed = block.path("block_id").asText().equals(blockId);
            if (!pressed) {
                blocks.add(block);
            } else if (!press.act().ends()) {
                JsonNode rest = without(block, press);
                if (!rest.path("elements").isEmpty()) {
                    blocks.add(rest);
                }
            }
        }
        if (blocks.size() < MOST_BLOCKS) {
            blocks.addObject()
                    .put("type", "context")
                    .putArray("elements")
                    .addObject()
                    .put("type", "mrkdwn")
                    .put("text", escaped("✅ " + outcome.sentence()));
        }
        return reply;
    }

    /** The other buttons stay: who has acknowledged may want to resolve. Slack takes no block without any. */
    private static JsonNode without(JsonNode block, Press press) {
        ObjectNode rest = block.deepCopy();
        ArrayNode elements = rest.putArray("elements");
        block.path("elements").forEach(button -> {
            if (!button.path("action_id").asText().equals(press.act().word())) {
                elements.add(button);
            }
        });
        return rest;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
