package io.caravan.alert.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.alert.Confirmations;
import io.caravan.alert.DeliveryState;
import io.caravan.alert.WebhookSignature;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** What the receiver of a webhook says of messages: {@code {"id": …, "status": "delivered"}}, signed as our messages are. */
public final class WebhookHook implements Hook {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_ERROR = 300;

    private final String secret;
    private final String channel;
    private final Confirmations confirmations;
    private final Clock clock;

    /**
     * @param secret by which the receiver signs
     * @param channel whose messages these are
     */
    public WebhookHook(String secret, String channel, Confirmations confirmations, Clock clock) {
        this.secret = secret;
        this.channel = channel;
        this.confirmations = confirmations;
        this.clock = clock;
    }

    @Override
    public HookAnswer receive(HookRequest request) {
        if (!isSigned(request)) {
            return HookAnswer.refused();
        }
        try {
            return fate(JSON.readTree(request.body()))
                    .map(fate -> fate.tell(confirmations, channel))
                    .orElseGet(HookAnswer::unreadable);
        } catch (JsonProcessingException e) {
            return HookAnswer.unreadable();
        }
    }

    /** While a secret is exchanged there may be several signatures, with spaces between. */
    private boolean isSigned(HookRequest request) {
        String seconds = request.header("webhook-timestamp");
        if (!Signatures.isFresh(seconds, clock.instant())) {
            return false;
        }
        String expected = WebhookSignature.of(
                secret, request.header("webhook-id"), Instant.ofEpochSecond(Long.parseLong(seconds)), request.body());
        return Stream.of(request.header("webhook-signature").split(" ", -1))
                .anyMatch(signature -> Signatures.areEqual(expected, signature));
    }

    private static Optional<MessageFate> fate(JsonNode said) {
        return state(said.path("status").asText())
                .map(state -> new MessageFate(said.path("id").asText(), state, error(said)));
    }

    private static Optional<DeliveryState> state(String status) {
        return switch (status) {
            case "delivered" -> Optional.of(DeliveryState.DELIVERED);
            case "read" -> Optional.of(DeliveryState.READ);
            case "failed" -> Optional.of(DeliveryState.FAILED);
            default -> Optional.empty();
        };
    }

    private static String error(JsonNode said) {
        String why = said.path("error").asText();
        return "the receiver says that it has failed"
                + (why.isEmpty() ? "" : ": " + why.substring(0, Math.min(why.length(), LONGEST_ERROR)));
    }
}
