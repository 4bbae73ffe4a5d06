package io.caravan.alert.answer;

import io.caravan.alert.Confirmations;
import io.caravan.alert.DeliveryState;
import java.util.Map;
import java.util.Optional;

/**
 * What Twilio says of messages: its StatusCallback (twilio.com/docs, "Track the message status of outbound messages"). The message's id is in the address, which Twilio signs. There is no time in it, and
 * none is needed: what is sent again changes nothing.
 */
public final class TwilioHook implements Hook {
    private final String token;
    private final String channel;
    private final Confirmations confirmations;

    /**
     * @param token the account's, by which Twilio signs
     * @param channel whose messages these are
     */
    public TwilioHook(String token, String channel, Confirmations confirmations) {
        this.token = token;
        this.channel = channel;
        this.confirmations = confirmations;
    }

    @Override
    public HookAnswer receive(HookRequest request) {
        Map<String, String> form;
        try {
            form = request.form();
        } catch (IllegalArgumentException e) {
            return HookAnswer.unreadable();
        }
        String signature = Signatures.twilio(token, request.url(), form);
        if (!Signatures.areEqual(signature, request.header("x-twilio-signature"))) {
            return HookAnswer.refused();
        }
        String status = form.getOrDefault("MessageStatus", "");
        return state(status)
                .map(state -> new MessageFate(request.query("id").orElse(""), state, error(status, form)))
                .map(fate -> fate.tell(confirmations, channel))
                .orElseGet(HookAnswer::taken);
    }

    /** Empty: it is still on its way. */
    private static Optional<DeliveryState> state(String status) {
        return switch (status) {
            case "delivered" -> Optional.of(DeliveryState.DELIVERED);
            case "read" -> Optional.of(DeliveryState.READ);
            case "undelivered", "failed" -> Optional.of(DeliveryState.FAILED);
            default -> Optional.empty();
        };
    }

    private static String error(String status, Map<String, String> form) {
        String code = form.getOrDefault("ErrorCode", "");
        return "Twilio says that it is " + status + (code.isEmpty() ? "" : " (error " + code + ")");
    }
}
